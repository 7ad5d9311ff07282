"""The log of decisions over all meetings that a person may see."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
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


def decision_log(
    actor: Actor, *, words: str = "", after: tuple[date, int] | None = None
) -> DecisionLog:
    """Decisions in which every one of the `words` occurs, in text or reason, older than `after`."""
    scope = [visible_decisions(actor), *(_holds(word) for word in words.split())]
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
            .options(
                joinedload(Decision.owner),
                joinedload(Decision.issue),
                joinedload(Decision.meeting).joinedload(Meeting.series),
            )
            .order_by(Decision.decided_on.desc(), Decision.id.desc())
            .limit(PAGE + 1)
        )
    )
    rows = found[:PAGE]
    return DecisionLog(
        rows=rows,
        next_cursor=f"{rows[-1].decided_on}.{rows[-1].id}" if len(found) > PAGE else None,
        total=session.scalar(sa.select(sa.func.count(Decision.id)).where(*scope)) or 0,
    )


def _holds(word: str) -> sa.ColumnElement[bool]:
    folded = word.lower()
    return sa.or_(
        sa.func.lower(Decision.text).contains(folded, autoescape=True),
        sa.func.lower(sa.func.coalesce(Decision.reason, "")).contains(folded, autoescape=True),
    )
