"""What waits for a meeting: the pool, and the items of an issue."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.agenda import Outcome, Verdict
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


def visible_items(actor: Actor) -> sa.ColumnElement[bool]:
    """Items of visible series, unless they speak of a confidential issue of others."""
    return sa.and_(
        AgendaItem.series_id.in_(sa.select(Series.id).where(visible_series(actor))),
        sa.or_(
            AgendaItem.issue_id.is_(None),
            AgendaItem.issue_id.in_(sa.select(Issue.id).where(visible_issues(actor))),
        ),
    )


def default_series(actor: Actor) -> Series | None:
    """The first series that the actor may see and that goes on; None before there is one."""
    return db.session().scalar(
        sa.select(Series)
        .where(visible_series(actor), Series.ended_at.is_(None))
        .order_by(Series.id)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class StoodIn:
    """One meeting an item stood, stands or was to stand in."""

    meeting_id: int
    held_on: date
    series: str
    state: MeetingState
    outcome: Outcome | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class ItemOfIssue:
    item_id: int
    title: str
    in_pool: bool
    withdrawn: bool
    meetings: tuple[StoodIn, ...]
    """Oldest first; empty for an item that has only waited."""


def items_of_issue(issue_id: int, actor: Actor) -> list[ItemOfIssue]:
    """The agenda items of an issue in series that the actor may see, newest first."""
    rows = db.session().scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.issue_id == issue_id, visible_items(actor))
        .options(
            joinedload(AgendaItem.series),
            selectinload(AgendaItem.placements).joinedload(Placement.meeting),
        )
        .order_by(AgendaItem.id.desc())
    )
    return [
        ItemOfIssue(
            item_id=item.id,
            title=item.title,
            in_pool=item.in_pool,
            withdrawn=item.withdrawn_at is not None,
            meetings=tuple(_stood_in(p, item.series.name) for p in item.placements),
        )
        for item in rows
    ]


def _stood_in(placement: Placement, series: str) -> StoodIn:
    meeting = placement.meeting
    return StoodIn(
        meeting_id=meeting.id,
        held_on=meeting.held_on,
        series=series,
        state=meeting.state,
        outcome=placement.outcome,
        verdict=placement.verdict,
    )
