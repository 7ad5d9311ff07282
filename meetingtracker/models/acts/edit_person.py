"""What an administrator says of somebody: name, address, place, role, in one version."""

from datetime import datetime

from meetingtracker.models.acts.change_address import change_address
from meetingtracker.models.acts.change_role import change_role
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, Role


def edit_person(
    person: Person,
    *,
    name: str,
    email: str,
    department_id: int | None,
    manager_id: int | None,
    role: Role,
    is_admin: bool,
    by: Actor,
    at: datetime,
    tell: bool,
) -> None:
    """`tell`: the old mail address gets a notice. A change of role or switch ends every session.

    Raises RuleBroken for an address that is taken, for the last administrator's switch, and for
    somebody who would be their own manager.
    """
    if manager_id == person.id:
        raise RuleBroken(N_("Nobody is their own manager."), field="manager")
    with person.as_one_version():
        change_address(person, email, by=by, at=at, tell=tell)
        change_role(person, role=role, is_admin=is_admin, by=by, at=at)
        person.change(
            name=name.strip(), department_id=department_id, manager_id=manager_id, by=by, at=at
        )
