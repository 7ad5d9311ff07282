"""Rows of an uploaded table: read without losing or guessing anything; every bad one is named."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from meetingtracker.rules.errors import N_

LARGEST_CELL = 64 * 1024 * 1024
"""Characters; the reader's own limit would end the whole file, ours names the row."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row is not taken. `line` is where it begins in the file, `row` its number (both from
    1; 0 for the header or the file). `reason` % `params` is the sentence."""

    line: int
    row: int
    column: str
    reason: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.reason % self.params if self.params else self.reason

    def sentence(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{place}{self.column}: {self}" if self.column else f"{place.rstrip(', ')}: {self}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record; cells stand in the order of the kind's columns."""

    line: int
    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: list[Row]
    bad: list[BadRow]


def read_sheet(raw: bytes, columns: Sequence[str]) -> Sheet:
    """A CSV file (or JSON: a list of objects) with exactly these columns, in any order.

    UTF-8, with or without a byte order mark; RFC 4180. Bytes that are not UTF-8 come back as lone
    surrogates, which `storable` refuses cell by cell.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refused(N_("The file is not UTF-8. Save it as “CSV UTF-8”."))
    text = raw.decode("utf-8-sig", "surrogateescape")
    if not text.strip():
        return _refused(N_("The file is empty."))
    if text.lstrip().startswith("["):
        return _from_json(text, columns)
    return _from_csv(text, columns)


def _refused(reason: str, column: str = "", line: int = 0, **params: object) -> Sheet:
    return Sheet([], [BadRow(line, 0, column, reason, params)])


def _from_csv(text: str, columns: Sequence[str]) -> Sheet:
    records = _records(text)
    _, header, problem = next(records)
    names = [name.strip().lower() for name in header]
    if problem or sorted(names) != sorted(columns):
        return _wrong_header(names, columns)
    order = [names.index(column) for column in columns]
    rows: list[Row] = []
    bad: list[BadRow] = []
    for number, (line, record, problem) in enumerate(records, 1):
        if problem:
            bad.append(BadRow(line, number, "", problem))
        elif len(record) != len(columns):
            params: dict[str, object] = {"cells": len(record), "columns": len(columns)}
            reason = N_("It has %(cells)d cells where the header has %(columns)d.")
            bad.append(BadRow(line, number, "", reason, params))
        else:
            cells = tuple(unguarded(record[index]) for index in order)
            rows.append(Row(line, number, cells))
    return Sheet(rows, bad)


def _records(text: str) -> Iterator[tuple[int, list[str], str]]:
    """(line it begins on, cells, what is wrong with it); lines with nothing on them are skipped."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, [], N_("The quotes don't match: what follows can't be read.")
            return
        if record:
            yield line, record, ""


def _wrong_header(names: Sequence[str], columns: Sequence[str]) -> Sheet:
    missing = [column for column in columns if column not in names]
    if missing:
        reason = N_("The first line lacks this column. It must be: %(columns)s")
        return _refused(reason, missing[0], 1, columns=",".join(columns))
    extra = next((n for n in names if n not in columns or names.count(n) > 1), "")
    reason = N_("This column is unknown or stands there twice. The first line must be: %(columns)s")
    return _refused(reason, extra[:80], 1, columns=",".join(columns))


def _from_json(text: str, columns: Sequence[str]) -> Sheet:
    found = read_json(text)
    if isinstance(found, BadRow):
        return Sheet([], [found])
    if not isinstance(found, list):
        return _refused(N_("The JSON must be a list of objects."))
    rows: list[Row] = []
    bad: list[BadRow] = []
    for number, record in enumerate(found, 1):
        if not isinstance(record, dict) or sorted(record) != sorted(columns):
            reason = N_("It must be an object with exactly these names: %(columns)s")
            bad.append(BadRow(number, number, "", reason, {"columns": ",".join(columns)}))
            continue
        values = [record[column] for column in columns]
        wrong = [c for c, v in zip(columns, values, strict=True) if not _is_plain(v)]
        if wrong:
            bad.append(BadRow(number, number, wrong[0], N_("It must be text.")))
        else:
            cells = tuple("" if v is None else str(v) for v in values)
            rows.append(Row(number, number, cells))
    return Sheet(rows, bad)


def _is_plain(value: object) -> bool:
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))


def read_json(text: str) -> object:
    """The parsed JSON, or a BadRow that says where it can't be read."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        return BadRow(0, 0, "", N_("The JSON is nested too deep."))
    except json.JSONDecodeError as error:
        return BadRow(error.lineno, 0, "", N_("This is not JSON."))
    except ValueError:
        return BadRow(0, 0, "", N_("The JSON holds a number that can't be read."))


def _no_number(name: str) -> object:
    raise ValueError(name)


def storable(text: str) -> str | None:
    """What keeps a text from being stored, or None."""
    if "\0" in text:
        return N_("It holds a NUL character, which can't be stored.")
    try:
        text.encode()
    except UnicodeEncodeError:
        return N_("It is not UTF-8.")
    return None


# A spreadsheet runs a cell that begins so as a formula. The guard's own sign is guarded too, so
# that taking the guard off gives back exactly what was written.
_RISKY = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")


def guarded(text: str) -> str:
    """A cell that no spreadsheet runs; a plain number stays a number."""
    if _RISKY.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def unguarded(text: str) -> str:
    """The inverse of `guarded`."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of a CSV file (RFC 4180, CRLF), every cell guarded; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if cell is None else guarded(str(cell)) for cell in row])
        if out.tell() > 64 * 1024:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
