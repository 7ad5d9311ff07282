"""The promises behind the on-time figure: judged by rules/completion.py, listed by one clause."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.flags import cancelled
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
    return _clause(actor, today, department_id, _left_out(actor, today, zone, department_id))


def on_time(actor: Actor, *, today: date, zone: str, department_id: int | None = None) -> OnTime:
    out = _left_out(actor, today, zone, department_id)
    weeks = [[0, 0] for _ in range(WEEKS)]
    for day, promised, kept in db.session().execute(_by_day(actor, today, department_id, out)):
        week = weeks[WEEKS - 1 - (today - day).days // 7]
        week[0] += promised
        week[1] += kept
    return OnTime(
        promised=sum(promised for promised, _ in weeks),
        kept=sum(kept for _, kept in weeks),
        weekly=tuple(kept / promised for promised, kept in weeks if promised),
    )


def _left_out(actor: Actor, today: date, zone: str, department_id: int | None) -> tuple[int, ...]:
    """Ids of what was cancelled in time, with a reason: only the rule knows, by the zone's days."""
    return tuple(
        row.id
        for row in db.session().execute(_cancelled(actor, today, department_id))
        if standing(_promise(row, zone), today) in (Kept.CANCELLED_BEFORE, Kept.NOT_YET_DUE)
    )


# Building these statements takes longer than running them: the last ones are kept.
@lru_cache(maxsize=256)
def _cancelled(actor: Actor, today: date, department_id: int | None) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Action.id, Action.original_due_on, Action.due_on, Action.cancelled_at,
        Action.cancel_reason,
    ).where(cancelled(), _window(actor, today, department_id))  # fmt: skip


@lru_cache(maxsize=256)
def _by_day(
    actor: Actor, today: date, department_id: int | None, out: tuple[int, ...]
) -> sa.Select[*tuple[Any, ...]]:
    kept = sa.case((Action.done_on <= Action.original_due_on, 1), else_=0)
    return (
        sa.select(Action.original_due_on, sa.func.count(), sa.func.sum(kept))
        .where(_clause(actor, today, department_id, out))
        .group_by(Action.original_due_on)
    )


def _clause(
    actor: Actor, today: date, department_id: int | None, out: tuple[int, ...]
) -> sa.ColumnElement[bool]:
    due = sa.or_(
        Action.original_due_on < today,
        Action.done_on <= today,
        Action.status == Status.cancelled,
    )
    left = Action.id.not_in(out) if out else sa.true()
    return sa.and_(_window(actor, today, department_id), due, left)


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
