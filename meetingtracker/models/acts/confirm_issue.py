"""Confirm a resolved issue: that covers its finished actions."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status


def confirm_issue(issue: Issue, *, by: Actor, at: datetime) -> bool:
    """Close it as confirmed; what was done for it counts as verified."""
    if not issue.confirm(by=by, at=at):
        return False
    done = sa.select(Action).where(Action.issue_id == issue.id, Action.status == Status.done)
    for action in db.session().scalars(done.order_by(Action.id)):
        action.verify(by=by, at=at)
    return True
