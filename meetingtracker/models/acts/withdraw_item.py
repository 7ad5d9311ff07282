"""Withdraw an agenda item: out of the pool, and off the agenda it stands on."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER


def withdraw_item(item: AgendaItem, *, reason: str, by: Actor, at: datetime) -> bool:
    """With a reason. On an agenda that is not over it stays, marked as withdrawn."""
    if item.withdrawn_at is not None:
        return False
    if item.is_over:
        raise RuleBroken(N_("This item is over already."))
    item.withdraw(reason=reason, by=by, at=at)
    standing = db.session().scalars(
        sa.select(Placement)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(Placement.item_id == item.id, Meeting.state.in_(NOT_OVER))
    )
    for placement in standing:
        placement.end(Outcome.WITHDRAWN, reason=reason, by=by, at=at)
        placement.meeting.touch()
    return True
