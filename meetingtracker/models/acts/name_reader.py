"""Let somebody read a confidential issue: it cannot be worked on unread."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.issue import Issue, IssueReader
from meetingtracker.rules.permissions import Actor


def let_read(issue_id: int, person_id: int, *, by: Actor, at: datetime) -> bool:
    """Name a reader if the issue is confidential. False if there is nothing to do."""
    confidential = db.session().scalar(sa.select(Issue.confidential).where(Issue.id == issue_id))
    if not confidential:
        return False
    row = db.session().scalar(
        sa.select(IssueReader).filter_by(issue_id=issue_id, person_id=person_id)
    )
    if row is None:
        IssueReader.create(
            "issue_reader.named", by=by, at=at, issue_id=issue_id, person_id=person_id
        )
        return True
    return row.record("issue_reader.named", by=by, at=at, removed_at=None)


def stop_reading(reader: IssueReader, *, by: Actor, at: datetime) -> bool:
    return reader.record("issue_reader.removed", by=by, at=at, removed_at=at)
