"""Meetings as the API gives them: in lists as one line, alone with agenda and minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.agenda_lines import AgendaLine, agenda_lines
from meetingtracker.models.reads.api.lists import Slice, Window, holds, rows_of
from meetingtracker.models.reads.issued_minutes import latest_minutes, may_read
from meetingtracker.models.reads.meetings import visible_meeting
from meetingtracker.models.reads.minutes import held
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.agenda import Ask, Outcome, Verdict
from meetingtracker.rules.minutes import annex_for
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


@dataclass(frozen=True, slots=True)
class PlacementObject:
    """One item on the agenda. Of a confidential issue that you may not see only its place shows:
    `item` is null and the title empty."""

    position: int
    item: int | None
    title: str
    ask: Ask
    minutes: int
    department: str | None
    presenter: str | None
    issue: int | None
    late: bool
    above_the_line: bool
    carried: Outcome | None
    outcome: Outcome | None
    verdict: Verdict | None
    seconds_spent: int


@dataclass(frozen=True, slots=True)
class MinutesObject:
    """Issued minutes. `sha256` is of the text's UTF-8; `annex` holds what you may read of it."""

    number: int
    text: str
    sha256: str
    annex: str | None
    issued_at: datetime
    issued_by: str | None


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """`length` in minutes; `starts_at` in UTC, `held_on` in the series' zone."""

    id: int
    version: int
    series: str
    held_on: date
    starts_at: datetime
    length: int
    state: MeetingState
    facilitator: str | None
    scribe: str | None


@dataclass(frozen=True, slots=True)
class MeetingObject:
    """`length` in minutes; `minutes` is null until they are issued."""

    id: int
    version: int
    series: str
    held_on: date
    starts_at: datetime
    length: int
    state: MeetingState
    facilitator: str | None
    scribe: str | None
    agenda: list[PlacementObject]
    minutes: MinutesObject | None


_facilitator, _scribe = aliased(Person), aliased(Person)
_series = (
    sa.select(Series.name)
    .where(Series.id == Meeting.series_id)
    .correlate(Meeting)
    .scalar_subquery()
)
FILTERS: Mapping[str, Any] = {
    "series": _series,
    "held_on": Meeting.held_on,
    "state": Meeting.state,
    "facilitator": Meeting.facilitator_id,
    "scribe": Meeting.scribe_id,
}


def meeting_slice(actor: Actor, filters: Mapping[str, Any], window: Window) -> Slice[MeetingLine]:
    """Those of series that the actor may see. `filters`: of FILTERS, by id."""
    seen = sa.select(Series.id).where(visible_series(actor), holds(window.words, Series.name))
    where = [Meeting.series_id.in_(seen)]
    where += [FILTERS[name] == value for name, value in filters.items()]
    rows, total, last_id = rows_of(_select(), Meeting, where, window)
    return Slice([MeetingLine(**row._mapping) for row in rows], total, last_id)


def _select() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Meeting.id, Meeting.version, Series.name.label("series"), Meeting.held_on,
            Meeting.starts_at, Meeting.minutes.label("length"), Meeting.state,
            _facilitator.email.label("facilitator"), _scribe.email.label("scribe"),
        )
        .join(Series, Series.id == Meeting.series_id)
        .outerjoin(_facilitator, _facilitator.id == Meeting.facilitator_id)
        .outerjoin(_scribe, _scribe.id == Meeting.scribe_id)
    )  # fmt: skip


def meeting_object(actor: Actor, meeting_id: int) -> MeetingObject | None:
    """The whole meeting, as far as the actor may read it."""
    meeting = visible_meeting(actor, meeting_id)
    if meeting is None:
        return None
    return MeetingObject(
        id=meeting.id, version=meeting.version, series=meeting.series.name,
        held_on=meeting.held_on, starts_at=meeting.starts_at, length=meeting.minutes,
        state=meeting.state,
        facilitator=meeting.facilitator.email if meeting.facilitator else None,
        scribe=meeting.scribe.email if meeting.scribe else None,
        agenda=[_placement(line) for line in agenda_lines(held(meeting), actor)],
        minutes=_minutes(actor, meeting_id),
    )  # fmt: skip


def _placement(line: AgendaLine) -> PlacementObject:
    shown = not line.hidden
    return PlacementObject(
        position=line.number,
        item=line.item_id if shown else None,
        title=line.title if shown else "",
        ask=line.ask,
        minutes=line.minutes,
        department=line.department if shown else None,
        presenter=line.presenter if shown else None,
        issue=line.issue_id if shown else None,
        late=line.late,
        above_the_line=line.above,
        carried=line.carried,
        outcome=line.outcome,
        verdict=line.verdict,
        seconds_spent=line.seconds_spent,
    )


def _minutes(actor: Actor, meeting_id: int) -> MinutesObject | None:
    version = latest_minutes(meeting_id)
    if version is None:
        return None
    annex = None
    if version.annex is not None:
        allowed = may_read(actor, version)
        annex = annex_for(version.annex, items=allowed.items, actions=allowed.actions) or None
    return MinutesObject(
        number=version.number, text=version.text, sha256=version.sha256, annex=annex,
        issued_at=version.issued_at,
        issued_by=version.issued_by.email if version.issued_by else None,
    )  # fmt: skip
