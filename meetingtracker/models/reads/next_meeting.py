"""The next meeting of the person, as the side of My week shows it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.department import Department
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.models.series import Series, SeriesAttendee, visible_series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER, MeetingState


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """`planned` of `minutes` are on the agenda; `silent`: departments that have added nothing."""

    id: int
    series_id: int
    series: str
    starts_at: datetime
    state: MeetingState
    items: int
    planned: int
    minutes: int
    silent: tuple[str, ...]


def next_meeting(actor: Actor) -> NextMeeting | None:
    """The one that runs, else the earliest that is planned; those one attends come first."""
    row = db.session().execute(_statement(actor)).first()
    if row is None:
        return None
    return NextMeeting(silent=_silent(row.id, row.series_id, actor), **row._mapping)


@lru_cache(maxsize=1024)
def _statement(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    attends = sa.exists().where(
        SeriesAttendee.series_id == Series.id,
        SeriesAttendee.person_id == actor.id,
        SeriesAttendee.removed_at.is_(None),
    )
    items = sa.select(sa.func.count()).where(Placement.meeting_id == Meeting.id)
    planned = sa.select(sa.func.coalesce(sa.func.sum(Placement.minutes), 0)).where(
        Placement.meeting_id == Meeting.id
    )
    return (
        sa.select(
            Meeting.id, Meeting.series_id, Series.name.label("series"), Meeting.starts_at,
            Meeting.state, Meeting.minutes,
            items.correlate(Meeting).scalar_subquery().label("items"),
            planned.correlate(Meeting).scalar_subquery().label("planned"),
        )
        .join(Series, Series.id == Meeting.series_id)
        .where(Meeting.state.in_(NOT_OVER), visible_series(actor))
        .order_by(
            sa.case((attends, 0), else_=1),
            sa.case((Meeting.state.in_((MeetingState.live, MeetingState.wrap_up)), 0), else_=1),
            Meeting.starts_at,
            Meeting.id,
        )
        .limit(1)
    )  # fmt: skip


def _silent(meeting_id: int, series_id: int, actor: Actor) -> tuple[str, ...]:
    """Departments that attend and have no item on the agenda that the actor may read."""
    attend = (
        sa.select(Person.department_id)
        .join(SeriesAttendee, SeriesAttendee.person_id == Person.id)
        .where(SeriesAttendee.series_id == series_id, SeriesAttendee.removed_at.is_(None))
    )
    heard = (
        sa.select(AgendaItem.department_id)
        .join(Placement, Placement.item_id == AgendaItem.id)
        .where(Placement.meeting_id == meeting_id, visible_items(actor))
    )
    names = db.session().scalars(
        sa.select(Department.name)
        .where(Department.id.in_(attend), Department.id.not_in(heard))
        .order_by(Department.name)
    )
    return tuple(names)
