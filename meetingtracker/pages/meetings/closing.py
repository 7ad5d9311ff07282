"""Closing a meeting: the checks, and issuing the minutes."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.markup.document import render_document
from meetingtracker.models.acts.issue_minutes import issue_minutes
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.acts.run_meeting import leave_the_rest
from meetingtracker.models.meeting import Meeting, locked_meeting
from meetingtracker.models.organisation import working_calendar
from meetingtracker.models.reads import minutes as read
from meetingtracker.models.reads.meetings import last_meeting_on
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.models.series import locked_series
from meetingtracker.pages.meetings.forms import CloseForm
from meetingtracker.pages.meetings.page import Answer, area, coming_day, load, press, runs
from meetingtracker.rules.agenda import Check, closing_checks
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.minutes import Minutes, minutes_markdown
from meetingtracker.rules.permissions import Permission
from meetingtracker.rules.states import MeetingState
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.filters import day, organisation, today
from meetingtracker.web.forms import say
from meetingtracker.web.mail import uses_mail


@dataclass(frozen=True, slots=True)
class Finding:
    """One check in the reader's language, with the page on which it is put right."""

    text: str
    blocks: bool
    url: str


@area.get("/meetings/<int:meeting_id>/close")
@allow(Permission.signed_in)
def close(meeting_id: int) -> Answer:
    meeting = load(meeting_id)
    if meeting.state.has_minutes:
        return redirect(url_for("minutes.show", meeting_id=meeting_id))
    require(runs(meeting))
    if not meeting.state.is_running:
        return redirect(url_for("meetings.show", meeting_id=meeting_id))
    return _page(meeting, CloseForm(formdata=None, obj=meeting, plan_next=True))


@area.post("/meetings/<int:meeting_id>/unreached")
@allow(Permission.signed_in)
def leave_rest(meeting_id: int) -> Answer:
    return press(
        meeting_id,
        runs,
        lambda meeting: leave_the_rest(meeting, by=actor(), at=clock.now()),
        done=url_for("meetings.close", meeting_id=meeting_id),
        again=lambda: close(meeting_id),
    )


@area.post("/meetings/<int:meeting_id>/close")
@allow(Permission.signed_in)
def issue(meeting_id: int) -> Answer:
    """Issue the minutes. The text is made and rendered first, outside of the write."""
    meeting = load(meeting_id)
    require(runs(meeting))
    if meeting.state.has_minutes:
        return redirect(url_for("minutes.show", meeting_id=meeting_id))
    form = CloseForm()
    refused = _refusal(meeting, form)
    if refused:
        form.version.data, form.revision.data = meeting.version, meeting.revision
        return _page(meeting, form), refused
    minutes = minutes_markdown(read.minutes_facts(read.held(meeting)))
    html = _rendered(minutes.text)
    annex_html = _rendered(minutes.annex) if minutes.annex else None
    try:
        _issue(meeting, form, minutes, html, annex_html)
    except RuleBroken as broken:
        meeting = load(meeting_id)
        if broken.field:
            form.add_rule_error(broken)
            form.version.data, form.revision.data = meeting.version, meeting.revision
            return _page(meeting, form), 422
        flash(say(broken), "error")
        return _page(meeting, CloseForm(formdata=None, obj=meeting, plan_next=True)), 409
    flash(_("The minutes are issued. From now on they read like this."))
    return redirect(url_for("minutes.show", meeting_id=meeting_id))


def _refusal(meeting: Meeting, form: CloseForm) -> int | None:
    """The status with which the form goes back; None if the minutes may be issued."""
    if not form.validate():
        return 422
    if meeting.state is not MeetingState.wrap_up:
        form.form_errors.append(_("Stop the clock first."))
        return 409
    if form.is_stale(meeting) or form.revision.data != meeting.revision:
        form.form_errors.append(_("Something was written down meanwhile. Look again, then issue."))
        return 409
    checks = _checks(meeting)
    if any(check.blocks for check in checks):
        form.form_errors.append(_("The minutes cannot be issued yet."))
        return 422
    if checks and not form.anyway.data:
        form.anyway.errors = [_("Tick it, or put right what is named above.")]
        return 422
    return None


def _issue(
    read_before: Meeting, form: CloseForm, minutes: Minutes, html: str, annex_html: str | None
) -> None:
    meeting_id, revision = read_before.id, read_before.revision
    calendar, mailing = _calendar(), uses_mail()
    with writing():
        locked_series(read_before.series_id)  # first, as whoever plans or proposes does
        meeting = found(locked_meeting(meeting_id))
        require(runs(meeting))
        somebody_was_faster = meeting.state.has_minutes
        issue_minutes(
            meeting, minutes=minutes, html=html, annex_html=annex_html, revision=revision,
            calendar=calendar, mailing=mailing, copies_to=form.copies_to.data, by=actor(),
            at=clock.now(),
        )  # fmt: skip
        if form.plan_next.data and not somebody_was_faster and (day := next_day(meeting)):
            plan_meeting(meeting.series, held_on=day, by=actor(), at=clock.now())


def next_day(meeting: Meeting) -> date | None:
    """The day to propose for the next meeting; None if a later one is planned already."""
    last = last_meeting_on(meeting.series_id)
    if last is None or last > meeting.held_on:
        return None
    return coming_day(meeting.series, last, today())


def _checks(meeting: Meeting) -> list[Check]:
    return closing_checks(read.closing_facts(read.held(meeting), _calendar()))


def _calendar() -> WorkingCalendar:
    known = organisation()
    assert known is not None  # a meeting exists, so the organisation is set up
    return working_calendar(known)


def _rendered(text: str) -> str:
    return render_document(text, people=mention_lookup(text))


def _page(meeting: Meeting, form: CloseForm) -> str:
    everything = read.held(meeting)
    facts = read.minutes_facts(everything)
    return render_template(
        "meetings/close.html",
        meeting=meeting,
        form=form,
        findings=[_finding(meeting, check) for check in _checks(meeting)],
        still_open=sum(p.outcome is None for p in everything.placements),
        next_on=next_day(meeting),
        is_live=meeting.state is MeetingState.live,
        facts=facts,
        mails=uses_mail(),
        preview=_rendered(minutes_markdown(facts).text),
    )


def _finding(meeting: Meeting, check: Check) -> Finding:
    params = {
        name: day(date.fromisoformat(str(value))) if name == "due_on" else value
        for name, value in check.params.items()
    }
    if check.action_id is not None:
        url = url_for("actions.show", action_id=check.action_id)
    elif check.code == "no_facilitator":
        url = url_for("meetings.show", meeting_id=meeting.id)
    else:
        url = url_for("meetings.room", meeting_id=meeting.id, item=check.item_id)
    return Finding(_(check.text, **params), check.blocks, url)
