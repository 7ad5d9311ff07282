"""My week: everything that needs one person, in sections; five queries however much there is."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads import actions as who
from meetingtracker.models.reads.actions import ActionRow, made_rows, rows_of
from meetingtracker.models.reads.cards import Card, homes, made_cards, select_cards
from meetingtracker.models.reads.flags import is_open, running
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.followup import windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Change

MOST = 50
"""Rows of one section; the list of actions has the rest."""
NEEDS_ME = (
    "overdue", "today", "to_accept", "to_verify", "dates_to_decide", "changes_to_decide",
    "to_confirm", "nominees",
)  # fmt: skip
"""The sections that ask something of the person now; the navigation counts exactly these."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish for another date that the person decides."""

    by: str | None
    to_on: date
    wish: str


@dataclass(frozen=True, slots=True)
class AskedChange:
    """A wish to hand over (`to`: to whom, if somebody is named) or to drop it, that the person
    decides."""

    by: str | None
    change: Change
    to: str | None
    wish: str


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue with the words of My week: who says that it is solved, who is asked for."""

    version: int
    card: Card
    resolution: str
    nominee: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """`total` counts all of it, `rows` are the first MOST."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True, slots=True)
class MyWeek:
    """Sections of ActionRow by name; those of NEEDS_ME that are about issues hold IssueRow."""

    sections: dict[str, Section]
    asked: dict[int, Asked]
    changes: dict[int, AskedChange]

    def __getitem__(self, name: str) -> Section:
        return self.sections.get(name, Section())

    @property
    def needs_me(self) -> int:
        return sum(self[name].total for name in NEEDS_ME)

    @property
    def cards(self) -> list[Card]:
        """The cards of all issues in it."""
        return [
            row.card
            for section in self.sections.values()
            for row in section.rows
            if isinstance(row, IssueRow)
        ]

    @property
    def is_empty(self) -> bool:
        return not self.sections


def my_week(actor: Actor, today: date, calendar: WorkingCalendar) -> MyWeek:
    """What needs the actor on the organisation's day; the week ends on its Sunday."""
    edges = windows(today, calendar)
    sections: dict[str, Section] = {}
    asked: dict[int, Asked] = {}
    changes: dict[int, AskedChange] = {}
    rows = db.session().execute(_actions(actor, today)).all()
    for row, made in zip(rows, made_rows(rows, edges), strict=True):
        _put(sections, row, made)
        if row.to_on is not None:
            asked[row.id] = Asked(row.asked_by, row.to_on, row.wish)
        if row.change is not None:
            changes[row.id] = AskedChange(row.changed_by, row.change, row.to_name, row.change_wish)
    issues = db.session().execute(_issues(actor)).all()
    cards = made_cards(issues, edges, homes()) if issues else []
    for row, card in zip(issues, cards, strict=True):
        _put(sections, row, IssueRow(row.version, card, row.resolution or "", row.nominee))
    return MyWeek(sections, asked, changes)


def _put(sections: dict[str, Section], row: Any, made: ActionRow | IssueRow) -> None:
    sections.setdefault(row.section, Section(total=row.total)).rows.append(made)


def _action_sections(actor: Actor, today: date) -> dict[str, sa.ColumnElement[bool]]:
    sunday = today + timedelta(days=7 - today.isoweekday())
    mine = sa.and_(who.answered_by(actor), running())
    visible = who.visible_actions(actor)
    return {
        "overdue": sa.and_(mine, Action.due_on < today),
        "today": sa.and_(mine, Action.due_on == today),
        "this_week": sa.and_(mine, Action.due_on > today, Action.due_on <= sunday),
        "later": sa.and_(mine, sa.or_(Action.due_on > sunday, Action.due_on.is_(None))),
        "to_accept": who.to_accept(actor),
        "to_verify": sa.and_(who.to_verify(actor), visible),
        "dates_to_decide": sa.and_(who.date_to_decide(actor), visible),
        "changes_to_decide": sa.and_(who.change_to_decide(actor), visible),
        "blocked_on_me": sa.and_(who.blocked_on(actor), visible),
        "waiting": sa.and_(who.waits_on_others(actor), visible),
    }


# Building statements of this size takes longer than running them: the last ones are kept.
@lru_cache(maxsize=1024)
def _actions(actor: Actor, today: date) -> sa.Select[*tuple[Any, ...]]:
    picks = _picks(Action, Action.due_on, _action_sections(actor, today))
    asker, changer, named = aliased(Person), aliased(Person), aliased(Person)
    return (
        rows_of(
            actor, today, picks.c.section, picks.c.total, DueRequest.to_on, DueRequest.wish,
            asker.name.label("asked_by"), ChangeRequest.change,
            ChangeRequest.wish.label("change_wish"), changer.name.label("changed_by"),
            named.name.label("to_name"),
        )
        .join(picks, picks.c.id == Action.id)
        .outerjoin(
            DueRequest,
            sa.and_(DueRequest.action_id == Action.id, DueRequest.answered_at.is_(None)),
        )
        .outerjoin(asker, asker.id == DueRequest.asked_by_id)
        .outerjoin(
            ChangeRequest,
            sa.and_(ChangeRequest.action_id == Action.id, ChangeRequest.answered_at.is_(None)),
        )
        .outerjoin(changer, changer.id == ChangeRequest.asked_by_id)
        .outerjoin(named, named.id == ChangeRequest.to_person_id)
        .order_by(Action.due_on, Action.id)
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _issues(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    sections = {
        "to_confirm": who.to_confirm(actor),
        "mine": sa.and_(is_open(), Issue.point_person_id == actor.id),
    }
    if actor.leads:
        sections["nominees"] = sa.and_(is_open(), who.nominees_of(actor))
    visible = visible_issues(actor)
    picks = _picks(
        Issue, Issue.raised_on,
        {name: sa.and_(where, visible) for name, where in sections.items()},
    )  # fmt: skip
    nominee = aliased(Person)
    return (
        select_cards(
            picks.c.section, picks.c.total, Issue.version, Issue.resolution,
            nominee.name.label("nominee"),
        )
        .join(picks, picks.c.id == Issue.id)
        .outerjoin(nominee, nominee.id == Issue.nominee_id)
        .order_by(Issue.severity, Issue.raised_on, Issue.id)
    )  # fmt: skip


def _picks(noun: Any, order: Any, sections: dict[str, sa.ColumnElement[bool]]) -> sa.Subquery:
    """The ids of all sections in one query, the first MOST of each, with each section's count."""
    parts = [
        sa.select(sa.literal(name).label("section"), noun.id, sa.func.count().over().label("total"))
        .where(where)
        .order_by(order, noun.id)
        .limit(MOST)
        .subquery()
        for name, where in sections.items()
    ]
    return sa.union_all(*(sa.select(part) for part in parts)).subquery()
