"""Answer an alert: what a leader says at level 2, and what an executive decides at level 4."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.acts.move_due import move_due
from meetingtracker.models.alert import Alert
from meetingtracker.models.decision import Decision
from meetingtracker.models.person import Person
from meetingtracker.models.reads.stamps import still_stands
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.ladder import (
    EXECUTIVE_ANSWERS,
    EXECUTIVES,
    LEADER,
    LEADER_ANSWERS,
    AlertAnswer,
)
from meetingtracker.rules.permissions import Actor

_SAY = {
    AlertAnswer.keep: N_("Say in one line why it stays as it is."),
    AlertAnswer.help: N_("Say in one line how you help."),
    AlertAnswer.other_owner: N_("Say why it changes hands."),
    AlertAnswer.new_plan: N_("Say why the date moves."),
    AlertAnswer.more_help: N_("Say in one line what help its owner gets, and from whom."),
    AlertAnswer.accepted: N_("Say in one line why we live with it."),
    AlertAnswer.dropped: N_("Say in one line why it is dropped."),
}


def answer_as_leader(
    alert: Alert,
    answer: AlertAnswer,
    *,
    reason: str,
    owner_id: int | None,
    by: Actor,
    at: datetime,
    on: date,
) -> bool:
    """Keep, help, or give it to `owner_id`; `on` is the organisation's day.

    RuleBroken, beside the field `answer`, `reason` or `owner`, or for what has moved on.
    """
    action = _asked_about(alert, answer, LEADER, LEADER_ANSWERS, reason)
    if answer is AlertAnswer.other_owner:
        _give(action, owner_id, reason=reason, by=by, at=at)
    return alert.be_answered(answer, by=by, at=at, reason=reason.strip())


def decide(
    alert: Alert,
    answer: AlertAnswer,
    *,
    reason: str,
    to: date | None,
    owner_id: int | None,
    by: Actor,
    at: datetime,
    on: date,
) -> Decision:
    """Do what was decided and write it down; what was asked below is answered with it.

    `to`: the new date, for a new plan; `on` is the organisation's day. RuleBroken, beside the
    field `answer`, `reason`, `due_on` or `owner`, or for what has moved on.
    """
    action = _asked_about(alert, answer, EXECUTIVES, EXECUTIVE_ANSWERS, reason)
    below = _asked_below(alert)
    match answer:
        case AlertAnswer.new_plan:
            _move(action, to, reason=reason, by=by, at=at, on=on)
        case AlertAnswer.other_owner:
            _give(action, owner_id, reason=reason, by=by, at=at)
        case AlertAnswer.dropped:
            action.cancel(reason=reason, by=by, at=at)
    decision = Decision.take(
        text=_in_words(answer, action, owner_id), reason=reason, owner_id=by.id,
        issue_id=action.issue_id, by=by, at=at, on=on,
    )  # fmt: skip
    for one in (alert, *below):
        one.be_answered(answer, by=by, at=at, reason=reason.strip(), decision_id=decision.id)
    return decision


def _asked_about(
    alert: Alert, answer: AlertAnswer, level: int, answers: Sequence[AlertAnswer], reason: str
) -> Action:
    """The action, if the alert still asks for such an answer."""
    action = None
    if alert.subject_type == "action":
        action = db.session().scalar(
            for_change(sa.select(Action).where(Action.id == alert.subject_id), Action)
        )
    if action is None or not still_stands(alert, action):
        raise RuleBroken(N_("It has moved on since this was asked: there is nothing to answer."))
    if alert.answered_at is not None:
        raise RuleBroken(N_("This has been answered already."))
    if alert.level != level or answer not in answers:
        raise RuleBroken(N_("Choose one of the offered answers."), field="answer")
    if not reason.strip():
        raise RuleBroken(_SAY[answer], field="reason")
    return action


def _asked_below(alert: Alert) -> Sequence[Alert]:
    """What leaders have not answered about the same thing in the same stretch."""
    return db.session().scalars(
        sa.select(Alert).where(
            Alert.subject_type == alert.subject_type, Alert.subject_id == alert.subject_id,
            Alert.rule == alert.rule, Alert.epoch == alert.epoch, Alert.level == LEADER,
            Alert.answered_at.is_(None),
        )
    ).all()  # fmt: skip


def _give(action: Action, owner_id: int | None, *, reason: str, by: Actor, at: datetime) -> None:
    if owner_id is None:
        raise RuleBroken(N_("Who takes it?"), field="owner")
    if not hand_over(action, owner_id, reason=reason, by=by, at=at):
        raise RuleBroken(N_("It is theirs already: choose somebody else."), field="owner")


def _move(
    action: Action, to: date | None, *, reason: str, by: Actor, at: datetime, on: date
) -> None:
    if to is None:
        raise RuleBroken(N_("Give the new date."), field="due_on")
    if to < on:
        raise RuleBroken(N_("That day has passed: give a later one."), field="due_on")
    if not move_due(action, to=to, reason=reason, by=by, at=at):
        raise RuleBroken(N_("That is the date it has."), field="due_on")


def _in_words(answer: AlertAnswer, action: Action, owner_id: int | None) -> str:
    """What the log of decisions says of it, readable without the action."""
    title = f"“{action.title}”"
    match answer:
        case AlertAnswer.new_plan:
            assert action.due_on is not None
            return f"New plan for {title}: due {action.due_on.day} {action.due_on:%B %Y}"
        case AlertAnswer.other_owner:
            owner = db.session().get_one(Person, owner_id)
            return f"{title} goes to {owner.name}"
        case AlertAnswer.more_help:
            return f"More help for {title}"
        case AlertAnswer.accepted:
            return f"{title} is accepted as it is"
    return f"{title} is dropped"
