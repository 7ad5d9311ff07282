"""/api/v1/departments."""

import sqlalchemy as sa
from flask import Response
from msgspec import UNSET, UnsetType

from meetingtracker import clock
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Change, Create, DepartmentName, Email, ListQuery
from meetingtracker.api.lists import Listed, anybody, filters_of, listed, window_of
from meetingtracker.api.writes import changed, created
from meetingtracker.db import db, for_change
from meetingtracker.models.acts.found_department import found_department, rename_department
from meetingtracker.models.department import Department
from meetingtracker.models.reads.api.directory import (
    DepartmentObject,
    department_object,
    department_slice,
)
from meetingtracker.models.reads.api.names import person_known
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, found, require


class DepartmentQuery(ListQuery):
    """A leader or deputy may be "none"."""

    name: str | UnsetType = UNSET
    leader: str | UnsetType = UNSET
    deputy: str | UnsetType = UNSET
    open: bool | UnsetType = UNSET


class NewDepartment(Create):
    name: DepartmentName
    leader: Email | None = None
    deputy: Email | None = None


class DepartmentPatch(Change):
    name: DepartmentName | UnsetType = UNSET
    leader: Email | None | UnsetType = UNSET
    deputy: Email | None | UnsetType = UNSET


@operation("GET", "/departments", query=DepartmentQuery, answer=Listed[DepartmentObject])
def list_departments(query: DepartmentQuery) -> Listed[DepartmentObject]:
    """All departments."""
    filters = filters_of(query, leader=anybody, deputy=anybody)
    return listed(department_slice(filters, window_of(query)))


@operation("GET", "/departments/<int:department_id>", answer=DepartmentObject)
def get_department(department_id: int) -> DepartmentObject:
    """One department."""
    return found(department_object(department_id))


@operation(
    "POST", "/departments", body=NewDepartment, answer=DepartmentObject,
    permission=Permission.administer,
)  # fmt: skip
def create_department(body: NewDepartment) -> Response:
    """Found a department."""
    require(may_administer(actor()))
    leader_id, deputy_id = _person(body.leader, "leader"), _person(body.deputy, "deputy")

    def act() -> object:
        department = found_department(body.name, by=actor(), at=clock.now())
        if leader_id or deputy_id:
            department.appoint(
                leader_id=leader_id, deputy_id=deputy_id, by=actor(), at=clock.now()
            )  # fmt: skip
        return department_object(department.id)

    return created(act)


@operation(
    "PATCH", "/departments/<int:department_id>", body=DepartmentPatch, answer=DepartmentObject,
    permission=Permission.administer,
)  # fmt: skip
def patch_department(department_id: int, body: DepartmentPatch) -> Response:
    """Rename a department, or say who leads it."""

    def act(row: Department) -> None:
        leader_id, deputy_id = row.leader_id, row.deputy_id
        if body.leader is not UNSET:
            leader_id = _person(body.leader, "leader")
        if body.deputy is not UNSET:
            deputy_id = _person(body.deputy, "deputy")
        if (leader_id, deputy_id) != (row.leader_id, row.deputy_id):
            row.appoint(leader_id=leader_id, deputy_id=deputy_id, by=actor(), at=clock.now())
        if body.name is not UNSET:
            rename_department(row, body.name, by=actor(), at=clock.now())

    row = sa.select(Department).where(Department.id == department_id)
    return changed(
        body,
        load=lambda: db.session().scalar(for_change(row, Department)),
        allowed=lambda department: may_administer(actor()),
        act=act,
        show=lambda: found(department_object(department_id)),
    )


def _person(email: str | None, field: str) -> int | None:
    return None if email is None else person_known(email, field)
