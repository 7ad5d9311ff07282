"""Approval of issued minutes: at the series' next meeting, or by silence."""

from collections.abc import Sequence
from datetime import datetime, time

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.minutes import MinutesAnswer
from meetingtracker.models.series import Series
from meetingtracker.rules.calendar import WorkingCalendar, at_local, local_today
from meetingtracker.rules.minutes_approval import SILENCE, ApprovedAs, Word
from meetingtracker.rules.permissions import SYSTEM, Actor
from meetingtracker.rules.states import MeetingState


def approve_before(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """The minutes of this meeting are out: those before it that nobody objects to are approved."""
    earlier = sa.select(Meeting).where(
        *_approvable(), Meeting.series_id == meeting.series_id, Meeting.held_on < meeting.held_on
    )
    for row in db.session().scalars(earlier.with_for_update(of=Meeting)):
        row.approve(ApprovedAs.next_meeting, by=by, at=at)


def unopposed(calendar: WorkingCalendar, zone: str, *, at: datetime) -> list[int]:
    """Ids of the meetings whose newest minutes nobody has objected to for SILENCE working days."""
    last_day = calendar.add_working_days(local_today(at, zone), -SILENCE)
    return list(
        db.session().scalars(
            sa.select(Meeting.id)
            .where(*_approvable(), Meeting.issued_at < at_local(last_day, time(), zone))
            .order_by(Meeting.id)
        )
    )


def approve_by_silence(meeting_ids: Sequence[int], *, at: datetime) -> int:
    """Inside a write: what was objected to meanwhile stays as it is. Answers how many."""
    rows = sa.select(Meeting).where(*_approvable(), Meeting.id.in_(meeting_ids))
    return sum(
        row.approve(ApprovedAs.silence, by=SYSTEM, at=at)
        for row in db.session().scalars(rows.with_for_update(of=Meeting))
    )


def _approvable() -> tuple[sa.ColumnElement[bool], ...]:
    """Issued, of a series that approves its minutes, and with no objection to the last version."""
    newest = (
        sa.select(sa.func.max(MinutesVersion.number))
        .where(MinutesVersion.meeting_id == Meeting.id)
        .correlate(Meeting)
        .scalar_subquery()
    )
    objection = sa.select(MinutesAnswer.id).where(
        MinutesAnswer.meeting_id == Meeting.id, MinutesAnswer.number == newest,
        MinutesAnswer.word == Word.objects,
    )  # fmt: skip
    return (
        Meeting.state == MeetingState.issued,
        Meeting.series_id.in_(sa.select(Series.id).where(Series.approves)),
        ~objection.correlate(Meeting).exists(),
    )
