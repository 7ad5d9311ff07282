"""Level 3: what is overdue comes before the meeting by itself, one minute each."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.issue import Issue
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask, Outcome
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Visibility

MINUTES = 1


def ask_verdict(action: Action, *, by: Actor, at: datetime, on: date) -> AgendaItem | None:
    """Put it on the next agenda of its home series, or in the pool. None if it waits there already,
    or if there is no series (or department) to ask in."""
    if _waiting(action.id) is not None:
        return None
    series, department_id = home_series(action), _department(action)
    if series is None or department_id is None:
        return None
    return propose_item(
        series=series, title=action.title, ask=Ask.VERDICT, minutes=MINUTES,
        department_id=department_id, presenter_id=action.owner_id, action_id=action.id,
        by=by, at=at, on=on,
    )  # fmt: skip


def _waiting(action_id: int) -> int | None:
    """A verdict that is still to be given."""
    carries = (Outcome.DEFERRED, Outcome.UNREACHED)
    return db.session().scalar(
        sa.select(AgendaItem.id).where(
            AgendaItem.action_id == action_id, AgendaItem.ask == Ask.VERDICT,
            AgendaItem.withdrawn_at.is_(None),
            sa.or_(AgendaItem.carried.is_(None), AgendaItem.carried.in_(carries)),
        ).limit(1)
    )  # fmt: skip


def home_series(action: Action) -> Series | None:
    """The series that owns its verdicts: its own, its issue's, else the company's first."""
    session = db.session()
    issue = session.get(Issue, action.issue_id) if action.issue_id is not None else None
    wanted = action.series_id or (issue.series_id if issue else None)
    series = session.get(Series, wanted) if wanted is not None else None
    if series is not None and series.ended_at is None:
        return series
    return session.scalar(
        sa.select(Series)
        .where(Series.ended_at.is_(None))
        .order_by(Series.visibility != Visibility.company, Series.id)
        .limit(1)
    )


def _department(action: Action) -> int | None:
    issue = db.session().get(Issue, action.issue_id) if action.issue_id is not None else None
    return action.department_id or (
        (issue.owning_department_id or issue.raising_department_id) if issue else None
    )
