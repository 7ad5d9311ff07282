"""Level 3: what is overdue comes before the meeting by itself, one minute each."""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
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
    series = home_series(action)
    if series is None or (department_id := home_department(action, series)) is None:
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
    series_id = home_series_ids([action.id])[action.id]
    return db.session().get(Series, series_id) if series_id is not None else None


def home_series_ids(action_ids: Collection[int]) -> dict[int, int | None]:
    """The same for many, by the action's id; None where there is no series at all."""
    session = db.session()
    first = session.scalar(
        sa.select(Series.id)
        .where(Series.ended_at.is_(None))
        .order_by(Series.visibility != Visibility.company, Series.id)
        .limit(1)
    )
    wanted = sa.func.coalesce(Action.series_id, Issue.series_id)
    rows = session.execute(
        sa.select(Action.id, Series.id)
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .outerjoin(Series, sa.and_(Series.id == wanted, Series.ended_at.is_(None)))
        .where(Action.id.in_(action_ids))
    )
    return {action_id: series_id or first for action_id, series_id in rows}


def home_department(action: Action, series: Series) -> int | None:
    """Its own, its issue's, that of whoever asked for it, or of whom the series belongs to."""
    session = db.session()
    issue = session.get(Issue, action.issue_id) if action.issue_id is not None else None
    people = [
        session.get(Person, person_id)
        for person_id in (action.requested_by_id, series.owner_id)
        if person_id is not None
    ]
    homes = (
        action.department_id,
        *((issue.owning_department_id, issue.raising_department_id) if issue else ()),
        *(person.department_id for person in people if person is not None),
    )
    return next((home for home in homes if home is not None), None)
