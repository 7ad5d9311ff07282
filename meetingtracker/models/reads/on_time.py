"""The promises behind the on-time figure: judged by rules/completion.py, listed by one clause."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.rules.completion import FEWEST, Kept, Promise, standing
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status

WEEKS = 8


@dataclass(frozen=True, slots=True)
class OnTime:
    """Of `promised` in the last eight weeks `kept` by the first date; a rate each week, in order.

    No rate under five promises: it would say more about chance than about work.
    """

    promised: int
    kept: int
    weekly: tuple[float, ...]

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.kept, self.promised) if self.promised >= FEWEST else None


def judged(
    actor: Actor, *, today: date, zone: str, department_id: int | None = None
) -> sa.ColumnElement[bool]:
    """The visible promises that the figure judges. Reads the few that were cancelled."""
    session = db.session()
    window = _window(actor, today, department_id)
    cancelled = session.execute(
        sa.select(
            Action.id, Action.original_due_on, Action.due_on, Action.cancelled_at,
            Action.cancel_reason,
        ).where(window, Action.status == Status.cancelled)
    )  # fmt: skip
    out = [
        row.id
        for row in cancelled
        if standing(_promise(row, zone), today) in (Kept.CANCELLED_BEFORE, Kept.NOT_YET_DUE)
    ]
    return sa.and_(
        window,
        sa.or_(
            Action.original_due_on < today,
            Action.done_on <= today,
            Action.status == Status.cancelled,
        ),
        Action.id.not_in(out) if out else sa.true(),
    )


def on_time(actor: Actor, *, today: date, zone: str, department_id: int | None = None) -> OnTime:
    kept = sa.case((Action.done_on <= Action.original_due_on, 1), else_=0)
    days = db.session().execute(
        sa.select(Action.original_due_on, sa.func.count(), sa.func.sum(kept))
        .where(judged(actor, today=today, zone=zone, department_id=department_id))
        .group_by(Action.original_due_on)
    )
    weeks = [[0, 0] for _ in range(WEEKS)]
    for day, promised, in_time in days:
        week = weeks[WEEKS - 1 - (today - day).days // 7]
        week[0] += promised
        week[1] += in_time
    return OnTime(
        promised=sum(promised for promised, _ in weeks),
        kept=sum(in_time for _, in_time in weeks),
        weekly=tuple(in_time / promised for promised, in_time in weeks if promised),
    )


def _window(actor: Actor, today: date, department_id: int | None) -> sa.ColumnElement[bool]:
    """Promises, not proposals nor what was taken back, first due in the eight weeks to today."""
    first = today - timedelta(weeks=WEEKS) + timedelta(days=1)
    return sa.and_(
        Action.original_due_on.between(first, today),
        Action.status != Status.proposed,
        Action.undone_at.is_(None),
        Action.department_id == department_id if department_id else sa.true(),
        visible_actions(actor),
    )


def _promise(row: Any, zone: str) -> Promise:
    return Promise(
        original_due_on=row.original_due_on,
        due_on=row.due_on,
        cancelled_on=row.cancelled_at.astimezone(ZoneInfo(zone)).date(),
        cancel_reason=row.cancel_reason,
    )
