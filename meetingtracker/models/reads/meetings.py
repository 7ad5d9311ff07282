"""Meetings and series that a person may see: one of them, and the lists."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.decision import Decision
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.models.reads.decisions import visible_decisions
from meetingtracker.models.series import Series, SeriesAttendee, visible_series
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import AHEAD, MeetingState

PAGE = 30
RUNNING = (MeetingState.live, MeetingState.wrap_up)
OVER = (MeetingState.issued, MeetingState.approved, MeetingState.cancelled)


def visible_meeting(actor: Actor, meeting_id: int) -> Meeting | None:
    """The meeting with its series and the people who run it, if its series may be seen."""
    return db.session().scalar(
        sa.select(Meeting)
        .join(Series, Series.id == Meeting.series_id)
        .where(Meeting.id == meeting_id, visible_series(actor))
        .options(
            joinedload(Meeting.series),
            joinedload(Meeting.facilitator),
            joinedload(Meeting.scribe),
        )
        .execution_options(populate_existing=True)
    )


def visible_series_row(actor: Actor, series_id: int) -> Series | None:
    return db.session().scalar(
        sa.select(Series)
        .where(Series.id == series_id, visible_series(actor))
        .options(joinedload(Series.owner))
        .execution_options(populate_existing=True)
    )


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One line of the list; the counts say what stood on the agenda and what came of it."""

    id: int
    series: str
    held_on: date
    start_time: time
    state: MeetingState
    facilitator: str | None
    items: int
    settled: int
    carried: int
    decisions: int
    actions: int


@dataclass(frozen=True, slots=True)
class MeetingList:
    running: list[MeetingRow]
    ahead: list[MeetingRow]
    """The next one first."""
    past: list[MeetingRow]
    """The newest first, one page of them."""
    next_cursor: str | None
    total: int
    past_total: int


def meeting_list(
    actor: Actor, *, series_id: int | None = None, after: tuple[date, int] | None = None
) -> MeetingList:
    """All that run or lie ahead, and a page of past ones older than `after` (day, id)."""
    scope = [visible_series(actor)]
    if series_id is not None:
        scope.append(Series.id == series_id)
    older = [Meeting.state.in_(OVER), *scope]
    if after is not None:
        older.append(sa.tuple_(Meeting.held_on, Meeting.id) < sa.tuple_(*map(sa.literal, after)))
    session = db.session()
    now: list[Meeting] = list(
        session.scalars(
            _meetings(*scope, Meeting.state.not_in(OVER)).order_by(Meeting.held_on, Meeting.id)
        )
    )
    past: list[Meeting] = list(
        session.scalars(
            _meetings(*older).order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(PAGE + 1)
        )
    )
    shown = past[:PAGE]
    counts = _counts([m.id for m in (*now, *shown)], actor)
    rows = {m.id: _row(m, counts) for m in (*now, *shown)}
    past_total = session.scalar(
        sa.select(sa.func.count(Meeting.id))
        .join(Series, Series.id == Meeting.series_id)
        .where(Meeting.state.in_(OVER), *scope)
    )
    return MeetingList(
        running=[rows[m.id] for m in now if m.state in RUNNING],
        ahead=[rows[m.id] for m in now if m.state in AHEAD],
        past=[rows[m.id] for m in shown],
        next_cursor=f"{shown[-1].held_on}.{shown[-1].id}" if len(past) > PAGE else None,
        total=(past_total or 0) + len(now),
        past_total=past_total or 0,
    )


def _meetings(*where: sa.ColumnElement[bool]) -> Any:
    return (
        sa.select(Meeting)
        .join(Series, Series.id == Meeting.series_id)
        .where(*where)
        .options(joinedload(Meeting.series), joinedload(Meeting.facilitator))
    )


Counts = dict[str, dict[int, int]]


def _counts(ids: list[int], actor: Actor) -> Counts:
    """By kind and meeting id: items, settled, carried, decisions, actions. Three queries.

    An item that is hidden from the actor is one of the items, but what came of it is not told.
    """
    session = db.session()
    counts: Counts = {"items": {}, "settled": {}, "carried": {}}
    told = sa.case((visible_items(actor), Placement.outcome), else_=sa.null())
    ended = (
        sa.select(Placement.meeting_id, told.label("outcome"))
        .join(AgendaItem, AgendaItem.id == Placement.item_id)
        .where(Placement.meeting_id.in_(ids))
        .subquery()
    )
    outcomes = session.execute(
        sa.select(ended.c.meeting_id, ended.c.outcome, sa.func.count()).group_by(
            ended.c.meeting_id, ended.c.outcome
        )
    )
    for meeting_id, outcome, count in outcomes:
        kinds = ["items"]
        if outcome is not None and outcome is not Outcome.WITHDRAWN:
            kinds.append("carried" if outcome.carries else "settled")
        for kind in kinds:
            counts[kind][meeting_id] = counts[kind].get(meeting_id, 0) + count
    for kind, table, counted in (
        ("decisions", Decision, visible_decisions(actor)),
        ("actions", Action, sa.and_(Action.undone_at.is_(None), visible_actions(actor))),
    ):
        found = session.execute(
            sa.select(table.meeting_id, sa.func.count())
            .where(table.meeting_id.in_(ids), counted)
            .group_by(table.meeting_id)
        )
        counts[kind] = {int(meeting_id or 0): count for meeting_id, count in found}
    return counts


def _row(meeting: Meeting, counts: Counts) -> MeetingRow:
    return MeetingRow(
        id=meeting.id,
        series=meeting.series.name,
        held_on=meeting.held_on,
        start_time=meeting.start_time,
        state=meeting.state,
        facilitator=meeting.facilitator.name if meeting.facilitator else None,
        **{kind: found.get(meeting.id, 0) for kind, found in counts.items()},
    )


@dataclass(frozen=True, slots=True)
class SeriesRow:
    series: Series
    owner: str | None
    in_pool: int
    last_on: date | None
    """The day of its latest meeting that was not cancelled."""


def series_rows(actor: Actor) -> list[SeriesRow]:
    """The series that go on, with what waits for their next meeting."""
    waiting = (
        sa.select(sa.func.count(AgendaItem.id))
        .where(AgendaItem.series_id == Series.id, AgendaItem.in_pool, visible_items(actor))
        .scalar_subquery()
    )
    last_on = (
        sa.select(sa.func.max(Meeting.held_on))
        .where(Meeting.series_id == Series.id, Meeting.state != MeetingState.cancelled)
        .scalar_subquery()
    )
    rows = db.session().execute(
        sa.select(Series, waiting, last_on)
        .where(visible_series(actor), Series.ended_at.is_(None))
        .options(joinedload(Series.owner))
        .order_by(Series.id)
    )
    return [
        SeriesRow(series, series.owner.name if series.owner else None, count, day)
        for series, count, day in rows
    ]


def attendees_of(series_id: int) -> list[str]:
    """The names of those who belong to the series, in order."""
    return list(
        db.session().scalars(
            sa.select(Person.name)
            .join(SeriesAttendee, SeriesAttendee.person_id == Person.id)
            .where(SeriesAttendee.series_id == series_id, SeriesAttendee.removed_at.is_(None))
            .order_by(Person.name)
        )
    )


def last_meeting_on(series_id: int) -> date | None:
    """The day of the series' latest meeting that was not cancelled."""
    return db.session().scalar(
        sa.select(sa.func.max(Meeting.held_on)).where(
            Meeting.series_id == series_id, Meeting.state != MeetingState.cancelled
        )
    )
