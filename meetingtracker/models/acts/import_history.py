"""Import the histories of promises that were made elsewhere, each change with an event of its own.

What they were about is not in the files, so nobody is asked to do anything about them: owners come
as people who have left, and what was never finished waits until somebody takes it up.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.bulk import Batch, converters, insert_rows, new_ids
from meetingtracker.models.acts.import_plan import REASON, Plan, refuse_if_known
from meetingtracker.models.department import Department
from meetingtracker.models.event import Event, encode
from meetingtracker.models.person import Person
from meetingtracker.rules.history_file import PastAction
from meetingtracker.rules.import_rows import LAST_DAY
from meetingtracker.rules.permissions import SYSTEM, Role
from meetingtracker.rules.states import RUNNING, Priority, Status
from meetingtracker.rules.warning_replay import BLOCKED_WORDS, Change

NEED = "Imported as blocked; what it waits for was not in the file."
NOWHERE = "history.invalid"
"""Where people of imported histories have their address: a name that can never exist."""
_NOTED = "action.noted"
_SPOKEN = frozenset(
    {"due_on", "owner_id", "department_id", "status", "priority", "blocker_action_id"}
)
_PRIORITIES = {priority.value: priority for priority in Priority}
_UNBLOCKED: dict[str, Any] = {"blocked_need": None, "blocked_on": None, "next_look_on": None}
_EVENT = ("at", "actor_id", "kind", "subject_type", "subject_id", "subject_version",
          "meeting_id", "reason", "changes")  # fmt: skip


def plan_history(actions: Iterable[PastAction], *, at: datetime, zone: str) -> Plan:
    """What would be stored of these histories; those that are known stay as they are.

    `zone` is the organisation's, whose wall clock the histories go by. The plan's `store` needs a
    write of its own. Raises Busy there if somebody stored one of them since.
    """
    listed = list(actions)
    stored = set(db.session().scalars(sa.select(Action.external_id)))
    fresh = [action for action in listed if action.history.id not in stored]

    def store() -> None:
        refuse_if_known(Action.external_id, {str(action.history.id) for action in fresh})
        _store(fresh, at=at, zone=zone)

    return Plan([], rows=len(listed), created=len(fresh), store=store)


def _store(actions: list[PastAction], *, at: datetime, zone: str) -> None:
    people = _people(dict.fromkeys(_named(actions, "owner")), at=at)
    departments = _departments(dict.fromkeys(_named(actions, "dept")), at=at)
    session = db.session()
    table: Any = Action.__table__
    names = [column.name for column in table.columns if column.name != "id"]
    convert = dict(zip(names, converters([table.c[name] for name in names]), strict=True))
    event: Any = Event.__table__
    convert_event = converters([event.c[name] for name in _EVENT])
    rows: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    for action_id, action in zip(new_ids(session, table, len(actions)), actions, strict=True):
        story = _Story(action, people, departments, ZoneInfo(zone), at)
        rows.append((action_id, *(convert[name](story.now.get(name)) for name in names)))
        for version, (when, kind, changes) in enumerate(story.events, 1):
            told = (when, None, kind, "action", action_id, version, None, REASON, changes)
            events.append(tuple(c(value) for c, value in zip(convert_event, told, strict=True)))
    insert_rows(session, table, ["id", *names], iter(rows))
    insert_rows(session, event, _EVENT, iter(events))


def _people(words: Iterable[str], *, at: datetime) -> dict[str, int]:
    """An id for each word. Who is not known from an earlier import comes as somebody who has left:
    nobody can sign in as them, and no mail is sent to them."""
    known = dict(db.session().execute(sa.select(Person.email, Person.id)).all())
    addresses = {word: _address(word) for word in words}
    batch = Batch(Person)
    new = [word for word, address in addresses.items() if address not in known]
    for word in new:
        batch.add(
            "person.joined", by=SYSTEM, at=at, reason=REASON, email=addresses[word], name=word,
            role=Role.member, created_at=at, deactivated_at=at,
        )  # fmt: skip
    made = dict(zip(new, batch.insert(db.session()), strict=True))
    return made | {word: known[a] for word, a in addresses.items() if a in known}


def _address(word: str) -> str:
    return f"{hashlib.sha256(word.encode()).hexdigest()[:16]}@{NOWHERE}"


def _named(actions: Iterable[PastAction], kind: str) -> Iterator[str]:
    for action in actions:
        if kind == "dept":
            yield action.history.department
        yield from (c.value for c in action.history.changes if c.kind == kind and c.value)


def _departments(names: Iterable[str], *, at: datetime) -> dict[str, int]:
    known: dict[str, int] = {
        name.lower(): i
        for name, i in db.session().execute(sa.select(Department.name, Department.id))
    }
    for name in names:
        if name and name.lower() not in known:
            made = Department.found(name=name, colour=len(known), by=SYSTEM, at=at)
            known[name.lower()] = made.id
    return known


class _Story:
    """One action: its columns as they stand in the end (`now`), and an event for each change."""

    def __init__(
        self, action: PastAction, people: dict[str, int], departments: dict[str, int],
        zone: ZoneInfo, at: datetime,
    ) -> None:  # fmt: skip
        self.people, self.departments, self.zone = people, departments, zone
        history = action.history
        changes = [change for change in history.changes if change.kind != "created"]
        ends = [number for number, one in enumerate(changes) if one.kind == "reopened"]
        self.last_reopened = max(ends, default=-1)
        # A date that was taken away leaves no promise behind: there is no first date to keep then.
        self.is_dated = bool(next((c.value for c in reversed(changes) if c.kind == "due"), ""))
        self.stood = Status.open  # what it goes back to when it is opened again
        self.now: dict[str, Any] = {}
        self.events: list[tuple[datetime, str, dict[str, Any]]] = []
        at_birth = self._begin(action, changes)
        for number, change in enumerate(changes):
            if number not in at_birth:
                kind, values = self._told(number, change)
                self._tell(kind, self._utc(change.at), values)
        self._end(at)

    def _begin(self, action: PastAction, changes: list[Change]) -> set[int]:
        """The first event, with what was known at once; which of the changes it told."""
        history = action.history
        created_at = self._utc(history.created)
        self.now = {
            "external_id": str(history.id), "title": f"{action.type} {history.id}".strip(),
            "description": "", "description_html": "", "status": Status.open,
            "priority": Priority.normal, "moves": 0, "reopened": 0,
            "department_id": self.departments.get(history.department.lower()),
            "promised_on": history.created.date(), "created_at": created_at,
        }  # fmt: skip
        first = {change.kind: number for number, change in reversed([*enumerate(changes)])}
        told = set()
        for kind in ("due", "owner", "dept", "status", "priority"):
            number = first.get(kind, -1)
            if number < 0 or changes[number].at != history.created:
                continue  # some files tell of changes before the creation
            if kind != "dept" or history.department in ("", changes[number].value):
                self.now |= self._told(number, changes[number])[1]
                told.add(number)
        known = {
            name: [None, encode(value)]
            for name, value in self.now.items()
            if value is not None and name not in Action.derived
        }
        self.events.append((created_at, "action.given", known))
        return told

    def _end(self, at: datetime) -> None:
        """Nobody is here who could answer: a proposal ends, a promise waits to be taken up."""
        if self.now["status"] is Status.proposed:
            ended = {"status": Status.cancelled, "cancelled_at": at, "cancel_reason": REASON}
            self._tell("action.dropped", at, ended)
        elif self.now["status"] in RUNNING:
            self.now["waits_until_on"] = LAST_DAY
            self.events[0][2]["waits_until_on"] = [None, encode(LAST_DAY)]
        self.now |= {"version": len(self.events), "updated_at": self.events[-1][0]}

    def _tell(self, kind: str, at: datetime, values: dict[str, Any]) -> None:
        changes = {
            name: [encode(self.now.get(name)), encode(value)]
            for name, value in values.items()
            if name in _SPOKEN or self.now.get(name) != value
        }
        self.now |= values
        self.events.append((at, kind, changes))

    def _utc(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def _told(self, number: int, change: Change) -> tuple[str, dict[str, Any]]:
        """The kind of event that a change makes, and the columns it sets."""
        value = change.value
        match change.kind:
            case "due":
                return self._dated(date.fromisoformat(value) if value else None, change)
            case "owner":
                return "action.handed_over", {"owner_id": self.people.get(value)}
            case "dept":
                return "action.edited", {"department_id": self.departments.get(value.lower())}
            case "priority":
                priority = _PRIORITIES.get(value, Priority.normal)
                return "action.edited", {"priority": priority}
            case "status":
                return self._entered(value, change)
            case "done":
                return self._done(change, is_last=number > self.last_reopened)
            case "reopened":
                return self._reopened(change)
            case "link_block":
                return _NOTED, {"blocker_action_id": None}
        return _NOTED, {}

    def _dated(self, to: date | None, change: Change) -> tuple[str, dict[str, Any]]:
        before = self.now.get("due_on")
        values: dict[str, Any] = {"due_on": to}
        if to and self.is_dated and self.now.get("original_due_on") is None:
            values["original_due_on"] = to
        if not to or not before or to == before:
            return "action.dated", values
        values |= {"moves": self.now["moves"] + 1, "epoch_at": self._utc(change.at)}
        return "action.moved", values

    def _entered(self, word: str, change: Change) -> tuple[str, dict[str, Any]]:
        self.stood = _status(word)
        before = self.now["status"]
        if before.is_finished:
            return _NOTED, {"status": before}
        if self.stood is Status.blocked and before is not Status.blocked:
            return "action.blocked", {"status": self.stood, **_blocked(change.at.date())}
        if self.stood is not Status.blocked and before is Status.blocked:
            return "action.unblocked", {"status": self.stood, **_UNBLOCKED}
        return _NOTED, {"status": self.stood}

    def _done(self, change: Change, *, is_last: bool) -> tuple[str, dict[str, Any]]:
        if self.now["status"].is_finished:
            return _NOTED, {"status": self.now["status"]}
        at = self._utc(change.at)
        values = {"status": Status.done, "done_at": at, "done_on": change.at.date(), **_UNBLOCKED}
        if is_last:  # whoever asked for it had time enough to refuse it
            values |= {"status": Status.verified, "verified_at": at}
        return "action.completed", values

    def _reopened(self, change: Change) -> tuple[str, dict[str, Any]]:
        if not self.now["status"].is_finished:
            return _NOTED, {"status": self.now["status"]}
        values = {
            "status": self.stood, "done_at": None, "done_on": None,
            "reopened": self.now["reopened"] + 1, "epoch_at": self._utc(change.at),
        }  # fmt: skip
        if self.stood is Status.blocked:
            values |= _blocked(change.at.date())
        return "action.refused", values


def _status(word: str) -> Status:
    """The nearest of our states to a word of another tool."""
    folded = word.lower()
    if folded in BLOCKED_WORDS:
        return Status.blocked
    near = folded.replace(" ", "_")
    return next((s for s in (Status.in_progress, Status.proposed) if near == s), Status.open)


def _blocked(on: date) -> dict[str, Any]:
    return {"blocked_need": NEED, "blocked_on": on, "next_look_on": on}
