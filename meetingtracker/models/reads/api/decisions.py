"""Decisions as the API gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.person import Person
from meetingtracker.models.reads.api.lists import Slice, Window, holds, rows_of
from meetingtracker.models.reads.decisions import visible_decisions
from meetingtracker.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class DecisionObject:
    """What was decided, why, whose it is, and when to look at it again."""

    id: int
    version: int
    text: str
    reason: str | None
    owner: str | None
    review_on: date | None
    state: DecisionState
    decided_on: date
    meeting: int | None
    issue: int | None
    created_at: datetime
    created_by: str | None


_owner, _creator = aliased(Person), aliased(Person)
FILTERS: Mapping[str, Any] = {
    "owner": Decision.owner_id,
    "created_by": Decision.created_by_id,
    "state": Decision.state,
    "decided_on": Decision.decided_on,
    "review_on": Decision.review_on,
    "meeting": Decision.meeting_id,
    "issue": Decision.issue_id,
}


def decision_slice(
    actor: Actor, filters: Mapping[str, Any], window: Window
) -> Slice[DecisionObject]:
    """Those that the actor may see. `filters`: of FILTERS, by id."""
    words = holds(window.words, Decision.text, sa.func.coalesce(Decision.reason, ""))
    where = [visible_decisions(actor), words]
    where += [FILTERS[name] == value for name, value in filters.items()]
    rows, total, last_id = rows_of(_select(), Decision, where, window)
    return Slice([DecisionObject(**row._mapping) for row in rows], total, last_id)


def decision_object(actor: Actor, decision_id: int) -> DecisionObject | None:
    where = (Decision.id == decision_id, visible_decisions(actor))
    row = db.session().execute(_select().where(*where)).first()
    return DecisionObject(**row._mapping) if row else None


def _select() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Decision.id, Decision.version, Decision.text, Decision.reason,
            _owner.email.label("owner"), Decision.review_on, Decision.state,
            Decision.decided_on, Decision.meeting_id.label("meeting"),
            Decision.issue_id.label("issue"), Decision.created_at,
            _creator.email.label("created_by"),
        )
        .outerjoin(_owner, _owner.id == Decision.owner_id)
        .outerjoin(_creator, _creator.id == Decision.created_by_id)
    )  # fmt: skip
