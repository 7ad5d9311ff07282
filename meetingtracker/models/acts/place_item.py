"""Give an item a place on a meeting's agenda."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


def place_item(item: AgendaItem, meeting: Meeting, *, by: Actor, at: datetime) -> Placement:
    """Put it at the end of the agenda and out of the pool. An item that stands there stays.

    Once the agenda is frozen it is marked late. RuleBroken for a meeting that is over, for an
    item of another series, and for one that is over.
    """
    placement = db.session().scalar(
        sa.select(Placement).filter_by(item_id=item.id, meeting_id=meeting.id)
    )
    if placement is not None:
        return placement
    meeting.must_not_be_over()
    if item.series_id != meeting.series_id:
        raise RuleBroken(N_("This item belongs to another series."))
    if item.withdrawn_at is not None:
        raise RuleBroken(N_("This item was withdrawn."))
    last = db.session().scalar(
        sa.select(sa.func.max(Placement.position)).filter_by(meeting_id=meeting.id)
    )
    placement = Placement.create(
        "placement.made", by=by, at=at, meeting_id=meeting.id, item_id=item.id,
        position=(last or 0) + 1, minutes=item.minutes, carried=item.carried,
        late=meeting.state not in (MeetingState.planned, MeetingState.open),
    )  # fmt: skip
    item.leave_pool(by=by, at=at, meeting_id=meeting.id)
    meeting.touch()
    return placement
