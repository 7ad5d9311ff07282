"""What all pages of a meeting share: finding it, who may change it, one write on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response

from meetingtracker.db import db, writing
from meetingtracker.models.acts.capture import is_present
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.meeting import Meeting, locked_meeting
from meetingtracker.models.reads.agenda_lines import agenda_lines, pool_of
from meetingtracker.models.reads.early_warnings import likely_late
from meetingtracker.models.reads.meeting_room import seats
from meetingtracker.models.reads.meetings import visible_meeting
from meetingtracker.models.reads.minutes import held
from meetingtracker.models.reads.points import points_counted
from meetingtracker.models.reads.preparation import Prepares, departments_of
from meetingtracker.models.reads.verdicts import verdicts_waiting
from meetingtracker.models.series import Series
from meetingtracker.pages.meetings.forms import CancelForm, people_choices
from meetingtracker.rules import permissions as may
from meetingtracker.rules.calendar import next_occurrence
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.web.access import actor, found, require
from meetingtracker.web.filters import edges, today
from meetingtracker.web.forms import say

area = Blueprint("meetings", __name__)

Answer = str | Response | tuple[str, int]
Asked = Callable[[Meeting], bool]


def load(meeting_id: int) -> Meeting:
    return found(visible_meeting(actor(), meeting_id))


def placement_of(meeting: Meeting, placement_id: int) -> Placement:
    """A child is looked up through its parent."""
    return found(
        db.session.scalar(sa.select(Placement).filter_by(id=placement_id, meeting_id=meeting.id))
    )


def runs(meeting: Meeting) -> bool:
    """Facilitator or scribe."""
    return may.runs_meeting(actor(), meeting)


def orders(meeting: Meeting) -> bool:
    """Arranges the agenda: who runs it, and the series' owner until it is live."""
    owns = actor().id is not None and actor().id == meeting.series.owner_id
    return runs(meeting) or (owns and meeting.state.is_ahead)


def manages(meeting: Meeting) -> bool:
    return may.may_manage_series(actor(), meeting.series)


def takes_over(meeting: Meeting) -> bool:
    """In one tap: the series' owner, and an attending leader or executive, also as a guest."""
    return may.may_take_over(actor(), meeting.series, is_here=is_present(meeting, actor().id or 0))


def own_departments(meeting: Meeting) -> list[Prepares]:
    """Those of the departments that take part for which the visitor may say that all is fine."""
    return [one for one in departments_of(meeting.id) if may.may_prepare(actor(), one)]


def coming_day(series: Series, last: date | None, on: date) -> date:
    """The occurrence after the last meeting; if that has passed, the next weekday from `on`."""
    day = next_occurrence(last, series.weekday, series.every_weeks) if last else None
    if day is None or day < on:
        day = next_occurrence(on - timedelta(days=1), series.weekday)
    return day


def _nothing() -> None:
    pass


@contextmanager
def changing(
    meeting_id: int, allowed: Asked, before: Callable[[], object] = _nothing
) -> Iterator[Meeting]:
    """One write on a meeting that the actor may see and `allowed` lets change; it is locked.

    `before` takes the locks that come before that one.
    """
    require(allowed(load(meeting_id)))
    with writing():
        before()
        meeting = found(locked_meeting(meeting_id))
        require(allowed(meeting))
        yield meeting


def press(
    meeting_id: int,
    allowed: Asked,
    act: Callable[[Meeting], object],
    *,
    done: str,
    again: Callable[[], Answer],
    before: Callable[[], object] = _nothing,
) -> Answer:
    """A button: act and go to `done`; refused by a rule, the page `again` says why (409)."""
    try:
        with changing(meeting_id, allowed, before) as meeting:
            act(meeting)
    except RuleBroken as broken:
        flash(say(broken), "error")
        return make_response(again(), 409)
    return redirect(done)


def show_page(meeting_id: int, cancel: CancelForm | None = None) -> str:
    """The meeting with its agenda; `cancel` is the form of a refused cancellation."""
    meeting = load(meeting_id)
    everything = held(meeting)
    lines = agenda_lines(everything, actor())
    arranges = orders(meeting) and meeting.state.is_ahead
    ahead, open_agenda = meeting.state.is_ahead, meeting.state.takes_items
    departments = departments_of(meeting.id) if ahead else []
    asked = [one for one in departments if one.at is None and may.may_prepare(actor(), one)]
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        lines=lines,
        planned=lines[-1].until if lines else 0,
        seats=seats(everything),
        pool=pool_of(meeting.series_id, actor()) if arranges else [],
        is_today=meeting.held_on <= today(),
        today=today(),
        verdicts=len(verdicts_waiting(actor(), [meeting.series_id])) if open_agenda else None,
        points=points_counted(meeting) if meeting.series.gives_points else {},
        departments=departments,
        asks_me=bool(asked),
        likely=likely_late(actor(), edges(), series_id=meeting.series_id) if ahead else [],
        missed=meeting.state.is_ahead and meeting.held_on < today(),
        arranges=arranges,
        runs=runs(meeting),
        manages=manages(meeting) and meeting.state.is_ahead,
        takes_over=takes_over(meeting) and not meeting.state.has_minutes,
        people=people_choices("") if arranges or runs(meeting) else [],
        cancel=cancel or CancelForm(formdata=None, obj=meeting),
    )
