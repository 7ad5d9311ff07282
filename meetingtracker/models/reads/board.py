"""The open issues board: figures, lanes of cards, a table; plain rows, worst first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
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
    everything = filters.without_flag()
    flagged = {
        flag: sa.func.coalesce(sa.func.sum(sa.case((issue_flag(flag, edges), 1), else_=0)), 0)
        for flag in (Flag.overdue, Flag.due_soon, Flag.unassigned)
    }
    overdue_at = sa.case((issue_flag(Flag.overdue, edges), Issue.owning_department_id))
    where = everything.where(actor, edges)
    oldest = sa.select(Issue.id).where(*where).order_by(Issue.raised_on, Issue.id)
    week = [visible_issues(actor), *everything.about()]
    row = (
        db.session()
        .execute(
            sa.select(
                sa.func.count().label("open"),
                *(count.label(flag) for flag, count in flagged.items()),
                sa.func.count(overdue_at.distinct()).label("overdue_departments"),
                sa.func.min(Issue.raised_on).label("oldest_on"),
                oldest.limit(1).correlate(None).scalar_subquery().label("oldest_id"),
                _count(Issue.raised_on >= monday, *week).label("raised"),
                _count(Issue.closed_at >= since, *week).label("ended"),
            ).where(*where)
        )
        .one()
    )
    return Figures(**row._mapping)


def _count(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    count = sa.select(sa.func.count()).select_from(Issue).where(*where)
    return count.correlate(None).scalar_subquery()


def lanes(
    actor: Actor, filters: BoardFilters, edges: Windows, departments: dict[int, Home]
) -> list[Lane]:
    """The lanes of the asked grouping, each with its worst cards first and its whole count."""
    key = _KEYS[filters.group]
    order = (worst_first(edges), Issue.severity, Issue.raised_on, Issue.id)
    placed = (
        sa.select(
            Issue.id,
            key.label("lane"),
            sa.func.row_number().over(partition_by=key, order_by=order).label("place"),
            sa.func.count().over(partition_by=key).label("total"),
        )
        .where(*filters.where(actor, edges))
        .subquery()
    )
    rows = db.session().execute(
        select_cards(placed.c.lane, placed.c.total)
        .join(placed, placed.c.id == Issue.id)
        .where(placed.c.place <= PER_LANE)
        .order_by(placed.c.lane, placed.c.place)
    ).all()  # fmt: skip
    made = made_cards(rows, edges, departments)
    cards: dict[str, list[Card]] = defaultdict(list)
    totals: dict[str, int] = {}
    for row, card in zip(rows, made, strict=True):
        lane = str(row.lane or 0)
        cards[lane].append(card)
        totals[lane] = row.total
    return [
        Lane(lane, label, totals.get(lane, 0), tuple(cards[lane]))
        for lane, label in _names(filters, departments)
        if lane in totals or filters.group != "department"
    ]


_KEYS: dict[str, Any] = {
    "stage": sa.case(
        {Stage.triaged.value: Stage.new.value}, value=sa.cast(Issue.stage, sa.String),
        else_=sa.cast(Issue.stage, sa.String),
    ),
    "department": Issue.owning_department_id,
    "severity": Issue.severity,
}  # fmt: skip


def _names(filters: BoardFilters, departments: dict[int, Home]) -> list[tuple[str, str]]:
    if filters.group == "stage":
        return [(key, label) for key, (label, _) in STAGES.items()]
    if filters.group == "severity":
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
    where = filters.where(actor, edges)
    total = db.session().scalar(sa.select(sa.func.count()).select_from(Issue).where(*where)) or 0
    first_due = (
        sa.select(sa.func.min(Action.due_on))
        .where(Action.issue_id == Issue.id, running())
        .correlate(Issue)
        .scalar_subquery()
    )
    owner = sa.select(Department.name).where(Department.id == Issue.owning_department_id)
    keys: dict[str, tuple[Any, ...]] = {
        "risk": (worst_first(edges), Issue.severity, Issue.raised_on),
        "title": (sa.func.lower(Issue.title),),
        "severity": (Issue.severity, Issue.raised_on),
        "age": (Issue.raised_on,),
        "due": (first_due,),
        "stage": (sa.case({s.value: n for n, s in enumerate(Stage)}, value=_stage()),),
        "owner": (owner.correlate(Issue).scalar_subquery(),),
        "person": (Person.name,),
    }
    order = [(k.desc() if filters.dir else k.asc()).nulls_last() for k in keys[filters.sort]]
    rows = db.session().execute(
        select_cards().where(*where)
        .order_by(*order, Issue.id)
        .limit(PER_PAGE)
        .offset((filters.page - 1) * PER_PAGE)
    ).all()  # fmt: skip
    return Table(made_cards(rows, edges, departments), total)


def _stage() -> sa.ColumnElement[str]:
    return sa.cast(Issue.stage, sa.String)
