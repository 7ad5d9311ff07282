"""Plan a meeting of a series: everything in the pool comes onto its agenda."""

from datetime import date, datetime, time

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.order_agenda import candidates
from meetingtracker.models.acts.place_item import place_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.series import Series, locked_series
from meetingtracker.rules.agenda import proposed_order
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


def plan_meeting(
    series: Series,
    *,
    held_on: date,
    by: Actor,
    at: datetime,
    start_time: time | None = None,
    minutes: int | None = None,
) -> Meeting:
    """Add the meeting on `held_on` (a day in the series' zone) with the pool in proposed order.

    Start and length in minutes are the series' own unless given. The series' owner facilitates.
    RuleBroken for a day that has a meeting, or that lies before minutes already issued.
    """
    series = locked_series(series.id)
    if series.ended_at is not None:
        raise RuleBroken(N_("This series has ended."))
    _refuse_taken_day(series.id, held_on)
    start_time = start_time or series.start_time
    meeting = Meeting.create(
        "meeting.planned", by=by, at=at, series_id=series.id, held_on=held_on,
        start_time=start_time, zone=series.zone,
        starts_at=at_local(held_on, start_time, series.zone),
        minutes=minutes or series.minutes, state=MeetingState.planned,
        facilitator_id=series.owner_id, revision=0,
    )  # fmt: skip
    pool = {
        item.id: item
        for item in db.session().scalars(
            sa.select(AgendaItem).where(AgendaItem.series_id == series.id, AgendaItem.in_pool)
        )
    }
    for candidate in proposed_order(candidates(pool), meeting_minutes=meeting.minutes):
        place_item(pool[candidate.item_id], meeting, by=by, at=at)
    return meeting


def _refuse_taken_day(series_id: int, held_on: date) -> None:
    later = db.session().scalars(
        sa.select(Meeting).where(
            Meeting.series_id == series_id,
            Meeting.held_on >= held_on,
            Meeting.state != MeetingState.cancelled,
        )
    )
    for meeting in later:
        if meeting.held_on == held_on:
            raise RuleBroken(N_("This series meets on that day already."), field="held_on")
        if meeting.state.has_minutes:
            raise RuleBroken(
                N_("There are minutes of a later day already. Choose a day after them."),
                field="held_on",
            )
