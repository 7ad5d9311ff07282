"""Names and mail addresses as programs know things by, and the ids behind them."""

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def department_named(name: str, field: str, *, closed_too: bool = False) -> int:
    """The id of a department, whatever the case. RuleBroken names the field it was sent in."""
    rows = db.session().execute(sa.select(Department.id, Department.name, Department.closed_at))
    wanted = name.strip().casefold()
    for department_id, known, closed_at in rows:
        if known.casefold() == wanted and (closed_too or closed_at is None):
            return int(department_id)
    raise RuleBroken(N_("There is no department “%(name)s”."), field=field, name=name.strip()[:80])


def person_known(email: str, field: str, *, gone_too: bool = False) -> int:
    """The id of a person. RuleBroken names the field it was sent in."""
    person = db.session().scalar(sa.select(Person).where(Person.email == email.strip().lower()))
    if person is None or not (gone_too or person.is_active):
        raise RuleBroken(
            N_("There is nobody here with the address %(email)s."), field=field,
            email=email.strip()[:254],
        )  # fmt: skip
    return person.id


def series_named(name: str, actor: Actor) -> Series:
    """A series that the actor may see. RuleBroken if there is none of that name for them."""
    series = db.session().scalar(
        sa.select(Series).where(Series.name == name.strip(), visible_series(actor))
    )
    if series is None:
        raise RuleBroken(N_("There is no series of that name."), field="series")
    return series


def department_of(person_id: int | None) -> int | None:
    """The department somebody belongs to."""
    return db.session().scalar(sa.select(Person.department_id).where(Person.id == person_id))


def department_names() -> dict[int, str]:
    """All departments, closed ones too."""
    rows = db.session().execute(sa.select(Department.id, Department.name))
    return {department_id: name for department_id, name in rows}
