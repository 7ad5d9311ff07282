"""Copies of what was lived: rows and their histories with other ids, other people, other days."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from meetingtracker.db import Base, UTCDateTime, db
from meetingtracker.models.acts.bulk import converters, insert_rows, new_ids
from meetingtracker.models.event import Event

Key = tuple[str, int]
"""A row: its table and id."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row with its events. `values` in the order of the table's columns, without the id."""

    key: Key
    values: tuple[Any, ...]
    events: tuple[dict[str, Any], ...]


@dataclass
class Cast:
    """Who and when a copy is about: ids of other people and departments, and days to add."""

    people: dict[int, int]
    departments: dict[int, int]
    shift: timedelta
    ids: dict[Key, int] = field(default_factory=dict)
    """Rows that are copied along. A reference to a row that is neither copied nor `kept` ends."""


class Copier:
    """Reads rows once and writes any number of copies. `kept` names tables that copies share."""

    def __init__(self, tables: Iterable[str], *, kept: frozenset[str]) -> None:
        self.tables = {name: Base.metadata.tables[name] for name in tables}
        self.kept = kept
        self.columns = {
            name: [c for c in table.columns if c.name != "id"]
            for name, table in self.tables.items()
        }
        self.roles = {
            name: [_role(column) for column in columns] for name, columns in self.columns.items()
        }
        self._by_name = {
            name: {c.name: role for c, role in zip(columns, self.roles[name], strict=True)}
            for name, columns in self.columns.items()
        }
        self._convert = {name: converters(columns) for name, columns in self.columns.items()}
        event: Any = Event.__table__
        self._event_columns = [c.name for c in event.columns if c.name != "id"]
        self._convert_event = converters([event.c[name] for name in self._event_columns])
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self.tables}
        self._events: list[tuple[Any, ...]] = []

    def read(self, table: str, where: sa.ColumnElement[bool]) -> list[Part]:
        """The rows with their histories, oldest first."""
        t = self.tables[table]
        session = db.session()
        rows = session.execute(sa.select(t).where(where).order_by(t.c.id)).mappings().all()
        ids = [row["id"] for row in rows]
        events: dict[int, list[dict[str, Any]]] = {i: [] for i in ids}
        e: Any = Event.__table__
        for start in range(0, len(ids), 500):
            found = sa.select(e).where(
                e.c.subject_type == table, e.c.subject_id.in_(ids[start : start + 500])
            )
            for event in session.execute(found.order_by(e.c.id)).mappings():
                events[event["subject_id"]].append(dict(event))
        names = [column.name for column in self.columns[table]]
        return [
            Part((table, row["id"]), tuple(row[n] for n in names), tuple(events[row["id"]]))
            for row in rows
        ]

    def copy(self, parts: Iterable[Part], cast: Cast) -> None:
        """Make the copies ready; `cast.ids` holds their ids already."""
        for part in parts:
            table, _ = part.key
            new_id = cast.ids[part.key]
            values = (
                convert(self._moved(role, value, cast))
                for convert, role, value in zip(
                    self._convert[table], self.roles[table], part.values, strict=True
                )
            )
            self._rows[table].append((new_id, *values))
            for event in part.events:
                self._events.append(self._event(table, new_id, event, cast))

    def _event(self, table: str, new_id: int, event: dict[str, Any], cast: Cast) -> tuple[Any, ...]:
        roles = self._by_name[table]
        changes = {}
        for column, (old, new) in event["changes"].items():
            role = roles[column]
            pair = [self._moved_code(role, old, cast), self._moved_code(role, new, cast)]
            if pair[0] != pair[1]:
                changes[column] = pair
        meeting_id = event["meeting_id"]
        moved = event | {
            "at": event["at"] + cast.shift,
            "actor_id": cast.people.get(event["actor_id"], event["actor_id"]),
            "subject_id": new_id,
            "meeting_id": self._moved("meeting", meeting_id, cast),
            "changes": changes,
        }
        return tuple(
            convert(moved[name])
            for convert, name in zip(self._convert_event, self._event_columns, strict=True)
        )

    def _moved(self, role: str, value: Any, cast: Cast) -> Any:
        if value is None or role == "":
            return value
        if role in ("day", "moment"):
            return value + cast.shift
        if role == "person":
            return cast.people.get(value, value)
        if role == "department":
            return cast.departments.get(value, value)
        if role in self.kept:
            return value
        return cast.ids.get((role, value))

    def _moved_code(self, role: str, value: Any, cast: Cast) -> Any:
        """The same for a value as events keep it: days and moments as ISO text."""
        if value is None or role == "":
            return value
        if role == "day":
            return (date.fromisoformat(value) + cast.shift).isoformat()
        if role == "moment":
            return (datetime.fromisoformat(value) + cast.shift).isoformat()
        return self._moved(role, value, cast)

    def insert(self, session: Session) -> None:
        """Write all that is ready; ask `ids` for it in the same write."""
        for name, table in self.tables.items():
            rows, self._rows[name] = self._rows[name], []
            names = ["id", *(column.name for column in self.columns[name])]
            insert_rows(session, table, names, iter(rows))
        events, self._events = self._events, []
        insert_rows(session, Event.__table__, self._event_columns, iter(events))  # type: ignore[arg-type]

    def ids(self, session: Session, keys: Iterable[Key]) -> dict[str, Any]:
        """For each table an iterator over as many new ids as there are keys of it."""
        counts: dict[str, int] = {}
        for table, _ in keys:
            counts[table] = counts.get(table, 0) + 1
        return {
            table: iter(new_ids(session, self.tables[table], count))
            for table, count in counts.items()
        }


def _role(column: Any) -> str:
    """What a copy does to the column: "day", "moment", the table it refers to, or "" (nothing)."""
    for key in column.foreign_keys:
        return str(key.column.table.name)
    if isinstance(column.type, sa.Date):
        return "day"
    return "moment" if isinstance(column.type, UTCDateTime) else ""
