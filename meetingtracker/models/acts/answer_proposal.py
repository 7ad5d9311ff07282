"""Answer a proposed promise: decline it, or promise it by another date."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import promise_again
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status


def promise_instead(
    action: Action, *, due_on: date, reason: str, by: Actor, at: datetime, on: date
) -> Action:
    """Drop the proposal and promise the same thing by `due_on`; the new one binds at once."""
    if action.status is not Status.proposed:
        raise RuleBroken(N_("Only a proposed action can be answered with another date."))
    if _handed_over_by(action) is not None:
        # The first date of a promise stays, whoever keeps it: a new one would begin a new record.
        raise RuleBroken(N_("It was promised before: accept it, then move the date with a reason."))
    if due_on == action.due_on:
        raise RuleBroken(N_("That is the proposed date: accept it."), field="due_on")
    action.decline(reason=reason, by=by, at=at)
    return promise_again(action, due_on=due_on, by=by, at=at, on=on)


def decline(action: Action, *, reason: str, by: Actor, at: datetime) -> bool:
    """Not promised. A promise that was handed over goes back to whoever made it: it is not lost."""
    before = _before_it_was_handed_over(action) if action.status is Status.proposed else None
    if before is None:
        return action.decline(reason=reason, by=by, at=at)
    return action.hand_over(
        owner_id=before.id, department_id=before.department_id or action.department_id,
        reason=reason, binds=True, by=by, at=at,
    )  # fmt: skip


def _before_it_was_handed_over(action: Action) -> Person | None:
    """Whose promise it was when it became a proposal, if it was one and they are still here."""
    owner_id = _handed_over_by(action)
    owner = db.session().get(Person, owner_id) if owner_id is not None else None
    return owner if owner is not None and owner.is_active else None


def _handed_over_by(action: Action) -> int | None:
    """Whose running promise became a proposal by being handed over; None if it was new."""
    handed_over = sa.select(Event.changes).where(
        Event.subject_type == "action",
        Event.subject_id == action.id,
        Event.kind == "action.handed_over",
    )
    for changes in db.session().scalars(handed_over.order_by(Event.subject_version.desc())):
        if "status" in changes:
            owner_id: int | None = changes["owner_id"][0]
            return owner_id
    return None
