"""Let somebody read a confidential issue: it cannot be worked on unread."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.issue import Issue, IssueReader
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, may_name_readers, may_see_issue


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


def share(
    issue_id: int, person_id: int, *, by: Actor, at: datetime, in_meeting: bool = False
) -> None:
    """Let the owner of a promise read its issue.

    Raises RuleBroken if they may not read it yet and `by` may not name readers: giving a promise
    must not be a way round who is told.
    """
    issue = db.session().get_one(Issue, issue_id)
    if may_see_issue(actor(person_id), issue):
        return
    if not may_name_readers(by, issue, in_meeting=in_meeting):
        raise RuleBroken(
            N_("They may not read this confidential issue. Its leaders can let them."),
            field="owner",
        )
    let_read(issue_id, person_id, by=by, at=at)


def stop_reading(issue_id: int, person_id: int, *, by: Actor, at: datetime) -> bool:
    """Take a named reader's name away; who reads it by office or as point person still does."""
    row = db.session().scalar(
        sa.select(IssueReader).filter_by(issue_id=issue_id, person_id=person_id, removed_at=None)
    )
    return row is not None and row.record("issue_reader.removed", by=by, at=at, removed_at=at)
