"""Answer an overdue promise in the meeting: do what was decided, and end its agenda item."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker import markup
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.capture import is_present
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.acts.move_due import move_due
from meetingtracker.models.acts.run_meeting import end_item
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.alert import Alert
from meetingtracker.models.comment import Comment
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.ladder import LEADER, MEETING, AlertRule, epoch
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.verdicts import RoomAnswer, verdict_line


def give_verdict(
    meeting: Meeting,
    placement: Placement,
    action: Action,
    answer: RoomAnswer,
    *,
    reason: str,
    to: date | None,
    person_id: int | None,
    by: Actor,
    at: datetime,
    on: date,
) -> None:
    """`to`: the new date; `person_id`: who takes it, or who helps; `on`: the organisation's day.
    Where nothing changes, what was said stands on the promise's own page as a comment.

    `meeting` and `action` are locked. RuleBroken, beside the field `reason`, `due_on` or `person`,
    or for a promise or an item that was answered meanwhile.
    """
    if not action.status.is_running:
        raise RuleBroken(
            N_("It is %(state)s meanwhile: there is nothing to answer."),
            state=action.status.label.lower(),
        )
    if placement.outcome is not None:
        raise RuleBroken(N_("Somebody has said how it ends meanwhile. Look, then send again."))
    if answer.wants_reason and not reason.strip():
        raise RuleBroken(N_("Give the reason in one line."), field="reason")
    person = _person(person_id) if answer in (RoomAnswer.other_owner, RoomAnswer.help) else None
    line = verdict_line(
        answer, action_id=action.id, owner=action.owner.name if action.owner else None,
        due_on=action.due_on, to=to, person=person.name if person else None, reason=reason,
    )  # fmt: skip
    _answer_ladder(action, answer, reason, by=by, at=at)
    match answer:
        case RoomAnswer.done:
            finish_action(action, by=by, at=at, on=on, meeting_id=meeting.id)
        case RoomAnswer.new_date:
            _move(action, to, reason, meeting, by=by, at=at, on=on)
        case RoomAnswer.other_owner:
            assert person is not None
            _give(action, person, reason, meeting, by=by, at=at)
        case RoomAnswer.drop:
            action.cancel(reason=reason, by=by, at=at, meeting_id=meeting.id)
        case RoomAnswer.help | RoomAnswer.stays:
            said = f"{person.name}: {reason.strip()}" if person else reason.strip()
            html = markup.render(said).html
            Comment.write(text=said, html=html, action_id=action.id, by=by, at=at)
    end_item(meeting, placement, answer.outcome, reason=line, by=by, at=at)


def _person(person_id: int | None) -> Person:
    person = db.session().get(Person, person_id) if person_id else None
    if person is None or not person.is_active:
        raise RuleBroken(N_("Choose somebody who is still here."), field="person")
    return person


def _move(
    action: Action, to: date | None, reason: str, meeting: Meeting, *,
    by: Actor, at: datetime, on: date,
) -> None:  # fmt: skip
    if to is None:
        raise RuleBroken(N_("Give the new date."), field="due_on")
    if to < on:
        raise RuleBroken(N_("That day has passed: give a later one."), field="due_on")
    move_due(action, to=to, reason=reason, by=by, at=at, meeting_id=meeting.id)


def _give(
    action: Action, person: Person, reason: str, meeting: Meeting, *, by: Actor, at: datetime
) -> None:
    here = is_present(meeting, person.id)
    if not hand_over(
        action, person.id, reason=reason, by=by, at=at, meeting_id=meeting.id,
        present_in_meeting=here,
    ):  # fmt: skip
        raise RuleBroken(N_("It is theirs already: choose somebody else."), field="person")


def _answer_ladder(
    action: Action, answer: RoomAnswer, reason: str, *, by: Actor, at: datetime
) -> None:
    """The meeting answers for its own level, and for a leader who has not."""
    if answer.says is None or action.due_on is None:
        return
    asked = db.session().scalars(
        sa.select(Alert).where(
            Alert.subject_type == "action", Alert.subject_id == action.id,
            Alert.rule == AlertRule.due, Alert.epoch == epoch(action.due_on, action.reopened),
            Alert.level.in_((LEADER, MEETING)), Alert.answered_at.is_(None),
        )
    )  # fmt: skip
    for alert in asked:
        alert.be_answered(answer.says, by=by, at=at, reason=reason)
