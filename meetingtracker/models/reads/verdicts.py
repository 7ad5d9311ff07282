"""Overdue verdicts: the promise before everyone's eyes, and those that wait for a series."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action, DueChange
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.alert import Alert
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.ladder import REMIND, AlertAnswer
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER, Status


@dataclass(frozen=True, slots=True)
class Promised:
    """What an agenda item that stands for an action says of it."""

    status: Status
    due_on: date | None
    owner: str | None

    def late_on(self, today: date) -> int:
        """Days since its date while it runs; 0 otherwise."""
        if not self.status.is_running or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)


def promised(action_ids: Collection[int | None]) -> dict[int, Promised]:
    """By the action's id, in one query; none if there is nothing to ask."""
    ids = {i for i in action_ids if i is not None}
    if not ids:
        return {}
    rows = db.session().execute(
        sa.select(Action.id, Action.status, Action.due_on, Person.name)
        .outerjoin(Person, Person.id == Action.owner_id)
        .where(Action.id.in_(ids))
    )
    return {row.id: Promised(row.status, row.due_on, row.name) for row in rows}


def is_verdict(item: AgendaItem) -> bool:
    """Whether it stands for a promise that was overdue."""
    return item.ask is Ask.VERDICT and item.action_id is not None


def verdicts_waiting(actor: Actor, series_ids: Collection[int]) -> list[AgendaItem]:
    """Verdicts that meetings of the series still owe, as far as the actor may read them: those
    on agendas by their place, then those in the pool."""
    ahead = sa.and_(
        Placement.item_id == AgendaItem.id, Placement.outcome.is_(None),
        Placement.meeting_id.in_(sa.select(Meeting.id).where(Meeting.state.in_(NOT_OVER))),
    )  # fmt: skip
    return list(
        db.session().scalars(
            sa.select(AgendaItem)
            .outerjoin(Placement, ahead)
            .where(
                AgendaItem.series_id.in_(series_ids), AgendaItem.ask == Ask.VERDICT,
                AgendaItem.action_id.is_not(None), AgendaItem.withdrawn_at.is_(None),
                sa.or_(AgendaItem.in_pool, Placement.id.is_not(None)),
                visible_items(actor),
            )
            .options(
                joinedload(AgendaItem.department), joinedload(AgendaItem.presenter),
                joinedload(AgendaItem.issue),
            )
            .order_by(Placement.position.nulls_last(), AgendaItem.id)
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rung:
    """One level that it has climbed, and what was answered there."""

    level: int
    raised_on: date
    answer: AlertAnswer | None
    reason: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Before:
    """An overdue promise before everyone's eyes. `moves`: those that count, the oldest first."""

    action: Action
    moves: list[DueChange]
    climb: list[Rung]


def before_everyone(actor: Actor, action_id: int) -> Before | None:
    """The promise that an item stands for; None if the actor may not see it. Three queries."""
    action = promise_of(actor, action_id)
    if action is None:
        return None
    session = db.session()
    moves = session.scalars(
        sa.select(DueChange)
        .where(DueChange.action_id == action_id)
        .options(joinedload(DueChange.by))
        .order_by(DueChange.id)
    ).all()
    undone = {i for move in moves if move.undoes_id for i in (move.id, move.undoes_id)}
    rows = session.execute(
        sa.select(Alert, Person.name)
        .outerjoin(Person, Person.id == Alert.answered_by_id)
        .where(Alert.subject_type == "action", Alert.subject_id == action_id, Alert.level >= REMIND)
        .order_by(Alert.raised_at, Alert.level)
    )
    return Before(
        action,
        [move for move in moves if move.id not in undone],
        [
            Rung(alert.level, alert.raised_on, alert.answer, alert.answer_reason or "", name)
            for alert, name in rows
        ],
    )


def promise_of(actor: Actor, action_id: int) -> Action | None:
    """The action with whom it concerns, if the actor may see it. Locked inside a write."""
    return db.session().scalar(
        for_change(
            sa.select(Action)
            .where(Action.id == action_id, visible_actions(actor))
            .options(
                joinedload(Action.owner).joinedload(Person.department),
                joinedload(Action.requested_by),
                joinedload(Action.blocker_person),
                joinedload(Action.blocker_department),
            )
            .execution_options(populate_existing=True),
            Action,
        )
    )
