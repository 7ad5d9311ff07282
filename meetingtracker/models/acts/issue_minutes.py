"""Issue a meeting's minutes, also again: frozen text, counters, mails, and what is left goes on."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.approve_minutes import approve_before
from meetingtracker.models.acts.carry_over import carry_over
from meetingtracker.models.acts.mail_minutes import mail_minutes
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.reads.issued_minutes import is_newest, latest_minutes
from meetingtracker.models.reads.minutes import closing_facts, held, secret_issues
from meetingtracker.rules.agenda import Outcome, closing_checks
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.minutes import Minutes
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER, MeetingState

SETTLED_BEFORE = "Settled in the minutes of the meeting before, which were opened again."


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
    mailing: bool = False,
    copies_to: str | None = None,
) -> MinutesVersion:
    """Store the next version, count every item's meeting, carry over what was left, queue mails.

    `meeting` is locked; `minutes` and their HTML were made from it at `revision`, outside this
    write. Issued already: the minutes there are, and nothing else happens. RuleBroken if the
    meeting has changed since that revision, or if a closing check blocks. `mailing`: there is a
    mail server and the company wants mail. `copies_to`: addresses to be kept with the meeting.
    """
    if meeting.state.has_minutes:
        issued = latest_minutes(meeting.id)
        assert issued is not None
        return issued
    meeting.must_be_running()
    if meeting.revision != revision:
        raise RuleBroken(N_("Something was written down meanwhile. Look again, then issue."))
    everything = held(meeting)
    for check in closing_checks(closing_facts(everything, calendar)):
        if check.blocks:
            raise RuleBroken(check.text, field=None, **check.params)
    before = latest_minutes(meeting.id)
    version = MinutesVersion(
        meeting_id=meeting.id,
        number=before.number + 1 if before else 1,
        text=minutes.text,
        html=html,
        sha256=minutes.sha256,
        annex=minutes.annex,
        annex_html=annex_html,
        annex_sha256=minutes.annex_sha256,
        issued_by_id=by.id,
        issued_at=at,
        reason=meeting.reopen_reason,
        secret_issues=secret_issues(everything),
    )
    db.session().add(version)
    if copies_to is not None:
        meeting.send_copies(copies_to, by=by, at=at)
    meeting.issue(by=by, at=at)
    _count(meeting, by=by, at=at)
    if before is not None:
        _take_off_next(meeting, by=by, at=at)
    carry_over(meeting, by=by, at=at)
    approve_before(meeting, by=by, at=at)
    if mailing:
        mail_minutes(meeting, version, by=by, at=at)
    return version


def reopen_minutes(meeting: Meeting, *, reason: str, by: Actor, at: datetime) -> None:
    """Go back to closing, for a version more. `meeting` is locked, its series before it.

    What issuing counted is taken back; what it carried over stays where it is until the next
    version says otherwise. RuleBroken unless it is the newest of its series and not approved.
    """
    issued_at = meeting.issued_at
    if not is_newest(meeting):
        raise RuleBroken(
            N_("A later meeting has begun: these minutes stay. Add a correction instead.")
        )
    meeting.reopen(reason=reason, by=by, at=at)
    assert issued_at is not None
    for placement in _placements(meeting):
        placement.item.uncount(placement, issued_at=issued_at, by=by, at=at)


def _placements(meeting: Meeting) -> list[Placement]:
    return list(
        db.session().scalars(
            sa.select(Placement)
            .filter_by(meeting_id=meeting.id)
            .order_by(Placement.position, Placement.id)
        )
    )


def _count(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    for placement in _placements(meeting):
        item, outcome = placement.item, placement.outcome
        assert outcome is not None  # a closing check blocks it
        item.count(outcome, held_on=meeting.held_on, by=by, at=at, meeting_id=meeting.id)
        if outcome is Outcome.WITHDRAWN:
            reason = placement.outcome_reason or outcome.label
            item.withdraw(reason=reason, by=by, at=at, meeting_id=meeting.id)


def _take_off_next(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """What version 1 carried over and this one settles needs no place in the next meeting."""
    settled = sa.select(Placement.item_id).where(
        Placement.meeting_id == meeting.id,
        Placement.outcome.not_in((Outcome.DEFERRED, Outcome.UNREACHED)),
    )
    later = db.session().scalars(
        sa.select(Placement)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(
            Placement.item_id.in_(settled), Placement.meeting_id != meeting.id,
            Placement.outcome.is_(None), Meeting.held_on > meeting.held_on,
            Meeting.state.in_(NOT_OVER), Meeting.state != MeetingState.wrap_up,
        )
    )  # fmt: skip
    for placement in later:
        placement.end(Outcome.WITHDRAWN, reason=SETTLED_BEFORE, by=by, at=at)
        placement.meeting.touch()
