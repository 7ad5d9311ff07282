"""The room's answers to an overdue promise: one short form does the deed and ends the item."""

from flask import redirect

from meetingtracker import clock
from meetingtracker.models.action import Action
from meetingtracker.models.acts import verdicts as acts
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.reads.verdicts import promise_of
from meetingtracker.pages.meetings.forms import VerdictForm
from meetingtracker.pages.meetings.page import Answer, area, changing, load, placement_of, runs
from meetingtracker.pages.meetings.room import ask, room_url
from meetingtracker.pages.meetings.room_page import Forms, allowed_answers, refused_room
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.filters import today


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/verdict")
@allow(Permission.signed_in)
def give_verdict(meeting_id: int, placement_id: int) -> Answer:
    ask(meeting_id, placement_id)
    _promise(placement_of(load(meeting_id), placement_id))
    form = VerdictForm()
    form.offer_people()
    if not form.validate():
        return refused_room(meeting_id, placement_id, Forms(verdict=form), 422)
    try:
        with changing(meeting_id, runs) as meeting:
            placement = placement_of(meeting, placement_id)
            action = _promise(placement)
            require(form.answer.data in allowed_answers(action))
            if form.is_stale(action):
                form.version.data = action.version
                raise RuleBroken(N_("Somebody has changed it meanwhile. Look, then send again."))
            acts.give_verdict(
                meeting, placement, action, form.answer.data, reason=form.reason.data or "",
                to=form.due_on.data, person_id=form.person.data, by=actor(), at=clock.now(),
                on=today(),
            )  # fmt: skip
    except RuleBroken as broken:
        form.add_rule_error(broken)
        status = 422 if broken.field else 409
        return refused_room(meeting_id, placement_id, Forms(verdict=form), status)
    return redirect(room_url(meeting_id, placement_id))


def _promise(placement: Placement) -> Action:
    return found(promise_of(actor(), placement.item.action_id or 0))
