"""The room's answer to "Did it work?": the decision is kept, changed or reversed, the item ends."""

from flask import redirect

from meetingtracker import clock
from meetingtracker.models.acts.review_decision import review_decision
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.decision import Decision
from meetingtracker.models.reads.decisions import visible_decision
from meetingtracker.pages.meetings.page import Answer, area, changing, load, placement_of, runs
from meetingtracker.pages.meetings.room import ask, room_url
from meetingtracker.pages.meetings.room_page import Forms, refused_room
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission, may_review_decision
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.filters import today
from meetingtracker.web.reviews import ReviewForm


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/review")
@allow(Permission.signed_in)
def review_decided(meeting_id: int, placement_id: int) -> Answer:
    ask(meeting_id, placement_id)
    _decision(placement_of(load(meeting_id), placement_id))
    form = ReviewForm()
    if not form.validate():
        return refused_room(meeting_id, placement_id, Forms(review=form), 422)
    try:
        with changing(meeting_id, runs) as meeting:
            placement = placement_of(meeting, placement_id)
            decision = _decision(placement)
            require(may_review_decision(actor(), decision.owner_id, None, in_meeting=True))
            if placement.outcome is not None or form.is_stale(decision):
                form.version.data = decision.version
                raise RuleBroken(N_("Somebody has changed it meanwhile. Look, then send again."))
            review_decision(
                decision, form.review.data, text=form.text.data or "",
                reason=form.reason.data or "", review_on=form.review_on.data, by=actor(),
                at=clock.now(), on=today(), meeting=meeting, placement=placement,
            )  # fmt: skip
    except RuleBroken as broken:
        form.add_rule_error(broken)
        status = 422 if broken.field else 409
        return refused_room(meeting_id, placement_id, Forms(review=form), status)
    return redirect(room_url(meeting_id, placement_id))


def _decision(placement: Placement) -> Decision:
    return found(visible_decision(actor(), placement.item.decision_id or 0))
