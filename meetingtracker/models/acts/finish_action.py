"""Finish a promise; a repeating one opens the next."""

from datetime import date, datetime

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import promise_again
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED, Repeat

STEPS = {
    Repeat.weekly: relativedelta(weeks=1),
    Repeat.fortnightly: relativedelta(weeks=2),
    Repeat.monthly: relativedelta(months=1),
    Repeat.quarterly: relativedelta(months=3),
}


def finish_action(
    action: Action, *, by: Actor, at: datetime, on: date, meeting_id: int | None = None
) -> Action | None:
    """Mark it done on the day `on`; answers the next promise of a repeating one.

    The next date counts from the date this promise first had, so that a move does not shift the
    rhythm; dates that have passed already are stepped over. Sent back and finished again it opens
    no second one.
    """
    if not action.complete(by=by, at=at, on=on, meeting_id=meeting_id):
        return None
    if action.repeat is None or action.original_due_on is None or _next_promise(action):
        return None
    steps = 1
    while (due_on := action.original_due_on + STEPS[action.repeat] * steps) <= on:
        steps += 1
    return promise_again(action, due_on=due_on, by=by, at=at, on=on)


def take_back_finish(action: Action, *, by: Actor, at: datetime) -> bool:
    """Undo Done, and with it the next promise that it opened."""
    if not action.take_back_completion(by=by, at=at):
        return False
    following = _next_promise(action)
    if following is not None and following.status in UNFINISHED:
        following.undo(by=by, at=at)
    return True


def _next_promise(action: Action) -> Action | None:
    return db.session().scalar(
        sa.select(Action).where(Action.replaces_id == action.id, Action.undone_at.is_(None))
    )
