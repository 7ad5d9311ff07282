"""Search: words in issues, actions, agenda items and decisions that the person may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Stage, Status

FEW = 20
"""Rows of one kind beside the others; alone a kind goes on page by page."""
KINDS = ("issues", "actions", "items", "decisions")


@dataclass(frozen=True, slots=True)
class Hit:
    """One find. `state`: stage of an issue or status of an action; `parent_id`: its meeting."""

    id: int
    title: str
    state: Stage | Status | None = None
    on: date | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    hits: list[Hit]
    total: int


def issue_exists(actor: Actor, issue_id: int) -> bool:
    """Whether there is such an issue for the actor."""
    found = sa.select(Issue.id).where(Issue.id == issue_id, visible_issues(actor))
    return db.session().scalar(found) is not None


def search(actor: Actor, words: str, kind: str = "", page: int = 1) -> dict[str, Found]:
    """Newest first. Of one kind a page of FEW, else the first FEW of each; one query a kind."""
    kinds = (kind,) if kind else KINDS
    return {name: _find(_SELECTS[name](actor, words), page) for name in kinds}


def _find(found: sa.Select[*tuple[Any, ...]], page: int) -> Found:
    counted = sa.select(sa.func.count()).select_from(found.order_by(None).subquery())
    total = db.session().scalar(counted) or 0
    rows = db.session().execute(found.limit(FEW).offset((page - 1) * FEW))
    return Found([Hit(*row) for row in rows], total)


def _holds(words: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Every word in one of the columns, in any order, without regard to case."""
    return sa.and_(
        *(sa.or_(*(c.icontains(word, autoescape=True) for c in columns)) for word in words.split())
    )


def _readable(actor: Actor, issue_id: Any) -> sa.ColumnElement[bool]:
    """Not about an issue that is hidden from the actor."""
    hidden = sa.select(Issue.id).where(Issue.confidential, ~visible_issues(actor))
    return sa.or_(issue_id.is_(None), issue_id.not_in(hidden))


def _issues(actor: Actor, words: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Issue.id, Issue.title, Issue.stage, Issue.raised_on)
        .where(_holds(words, Issue.title, Issue.description), visible_issues(actor))
        .order_by(Issue.id.desc())
    )


def _actions(actor: Actor, words: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Action.id, Action.title, Action.status, Action.due_on)
        .where(
            _holds(words, Action.title, Action.description),
            Action.undone_at.is_(None),
            visible_actions(actor),
        )
        .order_by(Action.id.desc())
    )


def _items(actor: Actor, words: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(AgendaItem.id, AgendaItem.title, sa.null(), AgendaItem.first_placed_on)
        .join(Series, Series.id == AgendaItem.series_id)
        .where(
            _holds(words, AgendaItem.title, AgendaItem.description),
            visible_series(actor),
            _readable(actor, AgendaItem.issue_id),
        )
        .order_by(AgendaItem.id.desc())
    )


def _decisions(actor: Actor, words: str) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Decision.id, Decision.text, sa.null(), Decision.decided_on, Decision.meeting_id)
        .outerjoin(Meeting, Meeting.id == Decision.meeting_id)
        .outerjoin(Series, Series.id == Meeting.series_id)
        .where(
            _holds(words, Decision.text, sa.func.coalesce(Decision.reason, "")),
            Decision.state != DecisionState.undone,
            sa.or_(Decision.meeting_id.is_(None), visible_series(actor)),
            _readable(actor, Decision.issue_id),
        )
        .order_by(Decision.id.desc())
    )


_SELECTS = {"issues": _issues, "actions": _actions, "items": _items, "decisions": _decisions}
