"""What the room shows: built from plain values, once for the page and for its poll."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads import meeting_room as read
from meetingtracker.models.reads.agenda import Earlier, life_of
from meetingtracker.models.reads.agenda_lines import AgendaLine, agenda_lines
from meetingtracker.models.reads.decisions import visible_decision
from meetingtracker.models.reads.minutes import Held, held
from meetingtracker.models.reads.verdicts import Before, before_everyone
from meetingtracker.pages.meetings.forms import (
    LineForm,
    OutcomeForm,
    PresenceForm,
    VerdictForm,
    WriteForm,
)
from meetingtracker.pages.meetings.page import Answer, load, runs, takes_over
from meetingtracker.rules import permissions as may
from meetingtracker.rules.reviews import Review
from meetingtracker.rules.verdicts import RoomAnswer
from meetingtracker.web.access import actor
from meetingtracker.web.filters import today
from meetingtracker.web.forms import distinct_ids
from meetingtracker.web.reviews import ReviewForm, review_forms


@dataclass(frozen=True, slots=True)
class Shown:
    """The item in the middle of the room; nothing of it for whoever may not read it."""

    line: AgendaLine
    description_html: str
    issue: Issue | None
    earlier: list[Earlier]
    captured: list[read.Captured]
    before: Before | None
    """The overdue promise that it stands for."""
    decision: Decision | None
    """The decision that it asks about: did it work?"""
    seconds: int
    """Spent on it until now."""
    counts_since: datetime | None
    """Since when its clock runs; None for any but the current item."""


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms that were refused; the others are made fresh."""

    line: LineForm | None = None
    write: WriteForm | None = None
    outcome: OutcomeForm | None = None
    verdict: VerdictForm | None = None
    review: ReviewForm | None = None
    presence: PresenceForm | None = None
    understood: list[tuple[str, str]] | None = None
    """What was understood of a refused line: (what, as what) each."""


def room_page(meeting_id: int, item: int | None = None, refused: Forms | None = None) -> Answer:
    """The room at the placement `item`, else at the current one."""
    meeting = load(meeting_id)
    if not meeting.state.is_running:
        over = meeting.state.has_minutes
        to = "minutes.show" if over else "meetings.show"
        return redirect(url_for(to, meeting_id=meeting_id))
    everything = held(meeting)
    lines = agenda_lines(everything, actor())
    here = _position(lines, item, meeting.current_placement_id)
    shown = _shown(everything, lines[here]) if lines else None
    polled = request.headers.get("HX-Request") and "rev" in request.args
    return render_template(
        "meetings/_room.html" if polled else "meetings/room.html",
        meeting=meeting,
        lines=lines,
        shown=shown,
        follows=item is None,
        is_current=bool(shown and shown.line.placement_id == meeting.current_placement_id),
        before=lines[here - 1] if here > 0 else None,
        after=next((line for line in lines[here + 1 :] if line.outcome is None), None),
        ends_at=_ends_at(meeting, lines, shown),
        planned_end=meeting.starts_at + timedelta(minutes=meeting.minutes),
        seats=read.seats(everything),
        so_far=read.so_far(everything, actor()),
        runs=runs(meeting),
        takes_over=takes_over(meeting),
        today=today(),
        **_forms(shown, runs(meeting), refused or Forms()),
    )


def refused_room(meeting_id: int, item: int, refused: Forms, status: int) -> Response:
    """The room again, with everything that was typed."""
    answer = make_response(room_page(meeting_id, item, refused))
    if answer.status_code == 200:  # else the meeting is over and it leads elsewhere
        answer.status_code = status
    return answer


def _position(lines: list[AgendaLine], item: int | None, current: int | None) -> int:
    places = {line.placement_id: i for i, line in enumerate(lines)}
    return places.get(item or 0, places.get(current or 0, 0))


def _shown(everything: Held, line: AgendaLine) -> Shown:
    meeting = everything.meeting
    since = None
    if line.placement_id == meeting.current_placement_id:
        since = meeting.item_started_at
    running = (clock.now() - since).total_seconds() if since else 0
    if line.hidden:
        return Shown(line, "", None, [], [], None, None, line.seconds_spent + int(running), since)
    placement = _placement(everything, line)
    return Shown(
        line=line,
        description_html=placement.item.description_html,
        issue=read.issue_of(placement),
        earlier=life_of(line.item_id, before=meeting.held_on),
        captured=read.captured_under(everything, placement, actor()),
        before=before_everyone(actor(), line.action_id) if line.action_id else None,
        decision=_decision(placement),
        seconds=line.seconds_spent + int(running),
        counts_since=since,
    )


def _decision(placement: Placement) -> Decision | None:
    decision_id = placement.item.decision_id
    return visible_decision(actor(), decision_id) if decision_id is not None else None


def _placement(everything: Held, line: AgendaLine) -> Placement:
    return next(p for p in everything.placements if p.id == line.placement_id)


def _ends_at(meeting: Meeting, lines: list[AgendaLine], shown: Shown | None) -> datetime | None:
    """When it ends if the open items take the time they asked for; None when no clock runs."""
    if meeting.item_started_at is None:
        return None
    left = 0
    for line in lines:
        spent = line.seconds_spent
        if line.placement_id == meeting.current_placement_id and shown is not None:
            spent += int((clock.now() - meeting.item_started_at).total_seconds())
        if line.outcome is None or line.placement_id == meeting.current_placement_id:
            left += max(0, line.minutes * 60 - spent)
    return clock.now() + timedelta(seconds=left)


def _forms(shown: Shown | None, run: bool, refused: Forms) -> dict[str, object]:
    if not run:
        return dict.fromkeys(
            ("line", "write", "outcome", "presence", "understood", "verdicts", "reviews")
        )
    forms: dict[str, object] = {"understood": refused.understood}
    forms["verdicts"] = _verdicts(shown, refused.verdict)
    forms["reviews"] = _reviews(shown, refused.review)
    forms["line"] = refused.line or LineForm(formdata=None)
    write = refused.write or WriteForm(formdata=None, kind="action")
    write.offer_people()
    distinct_ids(write, "write")
    presence = refused.presence or PresenceForm(formdata=None)
    presence.offer_people()
    outcome = refused.outcome
    if outcome is None and shown is not None:
        line = shown.line
        outcome = OutcomeForm(
            formdata=None, version=line.version, outcome=line.outcome, verdict=line.verdict,
            reason=line.reason, executive=line.executive_id,
        )  # fmt: skip
    if outcome is not None:
        outcome.offer_people()
        distinct_ids(outcome, "outcome")
    return forms | {"write": write, "presence": presence, "outcome": outcome}


def _reviews(shown: Shown | None, refused: ReviewForm | None) -> dict[Review, ReviewForm] | None:
    """Whether the decision worked, while that is still to be said."""
    if shown is None or shown.decision is None or shown.line.outcome is not None:
        return None
    if shown.decision.state is not DecisionState.stands:
        return None
    return review_forms(shown.decision.version, refused)


def allowed_answers(action: Action) -> list[RoomAnswer]:
    """What whoever runs the meeting may answer: the third date is for executives alone."""
    by = actor()
    changes = may.may_change_owner(by, action, in_meeting=True)
    allowed = {
        RoomAnswer.done: may.may_update_action(by, action, in_meeting=True),
        RoomAnswer.new_date: may.may_move_due(by, action, in_meeting=True),
        RoomAnswer.other_owner: changes,
        RoomAnswer.drop: changes,
    }
    return [answer for answer in RoomAnswer if allowed.get(answer, True)]


def _verdicts(
    shown: Shown | None, refused: VerdictForm | None
) -> dict[RoomAnswer, VerdictForm] | None:
    """A short form for each answer, while one is still to be given."""
    if shown is None or shown.before is None or shown.line.outcome is not None:
        return None
    action = shown.before.action
    if not action.status.is_running:
        return None
    forms = {}
    for answer in allowed_answers(action):
        form = VerdictForm(formdata=None, version=action.version, answer=answer)
        if refused is not None and refused.answer.data is answer:
            form = refused
        form.offer_people()
        distinct_ids(form, answer.value)
        forms[answer] = form
    return forms
