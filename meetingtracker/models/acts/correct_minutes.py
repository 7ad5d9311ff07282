"""Corrections to issued minutes: one person writes, another agrees, and it gets its number."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.mail_minutes import mail_minutes
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.minutes import Erratum
from meetingtracker.models.reads.issued_minutes import latest_minutes
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def write_erratum(meeting: Meeting, text: str, *, by: Actor, at: datetime) -> Erratum:
    """`meeting` is locked. It counts once a second person agrees."""
    if not meeting.state.has_minutes:
        raise RuleBroken(N_("There are no issued minutes to correct."))
    meeting.touch()
    return Erratum.write(meeting.id, text, by=by, at=at)


def agree_to_erratum(
    meeting: Meeting, erratum: Erratum, *, by: Actor, at: datetime, mailing: bool
) -> None:
    """Give it the next number and mail it like the minutes. `meeting` is locked, so that no two
    get the same one. RuleBroken for whoever wrote it."""
    if erratum.written_by_id == by.id:
        raise RuleBroken(N_("Somebody else has to agree to it."))
    version = latest_minutes(meeting.id)
    assert version is not None  # an erratum is written only where there are minutes
    last = db.session().scalar(
        sa.select(sa.func.max(Erratum.number)).filter_by(meeting_id=meeting.id)
    )
    erratum.agree((last or 0) + 1, by=by, at=at)
    meeting.touch()
    if mailing:
        mail_minutes(meeting, version, by=by, at=at, erratum=erratum)
