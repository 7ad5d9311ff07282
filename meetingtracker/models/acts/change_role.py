"""Somebody's role or administrator's switch changes: every session of theirs ends."""

from datetime import datetime

from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import end_all
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, Role


def change_role(
    person: Person,
    *,
    role: Role | None = None,
    is_admin: bool | None = None,
    by: Actor,
    at: datetime,
    reason: str | None = None,
) -> bool:
    """Set what is given; False, and no session ends, if it stood so already.

    Raises RuleBroken when the last administrator would lose the switch.
    """
    role = person.role if role is None else role
    is_admin = person.is_admin if is_admin is None else is_admin
    if not is_admin and person.is_last_admin():
        raise RuleBroken(
            N_("This is the last administrator. Give somebody else the switch first."),
            field="is_admin",
        )
    changed = person.record(
        "person.role_changed", by=by, at=at, reason=reason, role=role, is_admin=is_admin
    )
    if changed:
        end_all(person.id, at=at)
    return changed
