"""What leaders and executives are asked because a promise got no answer: its standing alerts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action, DueChange
from meetingtracker.models.alert import Alert
from meetingtracker.models.notification import Notification
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import ActionRow, made_rows, rows_of, visible_actions
from meetingtracker.models.reads.stamps import stands_for_action
from meetingtracker.rules.errors import N_
from meetingtracker.rules.followup import OFTEN, Windows
from meetingtracker.rules.ladder import EXECUTIVES, LEADER, AlertAnswer, AlertRule
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor, may_answer_as_leader, may_decide_escalation

MOST = 50
"""Rows of one section; what is answered makes room for the rest."""


# --- who is asked -------------------------------------------------------------------------------


def _was_told(actor: Actor) -> sa.ColumnElement[bool]:
    """The ladder put it to the actor: also whoever stands in, and where a leader is missing."""
    return sa.exists().where(
        Notification.alert_id == Alert.id, Notification.person_id == actor.id,
        Notification.notice == Notice.escalated,
    )  # fmt: skip


def _is_asked(actor: Actor, owner: type[Person]) -> sa.ColumnElement[bool]:
    """Standing and unanswered, and the actor's to answer; twin of the predicates."""
    led = actor.leads or {-1}
    others = sa.and_(
        Action.owner_id.is_distinct_from(actor.id),
        sa.or_(Action.requested_by_id == actor.id, Action.department_id.in_(led),
               owner.department_id.in_(led)),
    )  # fmt: skip
    mine = sa.and_(Alert.level == LEADER, sa.or_(others, _was_told(actor)))
    if may_decide_escalation(actor):
        mine = sa.or_(mine, Alert.level == EXECUTIVES)
    # The partial index is used where its condition stands in the statement itself.
    unanswered = sa.and_(Alert.answered_at.is_(None), Alert.level >= sa.literal_column("2"))
    return sa.and_(
        unanswered,
        Alert.subject_type == "action",
        stands_for_action(),
        mine,
        visible_actions(actor),
    )


def asked_count(actor: Actor) -> int:
    """How many answers the actor owes: as many as the page has rows."""
    return db.session().scalar(_count(actor)) or 0


# Every page asks this; building the statement takes longer than running it.
@lru_cache(maxsize=1024)
def _count(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    owner = aliased(Person)
    return (
        sa.select(sa.func.count(Alert.id))
        .join(Action, Action.id == Alert.subject_id)
        .outerjoin(owner, owner.id == Action.owner_id)
        .where(_is_asked(actor, owner))
    )


def asked_alert(actor: Actor, alert_id: int) -> Alert | None:
    """An alert about an action that the actor may see, answered or not. Locked inside a write."""
    return db.session().scalar(
        for_change(
            sa.select(Alert)
            .join(Action, sa.and_(Alert.subject_type == "action", Action.id == Alert.subject_id))
            .where(Alert.id == alert_id, visible_actions(actor)),
            Alert,
        )
    )


def may_answer(actor: Actor, alert: Alert) -> bool:
    """Whether a question of level 2 is the actor's to answer."""
    action, home, told = db.session().execute(
        sa.select(Action, Person.department_id, _was_told(actor))
        .join(Alert, Alert.subject_id == Action.id)
        .outerjoin(Person, Person.id == Action.owner_id)
        .where(Alert.id == alert.id)
    ).one()  # fmt: skip
    return may_answer_as_leader(actor, action, home, was_asked=told)


# --- the page -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One level that the promise has climbed, and what was answered there."""

    level: int
    raised_on: date
    answer: AlertAnswer | None
    reason: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the promise, how it climbed, and what its owner said last (`move_reason`: why
    the date moved last)."""

    id: int
    version: int
    level: int
    rule: AlertRule
    raised_on: date
    action: ActionRow
    note: str
    noted_at: datetime | None
    move_reason: str
    steps: tuple[Step, ...]

    @property
    def why(self) -> str:
        """What is wrong, in a sentence; what is asked before its date has another reason."""
        due_on = self.action.due_on
        if self.rule is not AlertRule.due or due_on is None or due_on < self.raised_on:
            return self.rule.label
        if self.action.moves >= OFTEN:
            return N_("Its date has moved again and again")
        return N_("Its owner has left, or it waits in a circle")


@dataclass(frozen=True, slots=True)
class Escalations:
    """`owed`: decisions of level 4; `asked`: questions of level 2; the first MOST of each, the
    longest overdue first, with how many there are."""

    owed: list[Asked]
    owed_total: int
    asked: list[Asked]
    asked_total: int

    @property
    def total(self) -> int:
        return self.owed_total + self.asked_total

    def find(self, alert_id: int) -> Asked | None:
        return next((one for one in (*self.owed, *self.asked) if one.id == alert_id), None)


def escalations(actor: Actor, edges: Windows) -> Escalations:
    """Everything the actor is asked, in four queries however much there is."""
    rows = db.session().execute(_rows(actor, edges.today)).all()
    made = made_rows(rows, edges)
    ids = [row.id for row in rows]
    steps, reasons = _steps(ids), _reasons(ids)
    lists: dict[int, list[Asked]] = {EXECUTIVES: [], LEADER: []}
    totals = {EXECUTIVES: 0, LEADER: 0}
    for row, action in zip(rows, made, strict=True):
        below = [s for s in steps[action.id, row.rule, row.epoch] if s.level < row.level]
        totals[row.level] = row.total
        lists[row.level].append(
            Asked(
                row.alert_id, row.alert_version, row.level, row.rule, row.raised_on, action,
                row.on_track_note or "", row.on_track_at, reasons.get(action.id, ""), tuple(below),
            )
        )  # fmt: skip
    return Escalations(lists[EXECUTIVES], totals[EXECUTIVES], lists[LEADER], totals[LEADER])


def _rows(actor: Actor, today: date) -> sa.Select[*tuple[Any, ...]]:
    owner = aliased(Person)
    place = sa.func.row_number().over(partition_by=Alert.level, order_by=(Action.due_on, Alert.id))
    picked = (
        sa.select(
            Alert.id, Alert.version, Alert.level, Alert.rule, Alert.epoch, Alert.raised_on,
            Alert.subject_id, place.label("place"),
            sa.func.count().over(partition_by=Alert.level).label("total"),
        )
        .join(Action, Action.id == Alert.subject_id)
        .outerjoin(owner, owner.id == Action.owner_id)
        .where(_is_asked(actor, owner))
        .subquery()
    )  # fmt: skip
    return (
        rows_of(
            actor, today, picked.c.id.label("alert_id"), picked.c.version.label("alert_version"),
            picked.c.level, picked.c.rule, picked.c.epoch, picked.c.raised_on, picked.c.total,
            Action.on_track_note, Action.on_track_at,
        )
        .join(picked, picked.c.subject_id == Action.id)
        .where(picked.c.place <= MOST)
        .order_by(picked.c.place)
    )  # fmt: skip


def _steps(action_ids: Collection[int]) -> dict[tuple[int, AlertRule, str], list[Step]]:
    found: dict[tuple[int, AlertRule, str], list[Step]] = defaultdict(list)
    if not action_ids:
        return found
    rows = db.session().execute(
        sa.select(Alert, Person.name)
        .outerjoin(Person, Person.id == Alert.answered_by_id)
        .where(Alert.subject_type == "action", Alert.subject_id.in_(action_ids), Alert.level > 0)
        .order_by(Alert.level)
    )
    for row, name in rows:
        step = Step(row.level, row.raised_on, row.answer, row.answer_reason or "", name)
        found[row.subject_id, row.rule, row.epoch].append(step)
    return found


def _reasons(action_ids: Sequence[int]) -> dict[int, str]:
    """Why the date of each moved last."""
    if not action_ids:
        return {}
    rows = db.session().execute(
        sa.select(DueChange.action_id, DueChange.reason)
        .where(DueChange.action_id.in_(action_ids), DueChange.undoes_id.is_(None))
        .order_by(DueChange.id)
    )
    return {action_id: reason for action_id, reason in rows}
