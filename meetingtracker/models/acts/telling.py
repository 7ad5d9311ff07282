"""Whom each kind of event concerns, and what they are told of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads import stamps
from meetingtracker.models.reads.blocks import blocks_of, who_waits_on
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.series import SeriesAttendee
from meetingtracker.rules.ladder import AlertAnswer
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.states import Status

LEFT_WITH_OWNER = (
    AlertAnswer.keep, AlertAnswer.help, AlertAnswer.more_help, AlertAnswer.accepted,
)  # fmt: skip
SOON = timedelta(hours=24)
"""A meeting that changes less than this before its time is told at once."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice: to whom, of what, and whether it is mailed at once."""

    person_id: int | None
    notice: Notice
    subject_type: str
    subject_id: int
    stamp: str = ""
    mailed: bool = False
    more: str = ""
    """What tells two notices of one event to one person apart."""


def _given(event: Event, day: Day) -> Iterator[Told]:
    """Outside a meeting it is mailed at once; what was given in one comes with its minutes."""
    action = db.session().get_one(Action, event.subject_id)
    if event.meeting_id is None and action.undone_at is None:
        yield Told(
            _new(event, "owner_id"), Notice.assigned, "action", action.id, _of(action), mailed=True
        )


def _handed_over(event: Event, day: Day) -> Iterator[Told]:
    """To whoever has it now; and to whom it was taken from, if they are still here."""
    yield from _given(event, day)
    owner_id = _old(event, "owner_id")
    owner = day.company.people.get(owner_id or 0)
    if owner is not None and owner.active:
        yield Told(owner_id, Notice.answered, "action", event.subject_id)


def _to_owner(event: Event, day: Day) -> Iterator[Told]:
    action = db.session().get_one(Action, event.subject_id)
    yield Told(action.owner_id, Notice.answered, "action", action.id)


def _to_requester(event: Event, day: Day) -> Iterator[Told]:
    action = db.session().get_one(Action, event.subject_id)
    yield Told(action.requested_by_id, Notice.answered, "action", action.id)


def _to_both(event: Event, day: Day) -> Iterator[Told]:
    yield from _to_owner(event, day)
    yield from _to_requester(event, day)


def _looked_at(event: Event, day: Day) -> Iterator[Told]:
    """A leader or an executive leaves it with its owner. Whatever else they decide is told as a
    move, a new owner or the end of it."""
    alert = db.session().get_one(Alert, event.subject_id)
    if alert.subject_type == "action" and alert.answer in LEFT_WITH_OWNER:
        action = db.session().get_one(Action, alert.subject_id)
        for person_id in (action.owner_id, action.requested_by_id):
            yield Told(person_id, Notice.answered, "action", action.id)


def _completed(event: Event, day: Day) -> Iterator[Told]:
    """Its requester verifies it; what waited for it can go on."""
    action = db.session().get_one(Action, event.subject_id)
    if action.status is Status.done:
        yield Told(action.requested_by_id, Notice.to_verify, "action", action.id)
    elif action.status is not Status.verified:
        return  # taken back at once
    waiting = sa.select(Action).where(
        Action.blocker_action_id == action.id, Action.status == Status.blocked
    )
    for other in db.session().scalars(waiting):
        yield Told(other.owner_id, Notice.answered, "action", other.id, more=f":{other.id}")


def _blocked(event: Event, day: Day) -> Iterator[Told]:
    told = who_waits_on(day.company, blocks_of()).get(event.subject_id)
    yield Told(told, Notice.blocked_on_you, "action", event.subject_id)


def _date_asked(event: Event, day: Day) -> Iterator[Told]:
    request = db.session().get_one(DueRequest, event.subject_id)
    action = request.action
    leader = _leader(action.owner_id, day)
    if action.moves > 1:
        for i in day.company.executives(but=action.owner_id):
            yield Told(i, Notice.date_to_decide, "action", action.id)
    else:
        wanted = (action.owner_id if action.moves == 0 else action.requested_by_id, leader)
        told = next((i for i in wanted if i not in (None, request.asked_by_id)), None)
        yield Told(told, Notice.date_to_decide, "action", action.id)


def _change_asked(event: Event, day: Day) -> Iterator[Told]:
    action = db.session().get_one(ChangeRequest, event.subject_id).action
    yield Told(_leader(action.owner_id, day), Notice.change_to_decide, "action", action.id)


def _wish_answered(event: Event, day: Day) -> Iterator[Told]:
    request: DueRequest | ChangeRequest
    if event.subject_type == "due_request":
        request = db.session().get_one(DueRequest, event.subject_id)
    else:
        request = db.session().get_one(ChangeRequest, event.subject_id)
    yield Told(request.asked_by_id, Notice.answered, "action", request.action_id)


def _resolved(event: Event, day: Day) -> Iterator[Told]:
    issue = db.session().get_one(Issue, event.subject_id)
    yield Told(issue.raised_by_id, Notice.to_confirm, "issue", issue.id)


def _to_point_person(event: Event, day: Day) -> Iterator[Told]:
    issue = db.session().get_one(Issue, event.subject_id)
    yield Told(issue.point_person_id, Notice.answered, "issue", issue.id)


def _to_raiser(event: Event, day: Day) -> Iterator[Told]:
    issue = db.session().get_one(Issue, event.subject_id)
    yield Told(issue.raised_by_id, Notice.answered, "issue", issue.id)


def _named(event: Event, day: Day) -> Iterator[Told]:
    yield from _to_point_person(event, day)
    if _old(event, "nominee_id") is not None:
        yield from _to_asker(event, day)


def _to_asker(event: Event, day: Day) -> Iterator[Told]:
    """Whoever asked another department for its point person."""
    asker_id = db.session().scalar(
        sa.select(Event.actor_id)
        .where(Event.subject_type == "issue", Event.subject_id == event.subject_id,
               Event.kind == "issue.point_person_asked", Event.id < event.id)
        .order_by(Event.id.desc())
        .limit(1)
    )  # fmt: skip
    yield Told(asker_id, Notice.answered, "issue", event.subject_id)


def _nominated(event: Event, day: Day) -> Iterator[Told]:
    nominee_id = _new(event, "nominee_id")
    yield Told(_leader(nominee_id, day), Notice.nominee, "issue", event.subject_id)


def _issued(event: Event, day: Day) -> Iterator[Told]:
    """What was given in the meeting, as one list with the minutes."""
    given = sa.select(Action).where(
        Action.meeting_id == event.subject_id, Action.undone_at.is_(None)
    )
    for action in db.session().scalars(given):
        yield Told(
            action.owner_id, Notice.given_in_meeting, "action", action.id, _of(action),
            mailed=True, more=f":{action.id}",
        )  # fmt: skip


def _cancelled(event: Event, day: Day) -> Iterator[Told]:
    meeting = db.session().get_one(Meeting, event.subject_id)
    if not timedelta() <= meeting.starts_at - event.at < SOON:
        return
    attending = sa.select(SeriesAttendee.person_id).where(
        SeriesAttendee.series_id == meeting.series_id, SeriesAttendee.removed_at.is_(None)
    )
    for person_id in db.session().scalars(attending):
        yield Told(person_id, Notice.meeting_changed, "meeting", meeting.id, mailed=True)


def _of(action: Action) -> str:
    return stamps.of_promise(action.owner_id, action.due_on, action.reopened)


def _new(event: Event, column: str) -> int | None:
    """What a column became in this event."""
    values: Sequence[Any] = event.changes.get(column, (None, None))
    return values[1]


def _old(event: Event, column: str) -> int | None:
    """What a column was before this event, if it changed."""
    values: Sequence[Any] = event.changes.get(column, (None, None))
    return values[0]


def _leader(person_id: int | None, day: Day) -> int | None:
    if person_id is None or person_id not in day.company.people:
        return None
    return day.company.leader_of(person_id)


Telling = Callable[[Event, Day], Iterator[Told]]
TELLING: Mapping[str, Telling] = {
    "action.given": _given, "action.handed_over": _handed_over, "action.accepted": _to_requester,
    "action.declined": _to_requester, "action.refused": _to_owner, "action.dropped": _to_both,
    "action.dated": _to_owner, "action.moved": _to_both, "action.unblocked": _to_owner,
    "action.blocked": _blocked, "action.completed": _completed, "action.answer_undone": _to_owner,
    "alert.answered": _looked_at, "due_request.asked": _date_asked,
    "due_request.answered": _wish_answered, "due_request.answer_undone": _wish_answered,
    "change_request.asked": _change_asked, "change_request.answered": _wish_answered,
    "change_request.answer_undone": _wish_answered, "issue.resolved": _resolved,
    "issue.confirmed": _to_point_person, "issue.closed_unconfirmed": _to_point_person,
    "issue.declined": _to_raiser, "issue.reopened": _to_point_person,
    "issue.point_person_named": _named, "issue.point_person_asked": _nominated,
    "issue.point_person_declined": _to_asker, "meeting.issued": _issued,
    "meeting.cancelled": _cancelled,
}  # fmt: skip
"""Not here: what changes nothing for whoever waits (words, triage, on track), what is asked anew by
the digest, and wishes that were taken back, whose line simply ends."""
