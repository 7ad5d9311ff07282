"""Steps that tests of meetings share: plan, run and issue one through the acts."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.markup.document import render_document
from meetingtracker.models.acts.issue_minutes import issue_minutes
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.run_meeting import end_item, end_talking, start_meeting
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting, MinutesVersion, locked_meeting
from meetingtracker.models.organisation import the_organisation, working_calendar
from meetingtracker.models.reads.minutes import held, minutes_facts
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask, Outcome, Verdict
from meetingtracker.rules.minutes import minutes_markdown
from meetingtracker.rules.permissions import Actor
from tests.cast import NOW, TODAY, Cast

THURSDAY = TODAY + timedelta(days=3)
WEEK = timedelta(days=7)


def propose(cast: Cast, title: str = "Labels print wrong", **more: object) -> AgendaItem:
    values: dict[str, object] = {
        "series": db.session.get_one(Series, cast.series), "title": title, "ask": Ask.DECIDE,
        "minutes": 10, "department_id": cast.department["Sales"], "by": cast.actor("sam"),
        "at": NOW, "on": TODAY,
    } | more  # fmt: skip
    return propose_item(**values)


def plan(cast: Cast, held_on: date = THURSDAY, **more: object) -> Meeting:
    """Plan a meeting; maya, the owner of the series, facilitates it."""
    series = db.session.get_one(Series, cast.series)
    return plan_meeting(series, held_on=held_on, by=cast.actor("maya"), at=NOW, **more)


def start(cast: Cast, meeting: Meeting, at: datetime = NOW) -> Meeting:
    start_meeting(meeting, by=cast.actor("maya"), at=at, on=meeting.held_on)
    db.session.flush()
    return meeting


def standing(meeting: Meeting) -> list[Placement]:
    return list(
        db.session.scalars(
            sa.select(Placement).filter_by(meeting_id=meeting.id).order_by(Placement.position)
        )
    )


def end(cast: Cast, meeting: Meeting, outcome: Outcome, verdict: Verdict | None = None) -> None:
    """End every item that has no outcome yet."""
    for placement in standing(meeting):
        if placement.outcome is None:
            end_item(
                meeting, placement, outcome, verdict=verdict, reason="as agreed",
                executive_id=cast.person["lea"], by=cast.actor("maya"), at=NOW,
            )  # fmt: skip


def issue(
    cast: Cast, meeting: Meeting, at: datetime = NOW, by: Actor | None = None
) -> MinutesVersion:
    """Wrap up and issue, the way the closing page does it; by maya unless somebody is named."""
    by = by or cast.actor("maya")
    end_talking(meeting, by=by, at=at)
    db.session.flush()
    db.session.expire_all()
    locked = locked_meeting(meeting.id)
    organisation = the_organisation()
    assert locked is not None and organisation is not None
    minutes = minutes_markdown(minutes_facts(held(locked)))
    issued = issue_minutes(
        locked,
        minutes=minutes,
        html=render_document(minutes.text),
        annex_html=render_document(minutes.annex) if minutes.annex else None,
        revision=locked.revision,
        calendar=working_calendar(organisation),
        by=by,
        at=at,
    )
    db.session.flush()
    return issued


def hold(cast: Cast, held_on: date, outcome: Outcome, verdict: Verdict | None = None) -> Meeting:
    """One whole meeting: planned, run, every item ended alike, issued."""
    by_day = sa.select(Meeting).filter_by(series_id=cast.series, held_on=held_on)
    meeting = db.session.scalar(by_day) or plan(cast, held_on)
    start(cast, meeting)
    end(cast, meeting, outcome, verdict)
    issue(cast, meeting)
    return meeting
