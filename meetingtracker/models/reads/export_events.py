"""The histories of promises, in the form that the early warning is measured with."""

from collections.abc import Iterator
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
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status

COLUMNS = ("id", "time", "kind", "old", "new")
# The changed column, and the kind of line it makes.
_KINDS = {
    "due_on": "due", "owner_id": "owner", "department_id": "dept", "status": "status",
    "priority": "priority",
}  # fmt: skip
_FINISHED = (Status.done, Status.verified, Status.cancelled)


def events_table(actor: Actor | None) -> Table:
    """Every change of every action that the actor may see, by action and version; times in UTC.

    Kinds: created, due, owner, dept, status, priority, done, reopened, link_block, update, comment.
    """
    return Table(COLUMNS, _lines(actor))


def _lines(actor: Actor | None) -> Iterator[tuple[Any, ...]]:
    session = db.session()
    people = dict(session.execute(sa.select(Person.id, Person.email)).all())
    departments = dict(session.execute(sa.select(Department.id, Department.name)).all())
    names = {"owner_id": people, "department_id": departments}
    changed = sa.select(
        Event.subject_id, Event.at, Event.id, Event.subject_version, Event.changes
    ).where(Event.subject_type == Action.__tablename__)
    said = sa.select(
        Comment.action_id, Comment.at, Comment.id, sa.literal(0), sa.null()
    ).where(Comment.action_id.is_not(None))  # fmt: skip
    if actor is not None:
        visible = sa.select(Action.id).where(visible_actions(actor))
        changed = changed.where(Event.subject_id.in_(visible))
        said = said.where(Comment.action_id.in_(visible))
    by_action = changed.order_by(Event.subject_id, Event.subject_version, Event.id)
    for action_id, at, _, version, changes in session.execute(
        by_action.execution_options(yield_per=CHUNK)
    ):
        when = f"{at:%Y-%m-%d %H:%M}"
        for kind, old, new in _meanings(version, changes, names):
            yield action_id, when, kind, old, new
    for action_id, at, *_ in session.execute(said.order_by(Comment.action_id, Comment.id)):
        yield action_id, f"{at:%Y-%m-%d %H:%M}", "comment", "", ""


def _meanings(
    version: int, changes: dict[str, list[Any]], names: dict[str, dict[int, str]]
) -> Iterator[tuple[str, Any, Any]]:
    if version == 1:
        yield "created", "", ""
    spoke = version == 1
    for column, kind in _KINDS.items():
        if column not in changes:
            continue
        spoke = True
        known = names.get(column)
        old, new = (
            known.get(value, "") if known else value for value in changes[column]
        )  # fmt: skip
        yield kind, old or "", new or ""
    old, new = changes.get("status", (None, None))
    if new in _FINISHED and old not in _FINISHED:
        yield "done", "", ""
    elif old in _FINISHED and new not in _FINISHED:
        yield "reopened", "", ""
    if (blocker := changes.get("blocker_action_id")) and blocker[1]:
        yield "link_block", "", blocker[1]
    if not spoke:
        yield "update", "", ""
