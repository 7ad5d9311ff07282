"""What a look ahead goes by: the open promises judged, the issues' facts, the marks that stand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.early_warning import EarlyWarning, WarningModel
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.flags import is_open, running
from meetingtracker.models.reads.histories import each_history
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.states import Priority
from meetingtracker.rules.warning import Mark, Model, Signal, signals
from meetingtracker.rules.warning_issues import IssueFacts, issue_reasons
from meetingtracker.rules.warning_marks import HORIZON, Judged, Verdict, marks
from meetingtracker.rules.warning_reasons import Reason, plain_reasons, reasons
from meetingtracker.rules.warning_replay import Replay, Standing

BELIEVED = timedelta(days=7)
"""How long "on track" holds back a new mark on the same date."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A promise after one look: what it is marked with, and what is said of it."""

    standing: Standing
    chance: float | None
    mark: Mark | None
    reasons: list[Reason]
    inputs: dict[str, float]

    @property
    def action_id(self) -> int:
        return int(self.standing.id)


@dataclass(frozen=True, slots=True)
class Before:
    """A mark that stands before the look."""

    warning_id: int
    mark: Mark
    due_on: date | None


def seen_actions(model: WarningModel, *, at: datetime, zone: str, past: bool = False) -> list[Seen]:
    """Every open promise that is due within the horizon, by what was known at the instant `at`.
    `past`: what runs no more is asked too, because it may have run then."""
    replay = Replay(each_history(running_only=not past, until=at))
    replay.advance(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    there = replay.standing(HORIZON)
    score = Model.read(model.weights) if model.weights is not None else None
    inputs = {one.id: signals(one.facts) for one in there}
    before, believed = standing_marks("action"), _believed(at)
    judged = [
        Judged(
            int(one.id), one.facts, score.chance(inputs[one.id]) if score else None,
            before[int(one.id)].mark if int(one.id) in before else None,
        )
        for one in there
        if (int(one.id), one.due) not in believed
    ]  # fmt: skip
    chances = {one.id: one.chance for one in judged}
    unweighed = _unweighed(on=at.astimezone(ZoneInfo(zone)).date())
    marked = marks(judged, Verdict(model.verdict))
    return [
        Seen(
            one, chances.get(int(one.id)), mark := marked.get(int(one.id)),
            _reasons(one, score, inputs[one.id]) if mark else [],
            _named(inputs[one.id]) | unweighed.get(int(one.id), {}),
        )
        for one in there
    ]  # fmt: skip


def _reasons(standing: Standing, score: Model | None, xs: tuple[float, ...]) -> list[Reason]:
    return plain_reasons(standing) if score is None else reasons(standing, score.terms(xs))


def _named(xs: tuple[float, ...]) -> dict[str, float]:
    return {signal.value: round(x, 3) for signal, x in zip(Signal, xs, strict=True)}


def _unweighed(*, on: date) -> dict[int, dict[str, float]]:
    """Signals that are only kept for now, and weigh nothing: its priority, whether what blocks it
    is late itself, and in how many meetings its issue or itself was spoken about. Source: Early
    warning (new signals are stored from day one)."""
    blocking = aliased(Action)
    spoken = [
        sa.select(column.label("about"), sa.func.max(AgendaItem.placed).label("placed"))
        .where(column.is_not(None))
        .group_by(column)
        .subquery()
        for column in (AgendaItem.action_id, AgendaItem.issue_id)
    ]
    rows = db.session().execute(
        sa.select(
            Action.id, Action.priority, blocking.due_on.label("blocker_due"),
            spoken[0].c.placed.label("own"), spoken[1].c.placed.label("of_issue"),
        )
        .outerjoin(blocking, blocking.id == Action.blocker_action_id)
        .outerjoin(spoken[0], spoken[0].c.about == Action.id)
        .outerjoin(spoken[1], spoken[1].c.about == Action.issue_id)
        .where(running(), Action.due_on.between(on, on + timedelta(days=HORIZON)))
    )  # fmt: skip
    return {
        row.id: {
            "priority": float(list(Priority).index(row.priority)),
            "blocker_late": float(row.blocker_due is not None and row.blocker_due < on),
            "placed": float(max(row.own or 0, row.of_issue or 0)),
        }
        for row in rows
    }


def standing_marks(subject_type: str) -> dict[int, Before]:
    """The marks that stand, by the id of their subject."""
    rows = db.session().execute(
        sa.select(
            EarlyWarning.subject_id, EarlyWarning.id, EarlyWarning.mark, EarlyWarning.due_on
        ).where(EarlyWarning.subject_type == subject_type, EarlyWarning.cleared_at.is_(None))
    )
    return {row.subject_id: Before(row.id, row.mark, row.due_on) for row in rows}


def _believed(at: datetime) -> set[tuple[int, date | None]]:
    """Promises, with their date, whose owner was warned and said "on track" not long ago."""
    rows = db.session().execute(
        sa.select(Action.id, Action.due_on)
        .join(EarlyWarning, sa.and_(EarlyWarning.subject_type == "action",
                                    EarlyWarning.subject_id == Action.id,
                                    EarlyWarning.due_on == Action.due_on))
        .where(Action.on_track_at > at - BELIEVED, Action.on_track_at <= at,
               EarlyWarning.raised_at <= Action.on_track_at)
    )  # fmt: skip
    return {(row.id, row.due_on) for row in rows}


def troubled_issues(*, on: date, zone: str) -> dict[int, list[Reason]]:
    """Open issues that are on their way to a full-blown problem, with the reasons."""
    found = {}
    for row in db.session().execute(_issues(on)):
        touched = max(row.updated_at, row.touched_at or row.updated_at)
        facts = IssueFacts(
            on=on, severity=row.severity, raised_on=row.raised_on,
            quiet_since=local_today(touched, zone), returns=row.returns or 0,
            likely_late=row.likely_late or 0, watched=row.watched or 0, overdue=row.overdue or 0,
            running=row.running or 0,
        )  # fmt: skip
        if why := issue_reasons(facts):
            found[row.id] = why
    return found


def _issues(on: date) -> sa.Select[*tuple[Any, ...]]:
    mark = sa.and_(
        EarlyWarning.subject_type == "action", EarlyWarning.subject_id == Action.id,
        EarlyWarning.cleared_at.is_(None), EarlyWarning.due_on == Action.due_on,
    )  # fmt: skip
    # Plain columns only: every sum is over the open actions of one issue.
    of_actions = (
        sa.select(
            Action.issue_id, sa.func.max(Action.updated_at).label("touched_at"),
            _sum(sa.true()).label("running"), _sum(Action.due_on < on).label("overdue"),
            _sum(EarlyWarning.mark == Mark.likely_late).label("likely_late"),
            _sum(EarlyWarning.mark == Mark.watch).label("watched"),
        )
        .outerjoin(EarlyWarning, mark)
        .where(running(), Action.issue_id.is_not(None))
        .group_by(Action.issue_id)
        .subquery()
    )  # fmt: skip
    of_items = (
        sa.select(AgendaItem.issue_id, sa.func.max(AgendaItem.placed).label("returns"))
        .where(AgendaItem.issue_id.is_not(None), AgendaItem.withdrawn_at.is_(None))
        .group_by(AgendaItem.issue_id)
        .subquery()
    )
    return (
        sa.select(
            Issue.id, Issue.severity, Issue.raised_on, Issue.updated_at, of_items.c.returns,
            of_actions.c.touched_at, of_actions.c.running, of_actions.c.overdue,
            of_actions.c.likely_late, of_actions.c.watched,
        )
        .outerjoin(of_actions, of_actions.c.issue_id == Issue.id)
        .outerjoin(of_items, of_items.c.issue_id == Issue.id)
        .where(is_open())
    )  # fmt: skip


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
