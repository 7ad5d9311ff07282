"""/api/v1/people."""

from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_babel import gettext as _
from msgspec import UNSET, UnsetType

from meetingtracker import clock
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Change, Create, DepartmentName, Email, ListQuery, Name, given
from meetingtracker.api.lists import Listed, any_department, filters_of, listed, window_of
from meetingtracker.api.refused import Refused
from meetingtracker.api.writes import changed, created
from meetingtracker.db import db, for_change
from meetingtracker.models.acts.add_person import add_person
from meetingtracker.models.person import Person
from meetingtracker.models.reads.api.directory import PersonObject, person_object, person_slice
from meetingtracker.models.reads.api.names import department_named
from meetingtracker.rules.import_rows import EMAIL
from meetingtracker.rules.permissions import Permission, Role, may_administer
from meetingtracker.web.access import actor, found, require


class PersonQuery(ListQuery):
    """Who has left is found with `active=false`; a department may be "none"."""

    email: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    is_admin: bool | UnsetType = UNSET
    department: str | UnsetType = UNSET
    active: bool = True


class NewPerson(Create):
    """They sign in once an administrator has invited them."""

    email: Email
    name: Name
    role: Role = Role.member
    is_admin: bool = False
    department: DepartmentName | None = None


class PersonPatch(Change):
    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    department: DepartmentName | None | UnsetType = UNSET


@operation("GET", "/people", query=PersonQuery, answer=Listed[PersonObject])
def list_people(query: PersonQuery) -> Listed[PersonObject]:
    """People who are here."""
    filters = dict(filters_of(query, department=any_department))
    if "email" in filters:
        filters["email"] = filters["email"].strip().lower()
    return listed(person_slice(filters, window_of(query)))


@operation("GET", "/people/<int:person_id>", answer=PersonObject)
def get_person(person_id: int) -> PersonObject:
    """One person."""
    return found(person_object(person_id))


@operation("POST", "/people", body=NewPerson, answer=PersonObject, permission=Permission.administer)
def create_person(body: NewPerson) -> Response:
    """Add a person."""
    require(may_administer(actor()))
    email = body.email.strip().lower()
    if not EMAIL.fullmatch(email) or not email.isprintable():
        raise Refused(422, fields={"email": _("Write it like maya@example.com.")})
    department_id = _department(body.department)

    def act() -> object:
        person = add_person(
            email=email, name=body.name, role=body.role, is_admin=body.is_admin,
            department_id=department_id, by=actor(), at=clock.now(),
        )  # fmt: skip
        return person_object(person.id)

    return created(act)


@operation(
    "PATCH", "/people/<int:person_id>", body=PersonPatch, answer=PersonObject,
    permission=Permission.administer,
)  # fmt: skip
def patch_person(person_id: int, body: PersonPatch) -> Response:
    """Change a person's name, role or department."""
    values: dict[str, Any] = given(body, "role")
    if body.name is not UNSET:
        values["name"] = body.name.strip()
    if body.department is not UNSET:
        values["department_id"] = _department(body.department)
    row = sa.select(Person).where(Person.id == person_id)
    return changed(
        body,
        load=lambda: db.session().scalar(for_change(row, Person)),
        allowed=lambda person: may_administer(actor()),
        act=lambda person: person.change(by=actor(), at=clock.now(), **values),
        show=lambda: found(person_object(person_id)),
    )


def _department(name: str | None) -> int | None:
    return None if name is None else department_named(name, "department")
