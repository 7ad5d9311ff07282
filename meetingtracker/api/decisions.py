"""/api/v1/decisions: taken in meetings, read here."""

from datetime import date

from msgspec import UNSET, UnsetType

from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Id, ListQuery
from meetingtracker.api.lists import Listed, anybody, filters_of, listed, window_of
from meetingtracker.models.decision import DecisionState
from meetingtracker.models.reads.api.decisions import (
    DecisionObject,
    decision_object,
    decision_slice,
)
from meetingtracker.web.access import actor, found


class DecisionQuery(ListQuery):
    """An owner may be "none"."""

    owner: str | UnsetType = UNSET
    created_by: str | UnsetType = UNSET
    state: DecisionState | UnsetType = UNSET
    decided_on: date | UnsetType = UNSET
    review_on: date | UnsetType = UNSET
    meeting: Id | UnsetType = UNSET
    issue: Id | UnsetType = UNSET


@operation("GET", "/decisions", query=DecisionQuery, answer=Listed[DecisionObject])
def list_decisions(query: DecisionQuery) -> Listed[DecisionObject]:
    """Decisions that you may see."""
    filters = filters_of(query, owner=anybody, created_by=anybody)
    return listed(decision_slice(actor(), filters, window_of(query)))


@operation("GET", "/decisions/<int:decision_id>", answer=DecisionObject)
def get_decision(decision_id: int) -> DecisionObject:
    """One decision."""
    return found(decision_object(actor(), decision_id))
