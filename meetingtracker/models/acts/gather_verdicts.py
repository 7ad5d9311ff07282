"""Level 3 at the freeze: what is overdue comes before its meeting, once, one minute each."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.ask_verdict import ask_verdict, home_series_ids
from meetingtracker.models.acts.order_agenda import candidates, make_room
from meetingtracker.models.acts.raise_alerts import one_runner_at_a_time, raise_alerts
from meetingtracker.models.acts.withdraw_item import withdraw_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.alert import Alert
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.followup_scan import Day, Due, overdue_promises
from meetingtracker.models.series import locked_series
from meetingtracker.rules.agenda import Ask, proposed_order
from meetingtracker.rules.followup import is_overdue
from meetingtracker.rules.ladder import MEETING, AlertRule, epoch
from meetingtracker.rules.permissions import SYSTEM, Actor
from meetingtracker.rules.states import MeetingState

ANSWERED = "Answered before the meeting"
MOST = 30
"""Verdicts of one agenda: more than any meeting can give. The rest comes to the next ones."""


def due_verdicts(series_id: int, day: Day) -> list[Due]:
    """The overdue promises whose verdicts belong to the series, the worst first. A scan: read it
    before the write begins."""
    dues = overdue_promises(day)
    homes = home_series_ids([due.subject_id for due in dues])
    return [due for due in dues if homes[due.subject_id] == series_id]


def hold_for_verdicts(series_id: int) -> None:
    """First in the write: the runner takes these locks in this order, and the meeting after them.
    Both want to be the one who raises."""
    one_runner_at_a_time()
    locked_series(series_id)


def gather_verdicts(
    meeting: Meeting, dues: Sequence[Due], day: Day, *, by: Actor, at: datetime
) -> int:
    """In the write that freezes or starts the meeting, before it does. Answers how many came.

    Each of `dues` (see `due_verdicts`) that is still owed and was not asked about in its epoch gets
    to level 3, with its agenda item; items that were answered meanwhile are withdrawn. Nothing for
    an agenda that is frozen, nor for a meeting whose day has passed: nobody was asked in it.
    """
    if meeting.state not in (MeetingState.planned, MeetingState.open):
        return 0
    if meeting.held_on < day.today:
        return 0
    _withdraw_answered(meeting, by=by, at=at, on=day.today)
    stood = set(_standing(meeting))
    owed = _not_asked(_still_owed(dues))[: max(0, MOST - _asked_in(meeting))]
    raise_alerts(owed, day, at=at, mail_at=lambda person_id: at)
    for due in owed:  # the runner asks for no more than it has room for
        action = db.session().get_one(Action, due.subject_id)
        ask_verdict(action, by=SYSTEM, at=at, on=day.today)
    stands = _standing(meeting)
    order = proposed_order(candidates(stands), meeting_minutes=meeting.minutes)
    # Verdicts come at the end; those that fit a quarter of the minutes go up, whoever asked them.
    first = {c.item_id for c in takewhile(lambda c: c.ask is Ask.VERDICT, order)}
    make_room(meeting, first, by=by, at=at)
    return len(set(stands) - stood)


def _still_owed(dues: Sequence[Due]) -> list[Due]:
    """Without what was answered since they were read."""
    rows = db.session().execute(
        sa.select(Action.id, Action.status, Action.due_on, Action.reopened).where(
            Action.id.in_([due.subject_id for due in dues])
        )
    )
    epochs = {
        row.id: epoch(row.due_on, row.reopened)
        for row in rows
        if row.status.is_running and row.due_on is not None
    }
    return [due for due in dues if epochs.get(due.subject_id) == due.epoch]


def _not_asked(dues: Sequence[Due]) -> list[Due]:
    """Without those at level 3 already that got their item with it, whatever became of it."""
    rows = db.session().execute(
        sa.select(Alert.subject_id, Alert.epoch)
        .join(AgendaItem, AgendaItem.action_id == Alert.subject_id)
        .where(
            Alert.subject_type == "action", Alert.subject_id.in_([due.subject_id for due in dues]),
            Alert.rule == AlertRule.due, Alert.level == MEETING,
            AgendaItem.ask == Ask.VERDICT, AgendaItem.created_at >= Alert.raised_at,
        )
    )  # fmt: skip
    asked = {(action_id, name) for action_id, name in rows}
    return [due for due in dues if (due.subject_id, due.epoch) not in asked]


def _asked_in(meeting: Meeting) -> int:
    """How many verdicts its agenda asks for already."""
    return (
        db.session().scalar(
            sa.select(sa.func.count(Placement.id))
            .join(AgendaItem, AgendaItem.id == Placement.item_id)
            .where(
                Placement.meeting_id == meeting.id,
                Placement.outcome.is_(None),
                AgendaItem.ask == Ask.VERDICT,
            )
        )
        or 0
    )


def _standing(meeting: Meeting) -> list[int]:
    """Ids of the items on the agenda that are to be talked about."""
    return list(
        db.session().scalars(
            sa.select(Placement.item_id).where(
                Placement.meeting_id == meeting.id, Placement.outcome.is_(None)
            )
        )
    )


def _withdraw_answered(meeting: Meeting, *, by: Actor, at: datetime, on: date) -> None:
    """Verdicts that nobody needs any more: done, dropped, or with another date."""
    here = sa.exists().where(
        Placement.item_id == AgendaItem.id, Placement.meeting_id == meeting.id,
        Placement.outcome.is_(None),
    )  # fmt: skip
    waiting = sa.and_(AgendaItem.in_pool, AgendaItem.series_id == meeting.series_id)
    rows = (
        db.session()
        .execute(
            sa.select(AgendaItem, Action.status, Action.due_on)
            .join(Action, Action.id == AgendaItem.action_id)
            .where(
                AgendaItem.ask == Ask.VERDICT,
                AgendaItem.withdrawn_at.is_(None),
                sa.or_(here, waiting),
            )
            .order_by(AgendaItem.id)
        )
        .all()
    )
    for item, status, due_on in rows:
        if not is_overdue(status, due_on, on):
            withdraw_item(item, reason=ANSWERED, by=by, at=at)
