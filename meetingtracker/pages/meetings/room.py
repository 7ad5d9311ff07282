"""The room: going from item to item, how each one ends, and who is here."""

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.models.acts.run_meeting import end_item, end_talking, go_to_item
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.reads.meeting_room import seats
from meetingtracker.models.reads.minutes import held
from meetingtracker.pages.meetings import forms
from meetingtracker.pages.meetings.page import (
    Answer,
    Asked,
    area,
    changing,
    load,
    placement_of,
    press,
    runs,
)
from meetingtracker.pages.meetings.room_page import Forms, refused_room, room_page
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.rules.states import Presence
from meetingtracker.web.access import actor, allow, require


@area.get("/meetings/<int:meeting_id>/room")
@allow(Permission.signed_in)
def room(meeting_id: int) -> Answer:
    """`rev` is the revision that a poll has seen: 204 if nothing has changed since."""
    seen = request.args.get("rev", type=int)
    if seen is not None and load(meeting_id).revision == seen:
        return Response(status=204)
    return room_page(meeting_id, request.args.get("item", type=int))


def in_room(
    meeting_id: int, act: Callable[[Meeting], object], *, item: int | None = None,
    allowed: Asked = runs,
) -> Answer:  # fmt: skip
    """One button of the room, and back to it."""
    return press(
        meeting_id,
        allowed,
        act,
        done=room_url(meeting_id, item),
        again=lambda: room_page(meeting_id, item),
    )


def ask(meeting_id: int, placement_id: int) -> None:
    """404 and 403 come before what is wrong in a form."""
    meeting = load(meeting_id)
    placement_of(meeting, placement_id)
    require(runs(meeting))


def room_url(meeting_id: int, item: int | None = None) -> str:
    """The room at an item; at the current one its address is plain, so that it follows on."""
    if item == load(meeting_id).current_placement_id:
        item = None
    return url_for("meetings.room", meeting_id=meeting_id, item=item)


@area.post("/meetings/<int:meeting_id>/current")
@allow(Permission.signed_in)
def go_to(meeting_id: int) -> Answer:
    placement_id = request.form.get("placement", type=int)

    def act(meeting: Meeting) -> None:
        placement = placement_of(meeting, placement_id or 0)
        go_to_item(meeting, placement, by=actor(), at=clock.now())

    return in_room(meeting_id, act)


@area.post("/meetings/<int:meeting_id>/wrap-up")
@allow(Permission.signed_in)
def wrap_up(meeting_id: int) -> Answer:
    return press(
        meeting_id,
        runs,
        lambda meeting: end_talking(meeting, by=actor(), at=clock.now()),
        done=url_for("meetings.close", meeting_id=meeting_id),
        again=lambda: room_page(meeting_id),
    )


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/outcome")
@allow(Permission.signed_in)
def set_outcome(meeting_id: int, placement_id: int) -> Answer:
    ask(meeting_id, placement_id)
    form = forms.OutcomeForm()
    form.offer_people()
    if not form.validate():
        return refused_room(meeting_id, placement_id, Forms(outcome=form), 422)
    try:
        with changing(meeting_id, runs) as meeting:
            placement = placement_of(meeting, placement_id)
            if form.is_stale(placement):
                form.version.data = placement.version
                raise RuleBroken(
                    N_("Somebody has said how it ends meanwhile. Look, then send again.")
                )
            end_item(
                meeting, placement, form.outcome.data, verdict=form.verdict.data,
                reason=form.reason.data, executive_id=form.executive.data, by=actor(),
                at=clock.now(),
            )  # fmt: skip
    except RuleBroken as broken:
        form.add_rule_error(broken)
        status = 422 if broken.field else 409
        return refused_room(meeting_id, placement_id, Forms(outcome=form), status)
    return redirect(room_url(meeting_id, placement_id))


@area.post("/meetings/<int:meeting_id>/attendance")
@allow(Permission.signed_in)
def mark(meeting_id: int) -> Answer:
    """One person, or everybody of the series about whom nobody has said anything."""
    form = forms.PresenceForm()
    form.offer_people()
    everybody = "everybody" in request.form
    valid = everybody or form.validate()

    def act(meeting: Meeting) -> None:
        if not valid:
            raise RuleBroken(N_("Choose who is here."))
        chosen = [form.person.data]
        if everybody:
            chosen = [s.person_id for s in seats(held(meeting)) if s.presence is None]
        presence = Presence.present if everybody else form.presence.data
        for person_id in chosen:
            Attendance.mark(meeting, person_id, presence, by=actor(), at=clock.now())

    return in_room(meeting_id, act, item=request.form.get("item", type=int))
