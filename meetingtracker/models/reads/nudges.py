"""Who asked the owner of an action today to look at it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.notification import Notification
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import Actor, may_nudge
from meetingtracker.rules.states import Status


@dataclass(frozen=True, slots=True)
class Nudge:
    """`offered`: the actor may nudge now. `by`: who did today."""

    offered: bool
    by: str | None


def nudge_of(actor: Actor, action: Action, today: date) -> Nudge:
    """What stands on the action's page; asks the database only where somebody may have nudged."""
    if not needs_a_nudge(action, today):
        return Nudge(offered=False, by=None)
    by = nudged_by(action.id, today)
    return Nudge(offered=by is None and may_nudge(actor, action), by=by)


def needs_a_nudge(action: Action, today: date) -> bool:
    """Somebody has it, and it is due today, overdue or blocked."""
    if action.owner_id is None or not action.status.is_running:
        return False
    is_due = action.due_on is not None and action.due_on <= today
    return is_due or action.status is Status.blocked


def nudged_by(action_id: int, today: date) -> str | None:
    anybody = aliased(Person)  # the unique index begins with who is told
    return db.session().scalar(
        sa.select(Person.name)
        .join(Notification, Notification.actor_id == Person.id)
        .where(
            Notification.key == nudge_key(action_id, today),
            Notification.person_id.in_(sa.select(anybody.id)),
        )
    )


def nudge_key(action_id: int, day: date) -> str:
    return f"nudge:{action_id}:{day}"
