"""The log of decisions over all meetings that a person may see, and one of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.permissions import Actor

PAGE = 50


def visible_decisions(actor: Actor) -> sa.ColumnElement[bool]:
    """Not taken back, of visible series, and not about a confidential issue of others."""
    return sa.and_(
        Decision.state != DecisionState.undone,
        sa.or_(
            Decision.meeting_id.is_(None),
            Decision.meeting_id.in_(
                sa.select(Meeting.id)
                .join(Series, Series.id == Meeting.series_id)
                .where(visible_series(actor))
            ),
        ),
        sa.or_(
            Decision.issue_id.is_(None),
            Decision.issue_id.in_(sa.select(Issue.id).where(visible_issues(actor))),
        ),
    )


@dataclass(frozen=True, slots=True)
class DecisionLog:
    rows: list[Decision]
    """The newest first, one page of them, with owner, meeting and series."""
    next_cursor: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the log is narrowed to. `due_on`: only what is to be looked at again by that day."""

    words: str = ""
    series_id: int | None = None
    department_id: int | None = None
    due_on: date | None = None


def decision_log(
    actor: Actor, wanted: Wanted, *, after: tuple[date, int] | None = None
) -> DecisionLog:
    """Decisions in which every one of the words occurs, in text or reason, older than `after`."""
    scope = [visible_decisions(actor), *_narrowed(wanted)]
    older = list(scope)
    if after is not None:
        older.append(
            sa.tuple_(Decision.decided_on, Decision.id) < sa.tuple_(*map(sa.literal, after))
        )
    session = db.session()
    found = list(
        session.scalars(
            sa.select(Decision)
            .where(*older)
            .options(*_shown())
            .order_by(Decision.decided_on.desc(), Decision.id.desc())
            .limit(PAGE + 1)
        )
    )
    rows = found[:PAGE]
    return DecisionLog(
        rows=rows,
        next_cursor=f"{rows[-1].decided_on}.{rows[-1].id}" if len(found) > PAGE else None,
        total=count_decisions(actor, wanted),
    )


def count_decisions(actor: Actor, wanted: Wanted) -> int:
    scope = (visible_decisions(actor), *_narrowed(wanted))
    return db.session().scalar(sa.select(sa.func.count(Decision.id)).where(*scope)) or 0


def visible_decision(actor: Actor, decision_id: int) -> Decision | None:
    """One decision with all that its page shows."""
    return db.session().scalar(
        sa.select(Decision)
        .where(Decision.id == decision_id, visible_decisions(actor))
        .options(*_shown())
        .execution_options(populate_existing=True)
    )


def replaced_by(actor: Actor, decision_id: int) -> list[Decision]:
    """The decisions that this one was taken instead of."""
    return list(
        db.session().scalars(
            sa.select(Decision)
            .where(Decision.replaced_by_id == decision_id, visible_decisions(actor))
            .order_by(Decision.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the log can be narrowed to: (id, name) each, of what holds a decision to be seen."""

    series: list[tuple[int, str]]
    departments: list[tuple[int, str]]


def choices(actor: Actor) -> Choices:
    session = db.session()
    seen = (
        sa.select(Meeting.series_id, _department_id().label("department_id"))
        .select_from(Decision)
        .outerjoin(Meeting, Meeting.id == Decision.meeting_id)
        .where(visible_decisions(actor))
        .subquery()
    )
    series = session.execute(
        sa.select(Series.id, Series.name)
        .where(Series.id.in_(sa.select(seen.c.series_id)), visible_series(actor))
        .order_by(Series.name)
    )
    departments = session.execute(
        sa.select(Department.id, Department.name)
        .where(Department.id.in_(sa.select(seen.c.department_id)))
        .order_by(Department.name)
    )
    return Choices([(i, name) for i, name in series], [(i, name) for i, name in departments])


def _shown() -> tuple[Any, ...]:
    return (
        joinedload(Decision.owner),
        joinedload(Decision.issue),
        joinedload(Decision.replaced_by),
        joinedload(Decision.meeting).joinedload(Meeting.series),
    )


def _narrowed(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    where = [_holds(word) for word in wanted.words.split()]
    if wanted.series_id is not None:
        where.append(
            Decision.meeting_id.in_(sa.select(Meeting.id).filter_by(series_id=wanted.series_id))
        )
    if wanted.department_id is not None:
        where.append(_department_id() == wanted.department_id)
    if wanted.due_on is not None:
        where += [Decision.state == DecisionState.stands, Decision.review_on <= wanted.due_on]
    return where


def _department_id() -> sa.ColumnElement[int | None]:
    """Of the item under which it was taken, else of its owner."""
    item = (
        sa.select(AgendaItem.department_id)
        .join(Placement, Placement.item_id == AgendaItem.id)
        .where(Placement.id == Decision.placement_id)
        .correlate(Decision)
        .scalar_subquery()
    )
    owner = (
        sa.select(Person.department_id)
        .where(Person.id == Decision.owner_id)
        .correlate(Decision)
        .scalar_subquery()
    )
    return sa.func.coalesce(item, owner)


def _holds(word: str) -> sa.ColumnElement[bool]:
    folded = word.lower()
    return sa.or_(
        sa.func.lower(Decision.text).contains(folded, autoescape=True),
        sa.func.lower(sa.func.coalesce(Decision.reason, "")).contains(folded, autoescape=True),
    )
