"""The open issues board: figures, lanes of cards, a table; plain rows, worst first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads.board_filters import STAGES, BoardFilters
from meetingtracker.models.reads.cards import Card, Home, made_cards, select_cards
from meetingtracker.models.reads.flags import issue_flag, running, worst_first
from meetingtracker.rules.followup import Flag, Windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Stage

PER_LANE = 25
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Lane:
    """`key` is its value in the address; `label` a name or a word to translate."""

    key: str
    label: str
    total: int
    cards: tuple[Card, ...]

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the issues that the filters leave, whatever their flag; `raised`, `ended` this week."""

    open: int
    overdue: int
    overdue_departments: int
    due_soon: int
    unassigned: int
    raised: int
    ended: int
    oldest_id: int | None
    oldest_on: date | None


def figures(
    actor: Actor, filters: BoardFilters, edges: Windows, *, monday: date, since: datetime
) -> Figures:
    """In one query. `monday`: this week's, of the organisation; `since`: the instant it began."""
    asked = filters.without_look()
    row = db.session().execute(_figures(actor, asked, edges, monday, since)).one()
    return Figures(**row._mapping)


# Building a statement of this size takes longer than running it: the last ones are kept.
@lru_cache(maxsize=256)
def _figures(
    actor: Actor, asked: BoardFilters, edges: Windows, monday: date, since: datetime
) -> sa.Select[*tuple[Any, ...]]:
    flagged = {
        flag: sa.func.coalesce(sa.func.sum(sa.case((issue_flag(flag, edges), 1), else_=0)), 0)
        for flag in (Flag.overdue, Flag.due_soon, Flag.unassigned)
    }
    overdue_at = sa.case((issue_flag(Flag.overdue, edges), Issue.owning_department_id))
    where = asked.where(actor, edges)
    # The bare column would let SQLite walk every issue ever raised, day by day, to find it.
    raised_on = sa.func.coalesce(Issue.raised_on, Issue.raised_on)
    oldest = sa.select(Issue.id, Issue.raised_on).where(*where)
    oldest = oldest.order_by(raised_on, Issue.id).limit(1).correlate(None)
    week = [visible_issues(actor), *asked.about()]
    return sa.select(
        sa.func.count().label("open"),
        *(count.label(flag) for flag, count in flagged.items()),
        sa.func.count(overdue_at.distinct()).label("overdue_departments"),
        oldest.with_only_columns(Issue.raised_on).scalar_subquery().label("oldest_on"),
        oldest.with_only_columns(Issue.id).scalar_subquery().label("oldest_id"),
        _count(Issue.raised_on >= monday, *week).label("raised"),
        _count(Issue.closed_at >= since, *week).label("ended"),
    ).where(*where)


def _count(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    count = sa.select(sa.func.count()).select_from(Issue).where(*where)
    return count.correlate(None).scalar_subquery()


def lanes(
    actor: Actor, filters: BoardFilters, edges: Windows, departments: dict[int, Home]
) -> list[Lane]:
    """The lanes of the asked grouping, each with its worst cards first and its whole count."""
    names = _names(filters.group, departments)
    keys = tuple(key for key, _ in names)
    session = db.session()
    totals = {
        str(key or 0): total for key, total in session.execute(_totals(actor, filters, edges))
    }
    rows = session.execute(_worst(actor, filters, edges, keys)).all()
    cards: dict[str, list[Card]] = defaultdict(list)
    for row, card in zip(rows, made_cards(rows, edges, departments), strict=True):
        cards[row.lane].append(card)
    return [
        Lane(key, label, _sum(totals, filters.group, key), tuple(cards[key]))
        for key, label in names
        if key in totals or filters.group != "department"
    ]


_COLUMNS: dict[str, Any] = {
    "stage": Issue.stage,
    "department": Issue.owning_department_id,
    "severity": Issue.severity,
}


@lru_cache(maxsize=256)
def _totals(actor: Actor, filters: BoardFilters, edges: Windows) -> sa.Select[*tuple[Any, ...]]:
    column = _COLUMNS[filters.group]
    where = filters.where(actor, edges)
    return sa.select(column, sa.func.count()).where(*where).group_by(column)


def _sum(totals: dict[str, int], group: str, key: str) -> int:
    """A lane by stage holds several stages."""
    return sum(totals.get(part, 0) for part in (STAGES[key][1] if group == "stage" else (key,)))


@lru_cache(maxsize=256)
def _worst(
    actor: Actor, filters: BoardFilters, edges: Windows, keys: tuple[str, ...]
) -> sa.Select[*tuple[Any, ...]]:
    """The cards of all lanes. A limited select each is quicker than windows over all issues."""
    rank = worst_first(edges).label("rank")
    order = (rank, Issue.severity, Issue.raised_on, Issue.id)
    where = filters.where(actor, edges)
    parts = [
        sa.select(Issue.id, rank, sa.literal_column(f"'{key}'").label("lane"))
        .where(_in_lane(filters.group, key), *where)
        .order_by(*order)
        .limit(PER_LANE)
        .subquery()
        for key in keys
    ]
    placed = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    return (
        select_cards(placed.c.lane)
        .join(placed, placed.c.id == Issue.id)
        .order_by(placed.c.rank, Issue.severity, Issue.raised_on, Issue.id)
    )


def _in_lane(group: str, key: str) -> sa.ColumnElement[bool]:
    """`key` is one of our own: a stage's name, a department's id or 0, a severity."""
    if group == "stage":
        return Issue.stage.in_(STAGES[key][1])
    return _COLUMNS[group].is_not_distinct_from(int(key) or None)


def _names(group: str, departments: dict[int, Home]) -> list[tuple[str, str]]:
    if group == "stage":
        return [(key, label) for key, (label, _) in STAGES.items()]
    if group == "severity":
        return [(str(n), "") for n in range(1, 5)]
    return [*((str(i), home.name) for i, home in departments.items()), ("0", "")]


@dataclass(frozen=True, slots=True)
class Table:
    cards: list[Card]
    total: int


def table(
    actor: Actor, filters: BoardFilters, edges: Windows, departments: dict[int, Home]
) -> Table:
    """One page of the table, sorted as asked; what has no value stands last."""
    count, page = _pages(actor, filters, edges)
    total = db.session().scalar(count) or 0
    rows = db.session().execute(page).all()
    return Table(made_cards(rows, edges, departments), total)


@lru_cache(maxsize=256)
def _pages(
    actor: Actor, filters: BoardFilters, edges: Windows
) -> tuple[Any, sa.Select[*tuple[Any, ...]]]:
    where = filters.where(actor, edges)
    keys = _sort_keys(edges)[filters.sort]
    order = [(key.desc() if filters.dir else key.asc()).nulls_last() for key in keys]
    page = select_cards().where(*where).order_by(*order, Issue.id)
    page = page.limit(PER_PAGE).offset((filters.page - 1) * PER_PAGE)
    return sa.select(sa.func.count()).select_from(Issue).where(*where), page


def _sort_keys(edges: Windows) -> dict[str, tuple[Any, ...]]:
    first_due = sa.select(sa.func.min(Action.due_on)).where(Action.issue_id == Issue.id, running())
    owner = sa.select(Department.name).where(Department.id == Issue.owning_department_id)
    stage = sa.case(
        {stage.value: place for place, stage in enumerate(Stage)},
        value=sa.cast(Issue.stage, sa.String),
    )
    return {
        "risk": (worst_first(edges), Issue.severity, Issue.raised_on),
        "title": (sa.func.lower(Issue.title),),
        "severity": (Issue.severity, Issue.raised_on),
        "age": (Issue.raised_on,),
        "due": (first_due.correlate(Issue).scalar_subquery(),),
        "stage": (stage,),
        "owner": (owner.correlate(Issue).scalar_subquery(),),
        "person": (Person.name,),
    }
