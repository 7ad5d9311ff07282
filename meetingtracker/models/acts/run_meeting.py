"""Run a meeting: start it, go from item to item, say how each one ended."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.person import Person
from meetingtracker.rules.agenda import Outcome, Verdict, settled
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, Role
from meetingtracker.rules.states import MeetingState, Presence


def start_meeting(meeting: Meeting, *, by: Actor, at: datetime, on: date) -> bool:
    """Begin with the first item; the facilitator is there.

    On a later day than planned (`on` is the organisation's) the meeting is over and its outcomes
    are only being written down: no clock runs then.
    """
    if meeting.state is MeetingState.live:
        return False
    meeting.must_be_ahead()
    if meeting.facilitator_id is None:
        raise RuleBroken(N_("Nobody facilitates yet. Take over first."))
    first = db.session().scalar(
        sa.select(Placement.id)
        .filter_by(meeting_id=meeting.id, outcome=None)
        .order_by(Placement.position, Placement.id)
        .limit(1)
    )
    runs = at if on <= meeting.held_on else None
    meeting.touch()
    meeting.record(
        "meeting.started", by=by, at=at, meeting_id=meeting.id, state=MeetingState.live,
        started_at=runs, item_started_at=runs, current_placement_id=first,
    )  # fmt: skip
    Attendance.mark(meeting, meeting.facilitator_id, Presence.present, by=by, at=at)
    return True


def go_to_item(meeting: Meeting, placement: Placement | None, *, by: Actor, at: datetime) -> bool:
    """Make it the current item and book the time spent on the one before. None: no item."""
    meeting.must_be_running()
    target = placement.id if placement else None
    if meeting.current_placement_id == target:
        return False
    _book_time(meeting, by=by, at=at)
    meeting.touch()
    return meeting.record(
        "meeting.went_on", by=by, at=at, meeting_id=meeting.id, current_placement_id=target,
        item_started_at=at if meeting.item_started_at else None,
    )  # fmt: skip


def end_talking(meeting: Meeting, *, by: Actor, at: datetime) -> bool:
    """Book the last item's time; what is left is to check and to issue the minutes."""
    if meeting.state is MeetingState.live:
        _book_time(meeting, by=by, at=at)
    return meeting.wrap_up(by=by, at=at)


def _book_time(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    if meeting.item_started_at is None or meeting.current_placement_id is None:
        return
    current = db.session().get(Placement, meeting.current_placement_id)
    if current is not None:
        current.spend(int((at - meeting.item_started_at).total_seconds()), by=by, at=at)


def end_item(
    meeting: Meeting,
    placement: Placement,
    outcome: Outcome | None,
    *,
    by: Actor,
    at: datetime,
    verdict: Verdict | None = None,
    reason: str | None = None,
    executive_id: int | None = None,
) -> bool:
    """Say how the item leaves this meeting; None takes it back while the meeting runs.

    A verdict may be the outcome itself (see `settled`). Handing it to an executive names one, and
    holds only as long as that verdict does. RuleBroken for an item that was withdrawn.
    """
    meeting.must_be_running()
    if placement.item.withdrawn_at is not None:
        raise RuleBroken(N_("This item was withdrawn."))
    if outcome is not None:
        outcome = settled(outcome, verdict)
        if outcome is Outcome.WITHDRAWN and not (reason or "").strip():
            raise RuleBroken(N_("Say why it is dropped."), field="reason")
    if outcome is not None and verdict is Verdict.EXECUTIVE:
        _hand_to(placement, executive_id, by=by, at=at)
    elif placement.verdict is Verdict.EXECUTIVE:
        placement.item.hand_to(None, by=by, at=at, meeting_id=meeting.id)
    meeting.touch()
    return placement.end(outcome, verdict=verdict, reason=reason, by=by, at=at)


def _hand_to(placement: Placement, executive_id: int | None, *, by: Actor, at: datetime) -> None:
    person = db.session().get(Person, executive_id) if executive_id else None
    if person is None or person.role is not Role.executive or not person.is_active:
        raise RuleBroken(N_("Choose the executive who takes it up."), field="executive")
    placement.item.hand_to(person.id, by=by, at=at, meeting_id=placement.meeting_id)


def leave_the_rest(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Mark every item without an outcome as not reached. Answers how many."""
    meeting.must_be_running()
    rest = list(
        db.session().scalars(sa.select(Placement).filter_by(meeting_id=meeting.id, outcome=None))
    )
    for placement in rest:
        placement.end(Outcome.UNREACHED, by=by, at=at)
    meeting.touch()
    return len(rest)
