"""People and departments to choose from, and the names that a mention may mean."""

from collections.abc import Callable

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person


def active_people() -> list[tuple[int, str, str | None]]:
    """Id, name and department's name of everybody who is still here, by name."""
    rows = db.session().execute(
        sa.select(Person.id, Person.name, Department.name)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return [(person_id, name, home) for person_id, name, home in rows]


def people_and_homes() -> list[tuple[int, str]]:
    """Id and "Maya Ortiz · Fulfilment" of everybody who is still here, to choose from."""
    return [(i, f"{name} · {home}" if home else name) for i, name, home in active_people()]


def open_departments() -> list[tuple[int, str]]:
    rows = db.session().execute(
        sa.select(Department.id, Department.name)
        .where(Department.closed_at.is_(None))
        .order_by(Department.name)
    )
    return [(department_id, name) for department_id, name in rows]


def mention_lookup(text: str) -> Callable[[str], tuple[int, str] | None]:
    """Who an @name in `text` means: mail name, first name or first.last, if only one fits."""
    if "@" not in text:
        return lambda handle: None
    known: dict[str, set[tuple[int, str]]] = {}
    rows = db.session().execute(
        sa.select(Person.id, Person.name, Person.email).where(Person.deactivated_at.is_(None))
    )
    for person_id, name, email in rows:
        words = name.lower().split()
        for handle in {email.split("@")[0], words[0], ".".join(words), "".join(words)}:
            known.setdefault(handle, set()).add((person_id, name))

    def meant(handle: str) -> tuple[int, str] | None:
        fits = known.get(handle.lower(), set())
        return next(iter(fits)) if len(fits) == 1 else None

    return meant
