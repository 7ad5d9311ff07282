"""Which departments are prepared for a meeting, and whom it asks to prepare."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.preparation import Preparation
from meetingtracker.models.series import Series, SeriesAttendee, visible_series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import AGENDA_OPEN

Clause = sa.ColumnElement[bool]
COMES_NEAR = timedelta(days=7)
"""From then on My week asks to prepare, also for a meeting that was planned long before."""


@dataclass(frozen=True, slots=True)
class Prepares:
    """A department that takes part in a meeting; `at` and `by`: who said that it is prepared."""

    id: int
    name: str
    colour: int
    leader_id: int | None
    deputy_id: int | None
    leader: str | None
    at: datetime | None
    by: str | None


def takes_part() -> Clause:
    """In a select of departments and meetings: the leader or the deputy is invited."""
    invited = sa.exists().where(
        SeriesAttendee.series_id == Meeting.series_id, SeriesAttendee.removed_at.is_(None),
        sa.or_(
            SeriesAttendee.person_id == Department.leader_id,
            SeriesAttendee.person_id == Department.deputy_id,
        ),
    )  # fmt: skip
    return sa.and_(Department.closed_at.is_(None), invited.correlate(Department, Meeting))


def _said() -> Clause:
    return sa.and_(Preparation.meeting_id == Meeting.id, Preparation.department_id == Department.id)


def is_missing() -> Clause:
    """In a select of departments and meetings: it takes part and has not said that it is ready."""
    said = sa.exists().where(_said()).correlate(Department, Meeting)
    return sa.and_(takes_part(), ~said)


def departments_of(meeting_id: int) -> list[Prepares]:
    """The departments that take part, by name, in one query."""
    leader, speaker = aliased(Person), aliased(Person)
    head = sa.func.coalesce(Department.leader_id, Department.deputy_id)
    rows = db.session().execute(
        sa.select(
            Department.id, Department.name, Department.colour, Department.leader_id,
            Department.deputy_id, leader.name.label("leader"), Preparation.at,
            speaker.name.label("by"),
        )
        .select_from(Meeting)
        .join(Department, takes_part())
        .outerjoin(Preparation, _said())
        .outerjoin(leader, leader.id == head)
        .outerjoin(speaker, speaker.id == Preparation.person_id)
        .where(Meeting.id == meeting_id)
        .order_by(Department.name)
    )  # fmt: skip
    return [Prepares(**row._mapping) for row in rows]


def asks_to_prepare(actor: Actor) -> Clause:
    """Meetings whose agenda is open and that a department of the actor's is not prepared for; the
    SQL twin of `may_prepare`."""
    own = sa.or_(
        Department.id.in_(actor.leads),
        Department.leader_id.in_(actor.stands_in_for),
        Department.deputy_id.in_(actor.stands_in_for),
    )
    missing = sa.exists().where(own, is_missing()).correlate(Meeting)
    return sa.and_(Meeting.state.in_(AGENDA_OPEN), missing)


@dataclass(frozen=True, slots=True)
class Missing:
    """A department that is not prepared for a meeting whose agenda is open."""

    meeting_id: int
    held_on: date
    leader_id: int | None
    deputy_id: int | None


def missing_on(after: date, until: date) -> list[Missing]:
    """For all meetings after a day, up to and including another."""
    rows = db.session().execute(
        sa.select(
            Meeting.id.label("meeting_id"), Meeting.held_on, Department.leader_id,
            Department.deputy_id,
        )
        .join(Department, is_missing())
        .where(
            Meeting.state.in_(AGENDA_OPEN), Meeting.held_on > after, Meeting.held_on <= until
        )
        .order_by(Meeting.id, Department.id)
    )  # fmt: skip
    return [Missing(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """A meeting that somebody has not prepared for."""

    id: int
    series: str
    held_on: date


def to_prepare(actor: Actor, today: date) -> list[ToPrepare]:
    """The meetings of the next days that the actor's departments are not prepared for."""
    if not (actor.leads or actor.stands_in_for):
        return []
    rows = db.session().execute(
        sa.select(Meeting.id, Series.name.label("series"), Meeting.held_on)
        .join(Series, Series.id == Meeting.series_id)
        .where(
            Meeting.held_on.between(today, today + COMES_NEAR), asks_to_prepare(actor),
            visible_series(actor),
        )
        .order_by(Meeting.held_on, Meeting.id)
    )  # fmt: skip
    return [ToPrepare(**row._mapping) for row in rows]
