"""Give priority points to the items of a meeting, in secret until its agenda is closed."""

from meetingtracker.db import db
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.priority_point import PriorityPoint
from meetingtracker.models.reads.points import points_given
from meetingtracker.rules.agenda import MOST_POINTS
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def give_points(meeting: Meeting, item_id: int, points: int, *, by: Actor) -> bool:
    """So many points of the actor's stand on the item from now on; 0 takes them back. The meeting
    is locked. Nothing is told of it, not even its instant. RuleBroken beyond MOST_POINTS in all."""
    if not meeting.series.gives_points:
        raise RuleBroken(N_("This meeting knows no priority points."))
    if not meeting.state.takes_items:
        raise RuleBroken(N_("The agenda is frozen: the points are counted."))
    assert by.id is not None
    given = points_given(meeting.id, by.id)
    if points == given.pop(item_id, 0):
        return False
    if points < 0 or points + sum(given.values()) > MOST_POINTS:
        raise RuleBroken(
            N_("You have %(most)d points in all. Take one back first."), most=MOST_POINTS
        )
    db.session().merge(
        PriorityPoint(meeting_id=meeting.id, item_id=item_id, person_id=by.id, points=points)
    )
    return True
