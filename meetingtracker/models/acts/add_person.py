"""Add a person: no two have one mail address."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, Role


def add_person(
    *,
    email: str,
    name: str,
    role: Role,
    is_admin: bool,
    department_id: int | None,
    by: Actor,
    at: datetime,
) -> Person:
    """Without a password: an invitation lets them choose one. RuleBroken for a known address."""
    folded = email.strip().lower()
    if db.session().scalar(sa.select(Person.id).where(Person.email == folded)) is not None:
        raise RuleBroken(N_("Somebody has this mail address already."), field="email")
    return Person.join(
        email=folded, name=name, role=role, is_admin=is_admin, department_id=department_id,
        by=by, at=at,
    )  # fmt: skip
