"""The files of promises' histories: two tables, read whole; every bad row is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from meetingtracker.rules.csv_rows import BadRow, Row, read_sheet, storable
from meetingtracker.rules.errors import N_
from meetingtracker.rules.import_rows import FIRST_DAY, LAST_DAY
from meetingtracker.rules.warning_replay import Change, History

ACTION_COLUMNS = ("id", "source", "dept", "type", "created", "due_kind")
EVENT_COLUMNS = ("id", "time", "kind", "old", "new")
KINDS = frozenset(
    {"created", "due", "owner", "dept", "status", "priority", "comment", "update", "done",
     "reopened", "link_block"}
)  # fmt: skip
_LONGEST = {"id": 120, "type": 120, "dept": 80, "owner": 120}


@dataclass(frozen=True, slots=True)
class PastAction:
    """A history as the files tell it, and what kind of promise it was."""

    history: History
    type: str


@dataclass(frozen=True, slots=True)
class HistoryFiles:
    """What the files hold. `bad_actions`, `bad_events`: what keeps each from being taken."""

    actions: list[PastAction]
    bad_actions: list[BadRow]
    bad_events: list[BadRow]

    @property
    def histories(self) -> list[History]:
        return [action.history for action in self.actions]


def read_history(events: bytes, actions: bytes | None = None) -> HistoryFiles:
    """Read both tables; times are the organisation's wall clock, without a zone.

    Without the first table every action begins with its line "created", in no department; an
    action of which no change is told is left out.
    """
    bad_actions: list[BadRow] = []
    bad_events: list[BadRow] = []
    changes: dict[str, list[Change]] = {}
    places: dict[str, Row] = {}
    sheet = read_sheet(events, EVENT_COLUMNS)
    bad_events += sheet.bad
    for row in sheet.rows:
        if change := _change(row, bad_events):
            changes.setdefault(row.cells[0], []).append(change)
            places.setdefault(row.cells[0], row)
    for told in changes.values():
        told.sort(key=lambda change: (change.at, change.kind != "created"))
    if actions is None:
        found = list(_begun(changes, places, bad_events))
    else:
        found = list(_listed(actions, changes, bad_actions))
        known = {action.history.id for action in found}
        for action_id, row in places.items() if not bad_actions else ():
            if action_id not in known:
                reason = N_("There is no such action in the other file.")
                bad_events.append(BadRow(row.line, row.row, "id", reason))
        found = [action for action in found if action.history.changes]
    return HistoryFiles(found, bad_actions, sorted(bad_events, key=lambda bad: bad.line))


def _change(row: Row, bad: list[BadRow]) -> Change | None:
    action_id, when, kind, _old, new = row.cells
    at = _time(when)
    if problem := _text(action_id, "id", required=True):
        bad.append(BadRow(row.line, row.row, "id", problem))
    elif at is None:
        bad.append(BadRow(row.line, row.row, "time", _NO_TIME))
    elif kind not in KINDS:
        reason = N_("It must be one of: %(values)s.")
        values: dict[str, object] = {"values": ", ".join(sorted(KINDS))}
        bad.append(BadRow(row.line, row.row, "kind", reason, values))
    elif problem := _value(kind, new):
        bad.append(BadRow(row.line, row.row, "new", problem))
    else:
        return Change(at, kind, new)
    return None


_NO_TIME = N_("It must be a time like 2026-12-24 08:30, from 1970 to 2200.")


@lru_cache(maxsize=4096)
def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo is None and FIRST_DAY <= at.date() <= LAST_DAY else None


@lru_cache(maxsize=4096)
def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return day.isoformat() == text and FIRST_DAY <= day <= LAST_DAY


def _value(kind: str, new: str) -> str | None:
    if kind == "due" and new and not _is_day(new):
        return N_("It must be a date like 2026-12-24, from 1970 to 2200.")
    return _text(new, kind)


def _text(text: str, column: str, *, required: bool = False) -> str | None:
    if problem := storable(text):
        return problem
    if required and not text.strip():
        return N_("It is empty.")
    if len(text) > _LONGEST.get(column, 10_000):
        return N_("It is too long.")
    return None


def _begun(
    changes: dict[str, list[Change]], places: dict[str, Row], bad: list[BadRow]
) -> Iterator[PastAction]:
    for action_id, told in changes.items():
        created = next((change.at for change in told if change.kind == "created"), None)
        if created is None:
            reason = N_("No line says when it was created.")
            bad.append(BadRow(places[action_id].line, places[action_id].row, "id", reason))
        else:
            yield PastAction(History(action_id, created, "", told), "")


def _listed(
    raw: bytes, changes: dict[str, list[Change]], bad: list[BadRow]
) -> Iterator[PastAction]:
    sheet = read_sheet(raw, ACTION_COLUMNS)
    bad += sheet.bad
    first: dict[str, int] = {}
    for row in sheet.rows:
        action_id, _source, department, kind, created, _due_kind = row.cells
        named = {"id": action_id, "dept": department, "type": kind}
        problems = {c: p for c, text in named.items() if (p := _text(text, c, required=c == "id"))}
        at = _time(created)
        if at is None:
            problems["created"] = _NO_TIME
        for column, problem in problems.items():
            bad.append(BadRow(row.line, row.row, column, problem))
        line = first.setdefault(action_id, row.line)
        if line != row.line:
            reason = N_("It stands on line %(line)d already.")
            bad.append(BadRow(row.line, row.row, "id", reason, {"line": line}))
        elif at is not None and not problems:
            yield PastAction(History(action_id, at, department, changes.get(action_id, ())), kind)
