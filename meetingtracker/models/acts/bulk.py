"""Many new rows at once: made ready before the write begins, then inserted with their first events.

What `Row.create` does one by one, for imports and for the large demo. Nothing here locks until
`insert`; what it then costs is the database's own time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice, repeat
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from meetingtracker.db import EnumValue, UTCDateTime, db
from meetingtracker.models.event import Event, Recorded, encode
from meetingtracker.rules.permissions import Actor

_EVENT = ("at", "actor_id", "kind", "subject_type", "subject_id", "subject_version",
          "meeting_id", "reason", "changes")  # fmt: skip


class Batch:
    """New rows of one table. `add` answers the row's place in the list of ids of `insert`."""

    def __init__(self, kind_of_row: type[Recorded]) -> None:
        self._table: sa.Table = kind_of_row.__table__  # type: ignore[attr-defined]
        # A plain string: SQLAlchemy's own kind of name costs the driver a look-up for every row.
        self._name = str.__str__(self._table.name)
        derived = kind_of_row.derived
        self._recorded = {c.name for c in self._table.columns if c.name not in derived} - {
            "id", "version",
        }  # fmt: skip
        columns: list[Any] = list(self._table.columns)
        self._columns = [column for column in columns if column.name != "id"]
        self._plan = [
            (place, column.name, _default(column), convert, convert(None))
            for place, (column, convert) in enumerate(
                zip(self._columns, converters(self._columns), strict=True)
            )
        ]
        self._names = {column.name for column in columns}
        events: Any = Event.__table__
        self._convert_event = converters([events.c[name] for name in _EVENT])
        # A column that is empty in every row stays out of the statement: half of them, as a rule.
        self._used: set[int] = set()
        self._rows: list[tuple[Any, ...]] = []
        self._events: list[tuple[Any, ...]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(
        self,
        kind: str,
        *,
        by: Actor,
        at: datetime,
        reason: str | None = None,
        meeting_id: int | None = None,
        **values: Any,
    ) -> int:
        values["version"] = 1
        for name, value in (("meeting_id", meeting_id), ("at", at)):
            if value is not None and name in self._names:
                values.setdefault(name, value)
        changes = {}
        row = []
        for place, name, default, convert, empty in self._plan:
            value = values.get(name, default)
            if value is None:
                row.append(empty)
                continue
            if name in self._recorded:
                changes[name] = [None, encode(value)]
            self._used.add(place)
            row.append(convert(value))
        self._rows.append(tuple(row))
        event = (at, by.id, kind, self._name, 0, 1, meeting_id, reason, changes)
        converted = [c(value) for c, value in zip(self._convert_event, event, strict=True)]
        self._events.append(tuple(converted))
        return len(self._rows) - 1

    def add_many(
        self, kind: str, *, by: Actor, at: datetime, each: Mapping[str, Sequence[Any]], **same: Any
    ) -> None:
        """Many rows in a fifth of the time of `add`: `each` gives a column's values row by row,
        `same` what all of them share. The values are hashable."""
        same["version"] = 1
        if "at" in self._names:
            same.setdefault("at", at)
        rows: list[Iterable[Any]] = []
        changes: list[Iterable[str]] = []
        for place, name, default, convert, empty in self._plan:
            values = each.get(name, ())
            value = same.get(name, default)
            if any(one is not None for one in values):
                rows.append(map(convert, values))
            elif value is not None:
                rows.append(repeat(convert(value)))
            else:
                rows.append(repeat(empty))
                continue
            self._used.add(place)
            if name in self._recorded:
                change = partial(_change, name)
                changes.append(map(change, values) if values else repeat(change(value)))
        count = len(next(iter(each.values())))
        self._rows += islice(zip(*rows, strict=False), count)
        event = (at, by.id, kind, self._name, 0, 1, None, None)
        begun = [c(value) for c, value in zip(self._convert_event, event, strict=False)]
        told = ("{" + ", ".join(filter(None, texts)) + "}" for texts in zip(*changes, strict=False))
        self._events += ((*begun, text) for text in islice(told, count))

    def insert(self, session: Session) -> list[int]:
        """Insert the rows and their events inside a write; their ids, in the order of `add`.

        The batch is empty then, and may be filled again.
        """
        if not self._rows:
            return []
        ids = new_ids(session, self._table, len(self._rows))
        used = sorted(self._used)
        chosen = itemgetter(*used)
        names = ["id", *(self._columns[n].name for n in used)]
        rows = ((i, *chosen(row)) for i, row in zip(ids, self._rows, strict=True))
        insert_rows(session, self._table, names, rows)
        place = _EVENT.index("subject_id")
        events = (
            (*event[:place], i, *event[place + 1 :])
            for i, event in zip(ids, self._events, strict=True)
        )
        insert_rows(session, Event.__table__, _EVENT, events)  # type: ignore[arg-type]
        self._rows, self._events, self._used = [], [], set()
        return ids


class Rows:
    """New rows of a table that keeps no history of itself; all columns but the id are given."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        columns: list[Any] = [column for column in table.columns if column.name != "id"]
        self._names = [column.name for column in columns]
        self._converters = list(zip(self._names, converters(columns), strict=True))
        self._rows: list[tuple[Any, ...]] = []

    def add(self, **values: Any) -> None:
        self._rows.append(tuple(convert(values.get(n)) for n, convert in self._converters))

    def insert(self, session: Session) -> None:
        """Insert them inside a write, and be empty again."""
        if self._rows:
            insert_rows(session, self._table, self._names, iter(self._rows))
            self._rows = []


@lru_cache(maxsize=4096, typed=True)
def _change(name: str, value: Any) -> str:
    """The value that a column begins with, as a part of an event's JSON; nothing for None."""
    return "" if value is None else f'"{name}": {json.dumps([None, encode(value)])}'


def _default(column: sa.Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, sa.ColumnDefault) else None


def converters(columns: Iterable[sa.Column[Any]]) -> list[Any]:
    """For each column the function that turns a value into what the driver takes.

    Days, moments and enums come again and again: each is converted, and kept in memory, once.
    """
    dialect = db.engine.dialect

    def converter(column: sa.Column[Any]) -> Any:
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is None:
            return _as_it_is
        few = isinstance(column.type, sa.Date | UTCDateTime | EnumValue)
        return lru_cache(maxsize=1024)(convert) if few else convert

    return [converter(column) for column in columns]


def _as_it_is(value: Any) -> Any:
    return value


def new_ids(session: Session, table: sa.Table, count: int) -> list[int]:
    """Ids that nobody else will get."""
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    numbers = sa.select(sa.func.nextval(sequence)).select_from(
        sa.func.generate_series(1, count).alias("n")
    )
    return list(session.scalars(numbers))


def insert_rows(
    session: Session, table: sa.Table, names: Iterable[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    """Hand rows of driver values straight to the driver: a tenth of the time under the lock."""
    session.flush()
    connection = session.connection()
    listed = list(names)
    columns = ", ".join(f'"{name}"' for name in listed)
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(listed))
            cursor.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608
        else:
            with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
    finally:
        cursor.close()
