"""Close an issue to all but a few, or open it again."""

from datetime import datetime

from meetingtracker.models.acts.name_reader import let_read
from meetingtracker.models.issue import Issue
from meetingtracker.rules.permissions import Actor


def set_confidential(issue: Issue, confidential: bool, *, by: Actor, at: datetime) -> bool:
    """Whoever raised it, its point person and whoever closes it go on reading it."""
    if not issue.set_confidential(confidential, by=by, at=at):
        return False
    for person_id in {issue.raised_by_id, issue.point_person_id, by.id}:
        if person_id is not None:
            let_read(issue.id, person_id, by=by, at=at)
    return True
