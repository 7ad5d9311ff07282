"""An issue as the board shows it, with what its open actions add."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person, initials
from meetingtracker.models.reads.flags import troubled, warned
from meetingtracker.rules.followup import (
    Flag,
    Windows,
    action_flags,
    days_moved,
    is_high,
    issue_flags,
)
from meetingtracker.rules.states import Stage, Status
from meetingtracker.rules.warning_reasons import Reason, shown


@dataclass(frozen=True, slots=True)
class Home:
    """A department as a mark: its name and the index of its colour."""

    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class Promise:
    """An open action of an issue, as far as the board needs it."""

    title: str
    status: Status
    due_on: date | None
    moves: int
    days_moved: int
    flags: tuple[Flag, ...]
    reasons: list[Reason]
    """Of its early warning; what it says of its owner's load is for others' eyes."""


@dataclass(frozen=True, slots=True)
class Card:
    """An issue with the earliest date and all flags of itself and its open actions."""

    id: int
    title: str
    stage: Stage
    severity: int
    raised_on: date
    resolved_on: date | None
    confidential: bool
    customer_goal: str
    need: str | None
    raised_for: Home
    owned_by: Home | None
    waits_on: str
    person: str | None
    colour: int
    flags: tuple[Flag, ...]
    trouble: list[Reason]
    """Why it is on its way to a full-blown problem; empty if it is not."""
    worst: Promise | None
    due_on: date | None
    finished: int
    promised: int

    @property
    def initials(self) -> str:
        return initials(self.person or "")


def homes() -> dict[int, Home]:
    """All departments, closed ones too, by name."""
    rows = db.session().execute(
        sa.select(Department.id, Department.name, Department.colour).order_by(Department.name)
    )
    return {row.id: Home(row.name, row.colour) for row in rows}


def select_cards(*more: Any) -> sa.Select[*tuple[Any, ...]]:
    """The columns of cards, for `made_cards`; `more` are columns of your own."""
    return (
        sa.select(
            Issue.id, Issue.title, Issue.stage, Issue.severity, Issue.raised_on,
            Issue.resolved_on, Issue.confidential, Issue.customer_goal, Issue.blocked_need,
            Issue.raising_department_id, Issue.owning_department_id, Issue.blocker_department_id,
            Issue.point_person_id, Person.name.label("person"),
            Person.department_id.label("persons_department"),
            EarlyWarning.reasons.label("trouble"), *more,
        )
        .select_from(Issue)
        .outerjoin(EarlyWarning, troubled())
        .outerjoin(Person, Person.id == Issue.point_person_id)
    )  # fmt: skip


def made_cards(rows: Sequence[Any], edges: Windows, departments: dict[int, Home]) -> list[Card]:
    """Cards of the rows, with what their actions add: one query for all of them."""
    severities = {row.id: row.severity for row in rows}
    promises: dict[int, list[Promise]] = defaultdict(list)
    finished: dict[int, int] = defaultdict(int)
    waits: dict[int, str] = {}
    for action in _actions_of(severities, edges.today):
        if not action.status.is_running:
            finished[action.issue_id] += action.status is not Status.proposed
            continue
        high = is_high(action.priority, severities[action.issue_id])
        promise = Promise(
            action.title, action.status, action.due_on, action.moves,
            days_moved(action.original_due_on, action.due_on),
            action_flags(
                status=action.status, due_on=action.due_on, promised_on=action.promised_on,
                moves=action.moves, high=high, edges=edges, mark=action.mark,
            ),
            shown(action.reasons or (), with_load=False),
        )  # fmt: skip
        promises[action.issue_id].append(promise)
        if action.status is Status.blocked:
            waits.setdefault(action.issue_id, action.waits_on or "")
    return [
        _made(row, edges, departments, promises[row.id], finished[row.id], waits.get(row.id, ""))
        for row in rows
    ]


def _actions_of(issue_ids: Any, today: date) -> Sequence[Any]:
    """Actions of these issues that count, the earliest date first."""
    if not issue_ids:
        return []
    blocker = sa.func.coalesce(Person.name, Department.name)
    return db.session().execute(
        sa.select(
            Action.issue_id, Action.title, Action.status, Action.priority, Action.due_on,
            Action.original_due_on, Action.promised_on, Action.moves, blocker.label("waits_on"),
            EarlyWarning.mark, EarlyWarning.reasons,
        )
        .outerjoin(EarlyWarning, warned(today))
        .outerjoin(Person, Person.id == Action.blocker_person_id)
        .outerjoin(Department, Department.id == Action.blocker_department_id)
        .where(Action.issue_id.in_(list(issue_ids)), Action.status != Status.cancelled)
        .order_by(Action.due_on, Action.id)
    ).all()  # fmt: skip


def _made(
    row: Any,
    edges: Windows,
    departments: dict[int, Home],
    promises: list[Promise],
    finished: int,
    waits_on: str,
) -> Card:
    dated = [p for p in promises if p.due_on is not None]
    blocker = departments.get(row.blocker_department_id)
    home = departments.get(row.persons_department)
    return Card(
        id=row.id, title=row.title, stage=row.stage, severity=row.severity,
        raised_on=row.raised_on, resolved_on=row.resolved_on, confidential=row.confidential,
        customer_goal=row.customer_goal, need=row.blocked_need,
        raised_for=departments[row.raising_department_id],
        owned_by=departments.get(row.owning_department_id),
        waits_on=blocker.name if blocker else waits_on,
        person=row.person,
        colour=home.colour if home else (row.point_person_id or 0) % 12,
        flags=issue_flags(
            stage=row.stage, point_person_id=row.point_person_id, raised_on=row.raised_on,
            of_actions=[flag for p in promises for flag in p.flags], edges=edges,
            in_trouble=row.trouble is not None,
        ),
        trouble=row.trouble or [],
        worst=next((p for p in dated if p.flags), dated[0] if dated else None),
        due_on=dated[0].due_on if dated else None,
        finished=finished, promised=finished + len(promises),
    )  # fmt: skip
