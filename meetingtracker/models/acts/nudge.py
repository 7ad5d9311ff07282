"""Nudge: ask the owner of an action to look at it, once a day whoever asks."""

from datetime import datetime

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.notification import Notification
from meetingtracker.models.person import Person
from meetingtracker.models.reads import stamps
from meetingtracker.models.reads.followup_plan import next_digest_at, policy_in_force
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.reads.nudges import needs_a_nudge, nudge_key, nudged_by
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor


def nudge(action: Action, day: Day, *, by: Actor, at: datetime) -> Notification:
    """Tell the owner, or who stands in for them, in the inbox and in their next digest.

    RuleBroken for what is neither due nor blocked, for nobody to tell, and for a second one on the
    same day.
    """
    if action.owner_id is None or not needs_a_nudge(action, day.today):
        raise RuleBroken(N_("Only what is due today, overdue or blocked can be nudged."))
    if (before := nudged_by(action.id, day.today)) is not None:
        raise RuleBroken(N_("%(name)s nudged it today already."), name=before)
    told = day.company.answers_for(action.owner_id)
    if told is None or told == by.id:
        raise RuleBroken(N_("Nobody else is here to be nudged about it."))
    person, (policy, _number) = db.session().get_one(Person, told), policy_in_force()
    row = Notification(
        person_id=told, key=nudge_key(action.id, day.today), notice=Notice.nudged,
        subject_type="action", subject_id=action.id, actor_id=by.id,
        for_id=None if told == action.owner_id else action.owner_id,
        params={"stamp": stamps.of_promise(action.owner_id, action.due_on, action.reopened)},
        created_at=at,
        mail_at=next_digest_at(
            person.digest_time or policy.digest_time, person.zone or day.zone, day, at
        ),
    )  # fmt: skip
    db.session().add(row)
    return row
