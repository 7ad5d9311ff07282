"""Found a department, or give it another name: no two are called alike."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def found_department(name: str, *, by: Actor, at: datetime) -> Department:
    """With the next colour of the palette. RuleBroken if the name is taken."""
    _refuse_taken(name)
    colour = db.session().scalar(sa.select(sa.func.count()).select_from(Department)) or 0
    return Department.found(name=name.strip(), colour=colour, by=by, at=at)


def rename_department(department: Department, name: str, *, by: Actor, at: datetime) -> bool:
    """RuleBroken if another one has the name."""
    _refuse_taken(name, but=department.id)
    return department.record("department.renamed", by=by, at=at, name=name.strip())


def _refuse_taken(name: str, but: int | None = None) -> None:
    wanted = name.strip().casefold()
    for department_id, known in db.session().execute(sa.select(Department.id, Department.name)):
        if known.casefold() == wanted and department_id != but:
            raise RuleBroken(N_("There is a department of this name."), field="name")
