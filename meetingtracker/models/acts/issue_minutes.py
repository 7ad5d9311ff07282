"""Issue a meeting's minutes: frozen text, counters, and what is left goes on, in one write."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.carry_over import carry_over
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.reads.issued_minutes import latest_minutes
from meetingtracker.models.reads.minutes import closing_facts, held
from meetingtracker.rules.agenda import Outcome, closing_checks
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.minutes import Minutes
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


def issue_minutes(
    meeting: Meeting,
    *,
    minutes: Minutes,
    html: str,
    annex_html: str | None,
    revision: int,
    calendar: WorkingCalendar,
    by: Actor,
    at: datetime,
) -> MinutesVersion:
    """Store version 1, count every item's meeting, carry over what was left.

    `meeting` is locked; `minutes` and their HTML were made from it at `revision`, outside this
    write. Issued already: the minutes there are, and nothing else happens. RuleBroken if the
    meeting has changed since that revision, or if a closing check blocks.
    """
    if meeting.state.has_minutes:
        issued = latest_minutes(meeting.id)
        assert issued is not None
        return issued
    meeting.must_be_running()
    if meeting.revision != revision:
        raise RuleBroken(N_("Something was written down meanwhile. Look again, then issue."))
    for check in closing_checks(closing_facts(held(meeting), calendar)):
        if check.blocks:
            raise RuleBroken(check.text, field=None, **check.params)
    version = MinutesVersion(
        meeting_id=meeting.id,
        number=1,
        text=minutes.text,
        html=html,
        sha256=minutes.sha256,
        annex=minutes.annex,
        annex_html=annex_html,
        annex_sha256=minutes.annex_sha256,
        issued_by_id=by.id,
        issued_at=at,
    )
    db.session().add(version)
    meeting.touch()
    meeting.record(
        "meeting.issued", by=by, at=at, meeting_id=meeting.id, state=MeetingState.issued,
        issued_at=at, current_placement_id=None, item_started_at=None,
    )  # fmt: skip
    _count(meeting, by=by, at=at)
    carry_over(meeting, by=by, at=at)
    return version


def _count(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    placements = db.session().scalars(
        sa.select(Placement)
        .filter_by(meeting_id=meeting.id)
        .order_by(Placement.position, Placement.id)
    )
    for placement in placements:
        item, outcome = placement.item, placement.outcome
        assert outcome is not None  # a closing check blocks it
        item.count(outcome, held_on=meeting.held_on, by=by, at=at, meeting_id=meeting.id)
        if outcome is Outcome.WITHDRAWN:
            reason = placement.outcome_reason or outcome.label
            item.withdraw(reason=reason, by=by, at=at, meeting_id=meeting.id)
