"""What settles itself when nobody says anything: finished actions, resolved issues."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.rules.ladder import CONFIRM_ENDS, VERIFIES_AFTER
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import Stage, Status

CHUNK = 50


def settled(day: Day) -> tuple[list[int], list[int]]:
    """Ids of the actions that verify themselves by now, and of the issues that nobody confirmed."""
    refusable = day.calendar.add_working_days(day.today, -VERIFIES_AFTER)
    confirmable = day.calendar.add_working_days(day.today, -CONFIRM_ENDS)
    session = db.session()
    return (
        list(session.scalars(sa.select(Action.id).where(
            Action.status == Status.done, Action.done_on < refusable).order_by(Action.id))),
        list(session.scalars(sa.select(Issue.id).where(
            Issue.stage == Stage.resolved, Issue.resolved_on <= confirmable).order_by(Issue.id))),
    )  # fmt: skip


def verify_unrefused(ids: list[int], *, at: datetime) -> None:
    """Inside a write: nobody refused them in time."""
    rows = sa.select(Action).where(Action.id.in_(ids), Action.status == Status.done)
    for action in db.session().scalars(rows.with_for_update()):
        action.verify(by=SYSTEM, at=at)


def close_unconfirmed(ids: list[int], *, at: datetime) -> None:
    """Inside a write: nobody said whether they are solved."""
    rows = sa.select(Issue).where(Issue.id.in_(ids), Issue.stage == Stage.resolved)
    for issue in db.session().scalars(rows.with_for_update()):
        issue.close_unconfirmed(by=SYSTEM, at=at)
