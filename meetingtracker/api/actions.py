"""/api/v1/actions."""

from datetime import date
from typing import Annotated, Any, Literal

from flask import Response
from flask_babel import gettext as _
from msgspec import UNSET, Meta, UnsetType

from meetingtracker import clock
from meetingtracker.api.action_change import change_action
from meetingtracker.api.action_status import rights_of
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import (
    Change,
    Create,
    DepartmentName,
    Email,
    Id,
    Key,
    Line,
    ListQuery,
    Reason,
    Text,
    given,
)
from meetingtracker.api.issues import rendered
from meetingtracker.api.lists import (
    Listed,
    any_department,
    anybody,
    filters_of,
    listed,
    window_of,
)
from meetingtracker.api.refused import Refused
from meetingtracker.api.writes import changed, created
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.reads.action_page import visible_action
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.agenda import default_series
from meetingtracker.models.reads.api.actions import ActionObject, action_object, action_slice
from meetingtracker.models.reads.api.names import department_named, department_of, person_known
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Priority, Status
from meetingtracker.web.access import actor, found, require
from meetingtracker.web.filters import edges, today

Blocker = Annotated[
    str,
    Meta(max_length=254, description='A mail address, a department, "#7" (an action) or "outside"'),
]


class ActionQuery(ListQuery):
    """A department or person may be "none"."""

    issue: Id | UnsetType = UNSET
    department: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    created_by: str | UnsetType = UNSET
    due_on: date | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    flags: (
        Literal["overdue", "likely_late", "watch", "due_soon", "blocked", "moved_twice"] | UnsetType
    ) = UNSET


class NewAction(Create):
    """`owner` is you unless given; somebody whom you do not lead has to accept it first."""

    title: Line
    due_on: date
    owner: Email | UnsetType = UNSET
    description: Text = ""
    issue: Id | None = None
    department: DepartmentName | None = None
    priority: Priority = Priority.normal
    external_id: Key | None = None


class ActionPatch(Change):
    """`reason` is needed where the owner or the date changes, or the action is cancelled or sent
    back. Blocked needs `blocked_by`; `need` says what is missing (else the reason does)."""

    owner: Email | UnsetType = UNSET
    due_on: date | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    blocked_by: Blocker | None | UnsetType = UNSET
    need: Reason = ""
    next_look_on: date | UnsetType = UNSET
    title: Line | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    reason: Reason = ""


@operation("GET", "/actions", query=ActionQuery, answer=Listed[ActionObject])
def list_actions(query: ActionQuery) -> Listed[ActionObject]:
    """Actions that you may see."""
    filters = filters_of(
        query, department=any_department, owner=anybody, created_by=anybody
    )  # fmt: skip
    return listed(action_slice(actor(), filters, window_of(query), edges()))


@operation("GET", "/actions/<int:action_id>", answer=ActionObject)
def get_action(action_id: int) -> ActionObject:
    """One action."""
    visible = visible_actions(actor())
    return found(action_object(actor(), edges(), Action.id == action_id, visible))


@operation("POST", "/actions", body=NewAction, answer=ActionObject)
def create_action(body: NewAction) -> Response:
    """Promise something, or ask somebody for a promise."""
    require(True)  # anybody may propose an action; whether it binds is a rule
    owner_id = actor().id if body.owner is UNSET else person_known(body.owner, "owner")
    department_id = _department(body.department, owner_id)
    html = rendered(body.description)
    series = None if body.issue else default_series(actor())
    series_id = series.id if series else None

    def act() -> object:
        _refuse_known(body.external_id)
        if body.issue is not None:
            _refuse_issue(body.issue)
        action = give_action(
            title=body.title, owner_id=owner_id, due_on=body.due_on, issue_id=body.issue,
            department_id=department_id, description=body.description, description_html=html,
            priority=body.priority, series_id=series_id, external_id=body.external_id,
            by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
        return action_object(actor(), edges(), Action.id == action.id)

    return created(act)


@operation("PATCH", "/actions/<int:action_id>", body=ActionPatch, answer=ActionObject)
def patch_action(action_id: int, body: ActionPatch) -> Response:
    """Change an action: owner, date, status, then the rest, as one version."""
    values = _values(body)
    return changed(
        body,
        load=lambda: visible_action(actor(), action_id),
        allowed=lambda action: any(rights_of(action)),
        act=lambda action: change_action(action, values, reason=body.reason.strip()),
        show=lambda: found(action_object(actor(), edges(), Action.id == action_id)),
    )


def _values(body: ActionPatch) -> dict[str, Any]:
    """What was sent, with ids for names."""
    values = given(
        body, "due_on", "status", "blocked_by", "next_look_on", "title", "description", "priority"
    )
    values["need"] = body.need.strip()
    if body.owner is not UNSET:
        values["owner_id"] = person_known(body.owner, "owner")
    if body.description is not UNSET:
        values["description_html"] = rendered(body.description)
    return values


def _department(name: str | None, owner_id: int | None) -> int | None:
    """The owner's own, unless an executive or the owner says otherwise: whoever leads it may accept
    the promise and move its date."""
    if name is None:
        return None
    wanted = department_named(name, "department")
    free = actor().is_executive or owner_id == actor().id
    if not free and wanted != department_of(owner_id):
        raise RuleBroken(N_("It goes by the department of its owner."), field="department")
    return wanted


def _refuse_issue(issue_id: int) -> None:
    issue = visible_issue(actor(), issue_id)
    if issue is None:
        raise RuleBroken(N_("There is no such issue."), field="issue")
    if not issue.stage.is_open:
        raise RuleBroken(N_("This issue is closed. Re-open it first."), field="issue")


def _refuse_known(external_id: str | None) -> None:
    """The key names one action for ever: whoever sends it again is shown that one."""
    if external_id is None:
        return
    known = Action.external_id == external_id
    if action_object(actor(), edges(), known) is not None:
        raise Refused(
            409, _("There is an action with this external_id already."),
            current=action_object(actor(), edges(), known, visible_actions(actor())),
        )  # fmt: skip
