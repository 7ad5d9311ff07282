"""Everybody who may be told something, and who leads and stands in for whom, in two queries."""

from datetime import date

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.rules.recipients import Company, Someone


def the_company(today: date) -> Company:
    """As it is on the organisation's day."""
    away = sa.exists().where(
        Absence.person_id == Person.id, Absence.from_on <= today, Absence.to_on >= today,
        Absence.cancelled_at.is_(None),
    )  # fmt: skip
    people = db.session().execute(
        sa.select(
            Person.id, Person.role, Person.department_id, Person.manager_id, Person.delegate_id,
            Person.deactivated_at.is_(None), away,
        )
    )  # fmt: skip
    departments = db.session().execute(
        sa.select(Department.id, Department.leader_id, Department.deputy_id)
    )
    return Company(
        people={row[0]: Someone(*row) for row in people},
        heads={i: tuple(one for one in heads if one is not None) for i, *heads in departments},
    )
