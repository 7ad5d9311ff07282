"""Notices out of the history: what somebody did becomes a line in the inbox of whom it concerns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.import_plan import REASON as IMPORTED
from meetingtracker.models.acts.telling import TELLING, Told
from meetingtracker.models.event import Event
from meetingtracker.models.notification import Notification
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.tick import Tick
from meetingtracker.rules.reminders import HELD

CHUNK = 200


@dataclass(frozen=True, slots=True)
class News:
    """The notices of the events after one and up to another; `more`: there may be others."""

    after: int
    up_to: int
    rows: list[dict[str, Any]]
    more: bool


def news(after: int, day: Day, *, at: datetime) -> News:
    """What is to be told of the next events after the one with this id, up to the instant `at`."""
    session = db.session()
    past = (Event.id > after, Event.at <= at)
    newest = session.scalar(sa.select(Event.id).where(*past).order_by(Event.id.desc()).limit(1))
    events = session.scalars(
        sa.select(Event)
        .where(*past, Event.id <= (newest or after), Event.kind.in_(TELLING))
        .order_by(Event.id)
        .limit(CHUNK)
    ).all()
    rows = [
        _row(event, told, person_id, for_id, held=not day.company.is_here(person_id))
        for event in events
        if event.reason != IMPORTED
        for told in TELLING[event.kind](event, day)
        for person_id, for_id in _reached(told, event, day)
    ]
    once = {(row["person_id"], row["key"]): row for row in rows}
    more = len(events) == CHUNK
    return News(after, events[-1].id if more else newest or after, [*once.values()], more)


def notify(tick: Tick, new: News) -> bool:
    """Inside a write: tell it. False if another runner has told of these events meanwhile."""
    if tick.seen_event_id != new.after:
        return False
    if new.rows:
        db.session().execute(sa.insert(Notification), new.rows)
    tick.seen_event_id = new.up_to
    return True


def _reached(told: Told, event: Event, day: Day) -> Iterator[tuple[int, int | None]]:
    """Nobody is told of what they did themselves. Who is away has a delegate."""
    person_id = told.person_id
    if person_id is None or person_id == event.actor_id or person_id not in day.company.people:
        return
    there = day.company.stand_in(person_id)
    if there is None:
        there = person_id if day.company.people[person_id].active else None
    if there is not None and there != event.actor_id:
        yield there, None if there == person_id else person_id


def _row(
    event: Event, told: Told, person_id: int, for_id: int | None, *, held: bool
) -> dict[str, Any]:
    """`held`: somebody who is away and has no delegate finds it in the inbox."""
    return {
        "person_id": person_id, "key": f"event:{event.id}{told.more}", "notice": told.notice,
        "subject_type": told.subject_type, "subject_id": told.subject_id,
        "actor_id": event.actor_id, "for_id": for_id,
        "params": {"kind": event.kind, "stamp": told.stamp}, "created_at": event.at,
        "mail_at": event.at + HELD if told.mailed and not held else None,
    }  # fmt: skip
