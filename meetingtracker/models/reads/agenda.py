"""What waits for a meeting: the pool, and the items of an issue."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.agenda import Candidate, Outcome, Verdict, proposed_order
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import AHEAD, NOT_OVER, MeetingState


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

    @property
    def waits(self) -> bool:
        """Still to be spoken about: in the pool, or on the agenda of a meeting that is not over."""
        ahead = any(stood.state in NOT_OVER and stood.outcome is None for stood in self.meetings)
        return not self.withdrawn and (self.in_pool or ahead)


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


@dataclass(frozen=True, slots=True)
class Earlier:
    """How an item fared in one meeting."""

    meeting_id: int
    held_on: date
    state: MeetingState
    outcome: Outcome | None
    verdict: Verdict | None
    reason: str | None
    minutes_spent: int
    notes: tuple[str, ...]
    """Sanitised HTML."""


def life_of(item_id: int, *, before: date | None = None) -> list[Earlier]:
    """The meetings an item stood in, oldest first; only those held before a day, if given."""
    rows = db.session().scalars(
        sa.select(Placement)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(
            Placement.item_id == item_id,
            *((Meeting.held_on < before,) if before is not None else ()),
        )
        .options(joinedload(Placement.meeting), selectinload(Placement.notes))
        .order_by(Meeting.held_on, Placement.id)
    )
    return [
        Earlier(
            meeting_id=p.meeting_id,
            held_on=p.meeting.held_on,
            state=p.meeting.state,
            outcome=p.outcome,
            verdict=p.verdict,
            reason=p.outcome_reason,
            minutes_spent=round(p.seconds_spent / 60),
            notes=tuple(n.html for n in p.notes if n.undone_at is None),
        )
        for p in rows
    ]


@dataclass(frozen=True, slots=True)
class SeriesAgenda:
    """A series with its next agenda and its pool, as far as the actor may read them."""

    series: Series
    meeting: Meeting | None
    minutes_planned: int
    placed: list[AgendaItem]
    pool: list[AgendaItem]


def agendas(actor: Actor, *, series_id: int | None = None) -> list[SeriesAgenda]:
    """Of each visible series that goes on: the next meeting's items and the pool. Four queries."""
    session = db.session()
    rows = list(
        session.scalars(
            sa.select(Series)
            .where(
                visible_series(actor),
                Series.ended_at.is_(None),
                *((Series.id == series_id,) if series_id is not None else ()),
            )
            .order_by(Series.id)
        )
    )
    following: dict[int, Meeting] = {}
    meetings = session.scalars(
        sa.select(Meeting)
        .where(Meeting.series_id.in_([s.id for s in rows]), Meeting.state.in_(AHEAD))
        .order_by(Meeting.held_on, Meeting.id)
    )
    for meeting in meetings:
        following.setdefault(meeting.series_id, meeting)
    placed = session.execute(
        _with_names(sa.select(AgendaItem, Placement))
        .join(Placement, Placement.item_id == AgendaItem.id)
        .where(
            Placement.meeting_id.in_([m.id for m in following.values()]),
            Placement.outcome.is_(None),
            visible_items(actor),
        )
        .order_by(Placement.position, Placement.id)
    ).all()
    pool = session.scalars(
        _with_names(sa.select(AgendaItem)).where(
            AgendaItem.in_pool,
            AgendaItem.series_id.in_([s.id for s in rows]),
            visible_items(actor),
        )
    ).all()
    return [
        SeriesAgenda(
            series=series,
            meeting=following.get(series.id),
            minutes_planned=sum(p.minutes for i, p in placed if i.series_id == series.id),
            placed=[i for i, _ in placed if i.series_id == series.id],
            pool=_in_line([i for i in pool if i.series_id == series.id], series.minutes),
        )
        for series in rows
    ]


def _with_names(query: Any) -> Any:
    return query.options(
        joinedload(AgendaItem.department),
        joinedload(AgendaItem.presenter),
        joinedload(AgendaItem.issue),
    )


def _in_line(items: list[AgendaItem], minutes: int) -> list[AgendaItem]:
    """In the order in which the next meeting would take them."""
    by_id = {item.id: item for item in items}
    order = proposed_order([candidate(item) for item in items], meeting_minutes=minutes)
    return [by_id[c.item_id] for c in order]


def candidate(item: AgendaItem, *, points: int = 0, pulled: bool = False) -> Candidate:
    """The item as the proposed order sees it; its issue is loaded. `points`, `pulled`: what it got
    for the meeting in question."""
    return Candidate(
        item_id=item.id,
        ask=item.ask,
        executive_pull=pulled or item.executive_id is not None,
        severity=item.issue.severity if item.issue else None,
        points=points,
        carried=item.carried,
        first_placed_on=item.first_placed_on,
        created_at=item.created_at,
        minutes=item.minutes,
    )


def visible_item(actor: Actor, item_id: int) -> AgendaItem | None:
    """The item with its series, department and people, if the actor may see it."""
    return db.session().scalar(
        _with_names(sa.select(AgendaItem))
        .where(AgendaItem.id == item_id, visible_items(actor))
        .options(joinedload(AgendaItem.series), joinedload(AgendaItem.executive))
        .execution_options(populate_existing=True)
    )


def open_series(actor: Actor) -> list[Series]:
    """The series for which the actor may propose an item."""
    return list(
        db.session().scalars(
            sa.select(Series)
            .where(visible_series(actor), Series.ended_at.is_(None))
            .order_by(Series.id)
        )
    )
