"""How right the warnings were: of those shown, how many came true and how early; graded in public.

No figure here is about a person, and none about fewer than the least number that tells something.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.early_warning import EarlyWarning, WarningModel, WarningSnapshot
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status
from meetingtracker.rules.warning_marks import BY_DEPARTMENT_FROM

WEEKS = 26
"""How far back the record looks."""
LEAST = 5
"""A share of fewer than this is not told."""
KINDS = ("true", "rescued", "missed")
_BINS = 5


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, as long as that tells something."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole >= LEAST else None


@dataclass(frozen=True, slots=True)
class Bin:
    """Weekly judgements of about the same chance: what was said, and what came."""

    said: float
    came: float
    count: int


@dataclass(frozen=True, slots=True)
class Record:
    """`likely`: warnings "likely late" whose date has passed, and how many of them came true;
    `lead`: the median of the days between such a warning that came true and its date; `late`: all
    late promises, and how many of them had no mark at all; `hidden`: the same as `likely` in the
    weeks in which nothing was shown."""

    likely: Share
    watch: Share
    lead: float | None
    late: Share
    hidden: Share
    bins: list[Bin]
    departments: list[tuple[str, Share]]
    model: WarningModel | None

    @property
    def rescued(self) -> int:
        return self.likely.whole - self.likely.part


def warning_record(actor: Actor, today: date, zone: str) -> Record:
    """Of the promises that the actor may see whose date passed in the last WEEKS weeks. `zone`: the
    organisation's, in which dates end."""
    session = db.session()
    marked = session.execute(_marked(actor, today)).all()
    likely = [row for row in marked if row.likely_at is not None]
    watch = [row for row in marked if row.likely_at is None]
    leads = [(row.due_on - local_today(row.likely_at, zone)).days for row in likely if row.late]
    late = session.scalar(_count(_late(actor, today, zone))) or 0
    missed = session.scalar(_count(_late(actor, today, zone).where(~_had_mark()))) or 0
    hidden = session.execute(_hidden(actor, today)).all()
    return Record(
        likely=_share(likely), watch=_share(watch), lead=median(leads) if leads else None,
        late=Share(missed, late), hidden=_share(hidden), bins=_bins(actor, today),
        departments=_departments(likely),
        model=session.scalar(sa.select(WarningModel).order_by(WarningModel.id.desc()).limit(1)),
    )  # fmt: skip


def record_ids(kind: str, actor: Actor, today: date, zone: str) -> list[int]:
    """The actions behind a figure: "true", "rescued" or "missed"; the latest date first."""
    session = db.session()
    if kind == "missed":
        missed = _late(actor, today, zone).where(~_had_mark())
        return list(session.scalars(missed.order_by(Action.due_on.desc(), Action.id)))
    wanted = kind == "true"
    marked = session.execute(_marked(actor, today))
    return [
        row.subject_id
        for row in sorted(marked, key=lambda row: row.due_on, reverse=True)
        if row.likely_at is not None and bool(row.late) is wanted
    ]


def _share(rows: Sequence[Any]) -> Share:
    return Share(sum(bool(row.late) for row in rows), len(rows))


def _window(column: Any, today: date) -> sa.ColumnElement[bool]:
    return sa.and_(column < today, column >= today - timedelta(weeks=WEEKS))


def _was_late(due_on: Any) -> sa.ColumnElement[bool]:
    """Not done by the end of that date, wherever the date stands now."""
    return sa.or_(Action.done_on.is_(None), Action.done_on > due_on)


def _counts(actor: Actor) -> sa.ColumnElement[bool]:
    """What was dropped or taken back was neither late nor in time."""
    return sa.and_(Action.status != Status.cancelled, visible_actions(actor))


def _marked(actor: Actor, today: date) -> Any:
    """Each promise that had a mark on a date that has passed; once, however often it went on."""
    likely_at = sa.func.min(EarlyWarning.likely_at)
    return (
        sa.select(
            EarlyWarning.subject_id, EarlyWarning.due_on, likely_at.label("likely_at"),
            sa.func.max(sa.case((_was_late(EarlyWarning.due_on), 1), else_=0)).label("late"),
            sa.func.max(Department.name).label("department"),
        )
        .join(Action, Action.id == EarlyWarning.subject_id)
        .outerjoin(Department, Department.id == Action.department_id)
        .where(EarlyWarning.subject_type == "action", _window(EarlyWarning.due_on, today),
               _counts(actor))
        .group_by(EarlyWarning.subject_id, EarlyWarning.due_on)
    )  # fmt: skip


def _late(actor: Actor, today: date, zone: str) -> sa.Select[Any]:
    """Promises that were not kept by the date that stands, since there have been warnings."""
    first = db.session().scalar(sa.select(sa.func.min(WarningModel.at)))
    since = local_today(first, zone) if first is not None else today
    return sa.select(Action.id).where(
        _window(Action.due_on, today), _was_late(Action.due_on), _counts(actor),
        Action.status != Status.proposed, Action.due_on >= since,
    )  # fmt: skip


def _had_mark() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        EarlyWarning.subject_type == "action", EarlyWarning.subject_id == Action.id,
        EarlyWarning.due_on == Action.due_on,
    )  # fmt: skip


def _count(ids: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(ids.subquery())


def _hidden(actor: Actor, today: date) -> Any:
    """Promises that would have been called likely late in a week in which nothing was shown."""
    return (
        sa.select(
            WarningSnapshot.action_id, WarningSnapshot.due_on,
            sa.func.max(sa.case((_was_late(WarningSnapshot.due_on), 1), else_=0)).label("late"),
        )
        .join(Action, Action.id == WarningSnapshot.action_id)
        .where(WarningSnapshot.mark == "likely_late", ~WarningSnapshot.shown,
               _window(WarningSnapshot.due_on, today), _counts(actor))
        .group_by(WarningSnapshot.action_id, WarningSnapshot.due_on)
    )  # fmt: skip


def _bins(actor: Actor, today: date) -> list[Bin]:
    """What the weekly looks said, in steps of a fifth, against what came; those with enough."""
    rows = db.session().execute(
        sa.select(WarningSnapshot.chance, _was_late(WarningSnapshot.due_on).label("late"))
        .join(Action, Action.id == WarningSnapshot.action_id)
        .where(WarningSnapshot.weekly, WarningSnapshot.chance.is_not(None),
               _window(WarningSnapshot.due_on, today), _counts(actor))
    ).all()  # fmt: skip
    steps: list[list[Any]] = [[] for _ in range(_BINS)]
    for row in rows:
        steps[min(_BINS - 1, int(row.chance * _BINS))].append(row)
    return [
        Bin(
            sum(row.chance for row in step) / len(step),
            sum(bool(row.late) for row in step) / len(step), len(step),
        )
        for step in steps
        if len(step) >= LEAST
    ]  # fmt: skip


def _departments(likely: Sequence[Any]) -> list[tuple[str, Share]]:
    names = sorted({row.department for row in likely if row.department})
    shares = [(name, _share([r for r in likely if r.department == name])) for name in names]
    return [(name, share) for name, share in shares if share.whole >= BY_DEPARTMENT_FROM]
