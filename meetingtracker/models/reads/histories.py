"""The histories of promises, from their events: what the early warning learns from and judges."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.comment import Comment
from meetingtracker.models.event import Event
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.reads.flags import running
from meetingtracker.rules.states import Status
from meetingtracker.rules.warning_replay import Change, History

CHUNK = 5000
# The changed column, and the kind of line it makes.
_KINDS = {
    "due_on": "due", "owner_id": "owner", "department_id": "dept", "status": "status",
    "priority": "priority",
}  # fmt: skip


class _Told(TypedDict, total=False):
    """What matters of an event's changes; the rest is not even decoded."""

    due_on: list[Any]
    owner_id: list[Any]
    department_id: list[Any]
    status: list[Any]
    priority: list[Any]
    blocker_action_id: list[Any]
    on_track_at: list[Any]


_decoded = msgspec.json.Decoder(_Told).decode
_NOTHING = (None, None)
_FINISHED = frozenset({Status.done.value, Status.verified.value, Status.cancelled.value})


def histories(
    *, running_only: bool = False, since: datetime | None = None, until: datetime | None = None
) -> list[History]:
    """The history of each action, by id; times are the organisation's wall clock, without a zone.

    `running_only`: those that run now, whatever `until` is. `since` (UTC) leaves out what was
    finished before and has stayed so, `until` (UTC) whatever was recorded later.
    """
    return list(each_history(running_only=running_only, since=since, until=until))


def each_history(
    *, running_only: bool = False, since: datetime | None = None, until: datetime | None = None
) -> Iterator[History]:
    """The same one by one: a replay to one instant need not hold a hundred thousand of them."""
    wanted = [counted()]
    if running_only:
        wanted.append(running())
    if since is not None:
        ended = sa.func.coalesce(Action.done_at, Action.cancelled_at)
        wanted.append(sa.or_(ended.is_(None), ended >= since))
    ids = sa.select(Action.id).where(*wanted)
    zone = the_zone()
    said = _comments(ids, until, zone)
    for action_id, events in groupby(_events(ids, until), key=itemgetter(0)):
        changes: list[Change] = []
        created = None
        for _, at, version, told in events:
            when = wall_clock(at, zone)
            created = created or when
            for kind, _old, new in meanings(version, _decoded(told)):
                if kind != "created":
                    changes.append(Change(when, kind, "" if new is None else intern(str(new))))
        assert created is not None
        changes += said.get(action_id, ())
        changes.sort(key=itemgetter(0))
        yield History(action_id, created, "", changes)


def counted() -> sa.ColumnElement[bool]:
    """An action that was taken back as if never given counts nowhere."""
    return Action.undone_at.is_(None)


def the_zone() -> tzinfo:
    """The organisation's."""
    organisation = the_organisation()
    return ZoneInfo(organisation.zone if organisation else "UTC")


def wall_clock(at: datetime, zone: tzinfo) -> datetime:
    """What the clock on the wall shows at an instant (UTC), to the second."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return at.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _events(ids: Any, until: datetime | None) -> Iterator[Any]:
    # As the driver gives them: to make times and dictionaries here takes a third of the time.
    at, told = sa.type_coerce(Event.at, sa.DateTime), sa.cast(Event.changes, sa.Text)
    query: Any = sa.select(Event.subject_id, at, Event.subject_version, told).where(
        Event.subject_type == Action.__tablename__, Event.subject_id.in_(ids)
    )
    if until is not None:
        query = query.where(Event.at <= until)
    by_action = query.order_by(Event.subject_id, Event.subject_version, Event.id)
    # Past the session: there are no objects to make of hundreds of thousands of rows.
    rows = db.session().connection().execute(by_action.execution_options(yield_per=CHUNK))
    yield from rows


def _comments(ids: Any, until: datetime | None, zone: tzinfo) -> dict[int, list[Change]]:
    query = sa.select(Comment.action_id, Comment.at).where(Comment.action_id.in_(ids))
    if until is not None:
        query = query.where(Comment.at <= until)
    said: defaultdict[int, list[Change]] = defaultdict(list)
    for action_id, at in db.session().execute(query.order_by(Comment.id)):
        assert action_id is not None
        said[action_id].append(Change(wall_clock(at, zone), "comment"))
    return said


def meanings(version: int, changes: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What an event says about a promise: kind, old and new value; people and departments by id.

    Dropping it ends a promise as finishing it does. What says nothing else is an update.
    """
    told = [(kind, *changes[column]) for column, kind in _KINDS.items() if column in changes]
    if version == 1:
        told.insert(0, ("created", None, None))
    old, new = changes.get("status", _NOTHING)
    if new in _FINISHED and old not in _FINISHED:
        told.append(("done", None, None))
    elif old in _FINISHED and new not in _FINISHED:
        told.append(("reopened", None, None))
    if "blocker_action_id" in changes:
        old, new = changes["blocker_action_id"]
        # The end of a link goes with the end of a block, which the state tells.
        if new or not told:
            told.append(("link_block", old, new))
    # "On track" is an update, also where it begins the work.
    if not told or "on_track_at" in changes:
        told.append(("update", None, None))
    return told
