"""Departments and people: who leads what, and what somebody has promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, open_issues, visible_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED

FEW = 50


@dataclass(frozen=True, slots=True)
class Directory:
    departments: Sequence[Department]
    people: Sequence[Person]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person and what they carry, as far as the actor may see it: the first FEW and how many."""

    person: Person
    actions: Sequence[Action]
    promised: int
    issues: Sequence[Issue]
    pointed: int
    absences: Sequence[Absence]
    delegate: str | None
    manager: str | None


def directory() -> Directory:
    """Open departments and people who are here, each with what stands beside them."""
    session = db.session()
    return Directory(
        departments=session.scalars(
            sa.select(Department)
            .where(Department.closed_at.is_(None))
            .options(joinedload(Department.leader), joinedload(Department.deputy))
            .order_by(Department.name)
        ).all(),
        people=session.scalars(
            sa.select(Person)
            .where(Person.deactivated_at.is_(None))
            .options(joinedload(Person.department))
            .order_by(Person.name, Person.id)
        ).all(),
    )


def person_page(actor: Actor, person_id: int, *, on: date) -> PersonPage | None:
    """`on`: the organisation's day; absences that are over are left out."""
    session = db.session()
    person = session.scalar(
        sa.select(Person).where(Person.id == person_id).options(joinedload(Person.department))
    )
    if person is None:
        return None
    theirs = [
        Action.owner_id == person_id, Action.status.in_(UNFINISHED), visible_actions(actor)
    ]  # fmt: skip
    points = [Issue.point_person_id == person_id, open_issues(), visible_issues(actor)]
    return PersonPage(
        person=person,
        actions=session.scalars(
            sa.select(Action).where(*theirs).order_by(Action.due_on, Action.id).limit(FEW)
        ).all(),
        promised=session.scalar(sa.select(sa.func.count(Action.id)).where(*theirs)) or 0,
        issues=session.scalars(
            sa.select(Issue).where(*points).order_by(Issue.severity, Issue.raised_on).limit(FEW)
        ).all(),
        pointed=session.scalar(sa.select(sa.func.count(Issue.id)).where(*points)) or 0,
        absences=session.scalars(
            sa.select(Absence)
            .where(
                Absence.person_id == person_id, Absence.cancelled_at.is_(None), Absence.to_on >= on
            )
            .order_by(Absence.from_on)
        ).all(),
        delegate=_name(person.delegate_id),
        manager=_name(person.manager_id),
    )


def _name(person_id: int | None) -> str | None:
    person = db.session().get(Person, person_id) if person_id else None
    return person.name if person else None
