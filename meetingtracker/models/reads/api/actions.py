"""Actions as the API gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.api.lists import Clause, Slice, Window, holds, rows_of
from meetingtracker.models.reads.flags import action_flag, warned
from meetingtracker.rules.followup import Flag, Windows, action_flags, is_high
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Priority, Status

OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class ActionObject:
    """`blocked_by`: a mail address, a department, "#7" for an action, or "outside"."""

    id: int
    version: int
    external_id: str | None
    title: str
    description: str
    issue: int | None
    department: str | None
    owner: str | None
    due_on: date | None
    original_due_on: date | None
    moves: int
    status: Status
    blocked_by: str | None
    priority: Priority
    flags: tuple[Flag, ...]
    created_at: datetime
    updated_at: datetime
    created_by: str | None


_owner, _creator, _blocker = (aliased(Person) for _ in range(3))
_home, _blocking = aliased(Department), aliased(Department)
FILTERS: Mapping[str, Any] = {
    "department": Action.department_id,
    "owner": Action.owner_id,
    "created_by": Action.created_by_id,
    "due_on": Action.due_on,
    "status": Action.status,
    "priority": Action.priority,
    "external_id": Action.external_id,
}


def action_slice(
    actor: Actor, filters: Mapping[str, Any], window: Window, edges: Windows
) -> Slice[ActionObject]:
    """Those that the actor may see and that were not taken back. `filters`: of FILTERS, by id;
    `flags` is a Flag, `issue` an id that counts only if the actor may see that issue."""
    where = [
        visible_actions(actor), Action.undone_at.is_(None),
        holds(window.words, Action.title, Action.description),
    ]  # fmt: skip
    for name, value in filters.items():
        if name == "flags":
            where.append(action_flag(value, edges))
        elif name == "issue":
            seen = sa.select(Issue.id).where(Issue.id == value, visible_issues(actor))
            where.append(Action.issue_id.in_(seen))
        else:
            where.append(FILTERS[name] == value)
    rows, total, last_id = rows_of(_select(actor, edges.today), Action, where, window)
    return Slice(_objects(actor, rows, edges), total, last_id)


def action_object(actor: Actor, edges: Windows, *where: Clause) -> ActionObject | None:
    """The one action of these clauses; who may see it is for the caller to say."""
    rows = db.session().execute(_select(actor, edges.today).where(*where)).all()
    return _objects(actor, rows, edges)[0] if rows else None


def _select(actor: Actor, today: date) -> sa.Select[*tuple[Any, ...]]:
    """An owner sees the own promise, but not the number of an issue they may no longer read."""
    return (
        sa.select(
            Action.id, Action.version, Action.external_id, Action.title, Action.description,
            sa.case((visible_issues(actor), Issue.id)).label("issue"), Issue.severity,
            _home.name.label("department"), _owner.email.label("owner"), Action.due_on,
            Action.original_due_on, Action.promised_on, Action.moves, Action.status,
            Action.priority, Action.blocker_action_id,
            sa.func.coalesce(_blocker.email, _blocking.name).label("blocker"),
            Action.created_at, Action.updated_at, _creator.email.label("created_by"),
            EarlyWarning.mark,
        )
        .select_from(Action)
        .outerjoin(EarlyWarning, warned(today))
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .outerjoin(_home, _home.id == Action.department_id)
        .outerjoin(_owner, _owner.id == Action.owner_id)
        .outerjoin(_creator, _creator.id == Action.created_by_id)
        .outerjoin(_blocker, _blocker.id == Action.blocker_person_id)
        .outerjoin(_blocking, _blocking.id == Action.blocker_department_id)
    )  # fmt: skip


def _objects(actor: Actor, rows: Sequence[Any], edges: Windows) -> list[ActionObject]:
    named = {row.blocker_action_id for row in rows if row.blocker_action_id is not None}
    seen = set(
        db.session().scalars(
            sa.select(Action.id).where(Action.id.in_(named), visible_actions(actor))
        )
        if named
        else ()
    )
    return [
        ActionObject(
            id=row.id, version=row.version, external_id=row.external_id, title=row.title,
            description=row.description, issue=row.issue, department=row.department,
            owner=row.owner, due_on=row.due_on, original_due_on=row.original_due_on,
            moves=row.moves, status=row.status, blocked_by=_blocked_by(row, seen),
            priority=row.priority,
            flags=action_flags(
                status=row.status, due_on=row.due_on, promised_on=row.promised_on,
                moves=row.moves, high=is_high(row.priority, row.severity), edges=edges,
                mark=row.mark,
            ),
            created_at=row.created_at, updated_at=row.updated_at, created_by=row.created_by,
        )
        for row in rows
    ]  # fmt: skip


def _blocked_by(row: Any, seen: set[int]) -> str | None:
    if row.status is not Status.blocked:
        return None
    if row.blocker_action_id is not None:
        return f"#{row.blocker_action_id}" if row.blocker_action_id in seen else "another action"
    return row.blocker or OUTSIDE
