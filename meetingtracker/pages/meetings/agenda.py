"""Arranging a meeting's agenda, and who runs it."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from meetingtracker import clock
from meetingtracker.models.acts.gather_verdicts import (
    due_verdicts,
    gather_verdicts,
    hold_for_verdicts,
)
from meetingtracker.models.acts.order_agenda import count_points, move_placement, propose_order
from meetingtracker.models.acts.place_item import place_item
from meetingtracker.models.acts.run_meeting import start_meeting
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.agenda_lines import pool_of
from meetingtracker.models.reads.company import the_company
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.reads.people import active_people
from meetingtracker.pages.meetings.forms import MinutesForm
from meetingtracker.pages.meetings.page import (
    Answer,
    Asked,
    area,
    load,
    orders,
    placement_of,
    press,
    runs,
    show_page,
    takes_over,
)
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.filters import calendar, today, zone
from meetingtracker.web.forms import back_to

STEPS = {"up": -1, "down": 1, "top": -1000, "bottom": 1000}
"""How far a button moves an item; the ends of the agenda stop it."""


def _do(
    meeting_id: int,
    allowed: Asked,
    act: Callable[[Meeting], object],
    room: bool = False,
    **more: Any,
) -> Answer:
    where = url_for("meetings.room" if room else "meetings.show", meeting_id=meeting_id)
    return press(
        meeting_id, allowed, act, done=back_to(where), again=lambda: show_page(meeting_id), **more
    )


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/position")
@allow(Permission.signed_in)
def move(meeting_id: int, placement_id: int) -> Answer:
    def act(meeting: Meeting) -> None:
        steps = STEPS.get(request.form.get("direction", ""))
        if steps is None:
            abort(400)
        placement = placement_of(meeting, placement_id)
        move_placement(meeting, placement, steps, by=actor(), at=clock.now())

    return _do(meeting_id, orders, act)


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/minutes")
@allow(Permission.signed_in)
def set_minutes(meeting_id: int, placement_id: int) -> Answer:
    form = MinutesForm()

    def act(meeting: Meeting) -> None:
        meeting.must_not_be_over()
        placement = placement_of(meeting, placement_id)
        if not form.validate():
            raise RuleBroken(N_("Give the minutes as a number from 1 to 240."))
        if form.is_stale(placement):
            raise RuleBroken(N_("Somebody has changed this item meanwhile. Look again."))
        placement.plan_minutes(form.minutes.data, by=actor(), at=clock.now())
        meeting.touch()

    return _do(meeting_id, orders, act)


@area.post("/meetings/<int:meeting_id>/placements")
@allow(Permission.signed_in)
def pull_in(meeting_id: int) -> Answer:
    """Take an item out of the pool; after the freeze it is marked late."""
    item_id = request.form.get("item", type=int)

    def act(meeting: Meeting) -> None:
        waiting = {item.id: item for item in pool_of(meeting.series_id, actor())}
        place_item(found(waiting.get(item_id or 0)), meeting, by=actor(), at=clock.now())

    return _do(meeting_id, orders, act)


@area.post("/meetings/<int:meeting_id>/order")
@allow(Permission.signed_in)
def reorder(meeting_id: int) -> Answer:
    return _do(
        meeting_id, orders, lambda meeting: propose_order(meeting, by=actor(), at=clock.now())
    )


@area.post("/meetings/<int:meeting_id>/freeze")
@allow(Permission.signed_in)
def freeze(meeting_id: int) -> Answer:
    return _with_verdicts(
        meeting_id, lambda meeting: meeting.freeze(by=actor(), at=clock.now()), room=False
    )


@area.post("/meetings/<int:meeting_id>/start")
@allow(Permission.signed_in)
def start(meeting_id: int) -> Answer:
    return _with_verdicts(
        meeting_id,
        lambda meeting: start_meeting(meeting, by=actor(), at=clock.now(), on=today()),
        room=True,
    )


def _with_verdicts(meeting_id: int, act: Callable[[Meeting], object], room: bool) -> Answer:
    """Close the agenda, and bring what is overdue before the meeting in the same write."""
    seen = load(meeting_id)
    require(orders(seen))
    series_id, day = seen.series_id, Day(today(), zone(), calendar(), the_company(today()))
    dues = due_verdicts(series_id, day)

    def close(meeting: Meeting) -> None:
        came = gather_verdicts(meeting, dues, day, by=actor(), at=clock.now())
        count_points(meeting, by=actor(), at=clock.now())
        act(meeting)
        if came:
            flash(
                ngettext(
                    "%(num)d overdue promise came onto the agenda.",
                    "%(num)d overdue promises came onto the agenda.",
                    came,
                )
            )

    return _do(meeting_id, orders, close, room, before=lambda: hold_for_verdicts(series_id))


@area.post("/meetings/<int:meeting_id>/facilitator")
@allow(Permission.signed_in)
def take_over(meeting_id: int) -> Answer:
    """One tap: whoever may, runs the meeting from now on."""

    def act(meeting: Meeting) -> None:
        person_id = actor().id
        assert person_id is not None
        if meeting.facilitate(person_id, by=actor(), at=clock.now()):
            flash(_("You run this meeting now."))

    return _do(meeting_id, takes_over, act)


@area.post("/meetings/<int:meeting_id>/scribe")
@allow(Permission.signed_in)
def name_scribe(meeting_id: int) -> Answer:
    chosen = request.form.get("person", "")

    def act(meeting: Meeting) -> None:
        known = {str(person_id): person_id for person_id, *_rest in active_people()}
        if chosen and chosen not in known:
            raise RuleBroken(N_("Choose somebody who is still here."))
        meeting.take_notes(known.get(chosen), by=actor(), at=clock.now())

    return _do(meeting_id, lambda meeting: orders(meeting) or runs(meeting), act)
