"""Say that departments are prepared for a meeting."""

from collections.abc import Iterable
from datetime import datetime

from meetingtracker.models.meeting import Meeting
from meetingtracker.models.preparation import Preparation
from meetingtracker.models.reads.preparation import Prepares
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def say_prepared(
    meeting: Meeting, departments: Iterable[Prepares], *, by: Actor, at: datetime
) -> int:
    """Each of the departments that has not said so yet does; answers how many did. The meeting is
    locked. RuleBroken once its agenda is frozen."""
    if not meeting.state.takes_items:
        raise RuleBroken(N_("The agenda is frozen: bring it up in the meeting."))
    missing = [one for one in departments if one.at is None]
    for department in missing:
        Preparation.say(meeting.id, department.id, by=by, at=at)
    return len(missing)
