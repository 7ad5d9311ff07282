"""One department: what it owes, what it is owed, what waits for it, and its open issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.models.reads.action_list import ActionFilters, ActionList, action_list
from meetingtracker.models.reads.board_filters import BoardFilters
from meetingtracker.models.reads.flags import issue_flag
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.followup import ISSUE_FLAGS, Flag, windows
from meetingtracker.rules.permissions import Actor

FEW = 20


@dataclass(frozen=True, slots=True)
class Part:
    """The first rows of a list of actions, and the filters that open all of it."""

    filters: ActionFilters
    list: ActionList


@dataclass(frozen=True, slots=True)
class DepartmentPage:
    """As far as the actor may see it. `owes`: unfinished, the next date first."""

    department: Department
    people: Sequence[Person]
    overdue: Part
    due_soon: Part
    owes: Part
    owed: Part
    waiting: Part
    issues: BoardFilters
    open_issues: int
    flagged: list[tuple[Flag, int]]
    """Its open issues, those it raised and those it owns, by flag."""


def department_page(
    actor: Actor, department_id: int, today: date, calendar: WorkingCalendar, *, zone: str
) -> DepartmentPage | None:
    """Each figure is counted by the list that it opens. A fixed number of queries."""
    session = db.session()
    department = session.scalar(
        sa.select(Department)
        .where(Department.id == department_id)
        .options(joinedload(Department.leader), joinedload(Department.deputy))
    )
    if department is None:
        return None

    def part(limit: int = FEW, **asked: object) -> Part:
        filters = ActionFilters(**asked)  # type: ignore[arg-type]
        return Part(filters, action_list(actor, filters, today, calendar, zone=zone, limit=limit))

    edges = windows(today, calendar)
    issues = BoardFilters(view="table", department=department_id)
    counts = session.execute(
        sa.select(
            sa.func.count(Issue.id),
            *(sa.func.sum(sa.case((issue_flag(flag, edges), 1), else_=0)) for flag in ISSUE_FLAGS),
        ).where(*issues.where(actor, edges))
    ).one()
    return DepartmentPage(
        department=department,
        people=session.scalars(
            sa.select(Person)
            .where(Person.department_id == department_id, Person.deactivated_at.is_(None))
            .order_by(Person.name, Person.id)
        ).all(),
        overdue=part(1, department=department_id, flag=Flag.overdue),
        due_soon=part(1, department=department_id, flag=Flag.due_soon),
        owes=part(department=department_id),
        owed=part(owed_to=department_id),
        waiting=part(waits_on=department_id),
        issues=issues,
        open_issues=counts[0],
        flagged=[(flag, int(n or 0)) for flag, n in zip(ISSUE_FLAGS, counts[1:], strict=True)],
    )
