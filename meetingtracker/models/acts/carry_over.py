"""What a meeting left open goes to the next one, or waits in the pool, first in line."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from meetingtracker.db import db
from meetingtracker.models.acts.order_agenda import make_room
from meetingtracker.models.acts.place_item import place_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting, open_meeting
from meetingtracker.models.series import locked_series
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


def carry_over(meeting: Meeting, *, by: Actor, at: datetime) -> int:
    """Give what was deferred or not reached its place in the next meeting, or in the pool.

    Answers how many items moved; a second time none. The next meeting is the first later one of
    the series whose agenda is not frozen.
    """
    left = [p for p in _standing(meeting) if p.outcome is not None and p.outcome.carries]
    return _move_on(meeting, left, by=by, at=at)


def cancel_meeting(meeting: Meeting, *, reason: str, by: Actor, at: datetime) -> int:
    """It did not happen: its placements move on and count nothing. Answers how many moved."""
    if meeting.state is MeetingState.cancelled:
        return 0
    meeting.must_be_ahead()
    if not reason.strip():
        raise RuleBroken(N_("Say why it did not happen."), field="reason")
    meeting.touch()
    meeting.record(
        "meeting.cancelled", by=by, at=at, reason=reason.strip(), meeting_id=meeting.id,
        state=MeetingState.cancelled,
    )  # fmt: skip
    return _move_on(meeting, [p for p in _standing(meeting) if p.outcome is None], by=by, at=at)


def _standing(meeting: Meeting) -> list[Placement]:
    """The meeting's placements whose items neither wait, nor were withdrawn, nor moved on."""
    later, when = aliased(Placement), aliased(Meeting)
    moved_on = (
        sa.select(later.id)
        .join(when, when.id == later.meeting_id)
        .where(
            later.item_id == Placement.item_id,
            later.id > Placement.id,
            when.state != MeetingState.cancelled,
        )
    )
    return list(
        db.session().scalars(
            sa.select(Placement)
            .join(AgendaItem, AgendaItem.id == Placement.item_id)
            .where(
                Placement.meeting_id == meeting.id,
                AgendaItem.withdrawn_at.is_(None),
                AgendaItem.in_pool.is_(False),
                ~moved_on.exists(),
            )
            .options(joinedload(Placement.item))
            .order_by(Placement.position, Placement.id)
        )
    )


def _move_on(meeting: Meeting, left: list[Placement], *, by: Actor, at: datetime) -> int:
    locked_series(meeting.series_id)
    target = open_meeting(meeting.series_id, since=meeting.held_on + timedelta(days=1))
    for placement in left:
        if target is None:
            placement.item.wait(by=by, at=at, meeting_id=meeting.id)
        else:
            place_item(placement.item, target, by=by, at=at)
    if target is not None:
        make_room(target, {p.item_id for p in left}, by=by, at=at)
    return len(left)
