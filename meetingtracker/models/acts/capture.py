"""Write down what comes out of an item while the meeting runs; each can be taken back."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.agenda_item import Note, Placement, RaisedIssue
from meetingtracker.models.decision import Decision
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Presence


def capture_note(
    meeting: Meeting, placement: Placement, *, text: str, html: str, by: Actor, at: datetime
) -> Note:
    """`html` is the text rendered and sanitised."""
    meeting.must_be_running()
    if not text.strip():
        raise RuleBroken(N_("The line says nothing yet."), field="text")
    meeting.touch()
    return Note.create(
        "note.written", by=by, at=at, meeting_id=meeting.id, placement_id=placement.id,
        text=text, html=html, by_id=by.id,
    )  # fmt: skip


def capture_decision(
    meeting: Meeting,
    placement: Placement,
    *,
    text: str,
    by: Actor,
    at: datetime,
    on: date,
    reason: str | None = None,
    owner_id: int | None = None,
    review_on: date | None = None,
) -> Decision:
    meeting.must_be_running()
    _fits(text, Decision.text, N_("Say what was decided."))
    meeting.touch()
    return Decision.take(
        text=text, reason=reason, owner_id=owner_id, review_on=review_on, by=by, at=at, on=on,
        meeting_id=meeting.id, placement_id=placement.id, issue_id=placement.item.issue_id,
    )  # fmt: skip


def capture_action(
    meeting: Meeting,
    placement: Placement,
    *,
    title: str,
    owner_id: int | None,
    due_on: date | None,
    by: Actor,
    at: datetime,
    on: date,
) -> Action:
    """Owner and date may follow until the minutes are issued. Somebody absent must accept first."""
    meeting.must_be_running()
    _fits(title, Action.title, N_("Say what is to be done."))
    meeting.touch()
    return give_action(
        title=title, owner_id=owner_id, due_on=due_on, issue_id=placement.item.issue_id,
        department_id=None if owner_id else placement.item.department_id,
        series_id=meeting.series_id, meeting_id=meeting.id, placement_id=placement.id,
        requested_by_id=placement.item.presenter_id or by.id,
        present_in_meeting=owner_id is not None and is_present(meeting, owner_id),
        by=by, at=at, on=on,
    )  # fmt: skip


def capture_issue(
    meeting: Meeting,
    placement: Placement,
    *,
    title: str,
    by: Actor,
    at: datetime,
    on: date,
    point_person_id: int | None = None,
) -> Issue:
    """Raised for the item's department; what comes out of a confidential item is confidential."""
    meeting.must_be_running()
    _fits(title, Issue.title, N_("Say what the issue is."))
    about = placement.item.issue
    meeting.touch()
    issue = raise_issue(
        title=title, raising_department_id=placement.item.department_id,
        point_person_id=point_person_id, series_id=meeting.series_id, meeting_id=meeting.id,
        confidential=about is not None and about.confidential, by=by, at=at, on=on,
    )  # fmt: skip
    RaisedIssue.create(
        "raised_issue.noted", by=by, at=at, meeting_id=meeting.id, placement_id=placement.id,
        issue_id=issue.id,
    )  # fmt: skip
    return issue


def take_back(
    meeting: Meeting, row: Note | Decision | Action | RaisedIssue, *, by: Actor, at: datetime
) -> bool:
    """Undo something captured in this meeting, until its minutes are issued."""
    meeting.must_be_running()
    meeting.touch()
    match row:
        case Decision() | Action():
            return row.undo(by=by, at=at)
        case Note():
            return row.undo(by=by, at=at, meeting_id=meeting.id)
        case RaisedIssue():
            row.issue.decline(reason=TAKEN_BACK, by=by, at=at)
            return row.undo(by=by, at=at, meeting_id=meeting.id)


TAKEN_BACK = "Taken back in the meeting in which it was raised."


def _fits(text: str, column: InstrumentedAttribute[str], empty: str) -> None:
    """RuleBroken for a text that says nothing, or more than its column holds."""
    if not text.strip():
        raise RuleBroken(empty, field="text")
    if len(text.strip()) > (longest := column.type.length):
        raise RuleBroken(N_("At most %(max)d characters."), field="text", max=longest)


def is_present(meeting: Meeting, person_id: int) -> bool:
    return (
        db.session().scalar(
            sa.select(Attendance.presence).filter_by(meeting_id=meeting.id, person_id=person_id)
        )
        is Presence.present
    )
