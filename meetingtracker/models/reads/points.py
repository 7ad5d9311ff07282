"""Priority points: one's own at any time, everybody's once the agenda is closed."""

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.priority_point import PriorityPoint
from meetingtracker.rules.states import MeetingState


def points_given(meeting_id: int, person_id: int | None) -> dict[int, int]:
    """What somebody has given, by the item's id."""
    rows = db.session().execute(
        sa.select(PriorityPoint.item_id, PriorityPoint.points).where(
            PriorityPoint.meeting_id == meeting_id,
            PriorityPoint.person_id == person_id,
            PriorityPoint.points > 0,
        )
    )
    return {item_id: points for item_id, points in rows}


def points_counted(meeting: Meeting) -> dict[int, int]:
    """Everybody's, by the item's id; none as long as they are secret, which they stay for a meeting
    that did not happen."""
    if meeting.state.takes_items or meeting.state is MeetingState.cancelled:
        return {}
    return all_points(meeting.id)


def all_points(meeting_id: int) -> dict[int, int]:
    """Everybody's, also while they are secret: for the act that closes the agenda."""
    rows = db.session().execute(
        sa.select(PriorityPoint.item_id, sa.func.sum(PriorityPoint.points))
        .where(PriorityPoint.meeting_id == meeting_id, PriorityPoint.points > 0)
        .group_by(PriorityPoint.item_id)
    )
    return {item_id: int(points) for item_id, points in rows}
