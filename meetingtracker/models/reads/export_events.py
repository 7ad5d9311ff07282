"""The histories of promises, in the form that the early warning is measured with."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.comment import Comment
from meetingtracker.models.department import Department
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.exports import CHUNK, Table
from meetingtracker.models.reads.histories import counted, meanings, the_zone, wall_clock
from meetingtracker.rules.permissions import Actor

COLUMNS = ("id", "time", "kind", "old", "new")


def events_table(actor: Actor | None) -> Table:
    """Every change of every action that the actor may see, by action and version.

    Times are the organisation's wall clock, with seconds where they are not zero. Kinds: created,
    due, owner, dept, status, priority, done, reopened, link_block, update, comment.
    """
    return Table(COLUMNS, _lines(actor))


def _lines(actor: Actor | None) -> Iterator[tuple[Any, ...]]:
    session = db.session()
    people = dict(session.execute(sa.select(Person.id, Person.email)).all())
    departments = dict(session.execute(sa.select(Department.id, Department.name)).all())
    names = {"owner": people, "dept": departments}
    ids = sa.select(Action.id).where(counted())
    if actor is not None:
        ids = ids.where(visible_actions(actor))
    changed = sa.select(
        Event.subject_id, Event.at, Event.id, Event.subject_version, Event.changes
    ).where(Event.subject_type == Action.__tablename__, Event.subject_id.in_(ids))
    said = sa.select(Comment.action_id, Comment.at).where(Comment.action_id.in_(ids))
    zone = the_zone()
    by_action = changed.order_by(Event.subject_id, Event.subject_version, Event.id)
    for action_id, at, _, version, changes in session.execute(
        by_action.execution_options(yield_per=CHUNK)
    ):
        when = _time(wall_clock(at, zone))
        for kind, *values in meanings(version, changes):
            known = names.get(kind)
            old, new = (known.get(value, "") for value in values) if known else values
            yield action_id, when, kind, old or "", new or ""
    for action_id, at in session.execute(said.order_by(Comment.action_id, Comment.id)):
        yield action_id, _time(wall_clock(at, zone)), "comment", "", ""


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
