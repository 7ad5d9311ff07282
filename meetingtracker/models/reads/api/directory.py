"""Departments and people as the API gives them; nobody of them is confidential."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.models.reads.api.lists import Slice, Window, holds, rows_of
from meetingtracker.rules.permissions import Role


@dataclass(frozen=True, slots=True)
class DepartmentObject:
    """`colour` is an index of the palette; leader and deputy by mail address."""

    id: int
    version: int
    name: str
    colour: int
    leader: str | None
    deputy: str | None
    open: bool


@dataclass(frozen=True, slots=True)
class PersonObject:
    """`active` is false for who has left."""

    id: int
    version: int
    email: str
    name: str
    role: Role
    is_admin: bool
    department: str | None
    active: bool


_leader, _deputy = aliased(Person), aliased(Person)
_open, _active = Department.closed_at.is_(None), Person.deactivated_at.is_(None)
DEPARTMENT_FILTERS: Mapping[str, Any] = {
    "name": Department.name,
    "leader": Department.leader_id,
    "deputy": Department.deputy_id,
    "open": _open,
}
PERSON_FILTERS: Mapping[str, Any] = {
    "email": Person.email,
    "role": Person.role,
    "is_admin": Person.is_admin,
    "department": Person.department_id,
    "active": _active,
}


def department_slice(filters: Mapping[str, Any], window: Window) -> Slice[DepartmentObject]:
    """`filters`: of DEPARTMENT_FILTERS, by id."""
    where = [holds(window.words, Department.name)]
    where += [DEPARTMENT_FILTERS[name] == value for name, value in filters.items()]
    rows, total, last_id = rows_of(_departments(), Department, where, window)
    return Slice([_department(row) for row in rows], total, last_id)


def department_object(department_id: int) -> DepartmentObject | None:
    row = db.session().execute(_departments().where(Department.id == department_id)).first()
    return _department(row) if row else None


def _departments() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Department.id, Department.version, Department.name, Department.colour,
            _leader.email.label("leader"), _deputy.email.label("deputy"), _open.label("open"),
        )
        .outerjoin(_leader, _leader.id == Department.leader_id)
        .outerjoin(_deputy, _deputy.id == Department.deputy_id)
    )  # fmt: skip


def _department(row: Any) -> DepartmentObject:
    return DepartmentObject(**(dict(row._mapping) | {"open": bool(row.open)}))


def person_slice(filters: Mapping[str, Any], window: Window) -> Slice[PersonObject]:
    """`filters`: of PERSON_FILTERS, by id."""
    where = [holds(window.words, Person.name, Person.email)]
    where += [PERSON_FILTERS[name] == value for name, value in filters.items()]
    rows, total, last_id = rows_of(_people(), Person, where, window)
    return Slice([_person(row) for row in rows], total, last_id)


def person_object(person_id: int) -> PersonObject | None:
    row = db.session().execute(_people().where(Person.id == person_id)).first()
    return _person(row) if row else None


def _people() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Person.id, Person.version, Person.email, Person.name, Person.role, Person.is_admin,
        Department.name.label("department"), _active.label("active"),
    ).outerjoin(Department, Department.id == Person.department_id)  # fmt: skip


def _person(row: Any) -> PersonObject:
    return PersonObject(**(dict(row._mapping) | {"active": bool(row.active)}))
