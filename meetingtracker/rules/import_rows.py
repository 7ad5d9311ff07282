"""What the cells of an import mean: actions, issues, people. Pure checks, one BadRow per fault."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from meetingtracker.rules.csv_rows import BadRow, Row, read_sheet, storable
from meetingtracker.rules.errors import N_
from meetingtracker.rules.permissions import Role
from meetingtracker.rules.states import Priority, Stage, Status

ACTION_COLUMNS = (
    "external_id", "title", "department", "owner_email", "due_on", "status", "priority",
    "description",
)  # fmt: skip
ISSUE_COLUMNS = (
    "external_id", "title", "raising_department", "owning_department", "point_person_email",
    "severity", "stage", "description",
)  # fmt: skip
PERSON_COLUMNS = ("email", "name", "role", "department", "manager_email", "zone", "language")
COLUMNS = {"actions": ACTION_COLUMNS, "issues": ISSUE_COLUMNS, "people": PERSON_COLUMNS}
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)
ADMIN = "admin"
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ActionRow:
    line: int
    row: int
    external_id: str
    title: str
    department: str
    owner_email: str
    due_on: date | None
    status: Status
    priority: Priority
    description: str


@dataclass(frozen=True, slots=True)
class IssueRow:
    line: int
    row: int
    external_id: str
    title: str
    raising_department: str
    owning_department: str
    point_person_email: str
    severity: int
    stage: Stage
    description: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`role` "admin" is a member with the administrator's switch."""

    line: int
    row: int
    email: str
    name: str
    role: Role
    is_admin: bool
    department: str
    manager_email: str
    zone: str
    language: str


class _Cells:
    """One record: takes its cells one by one and notes what is wrong with each."""

    def __init__(self, row: Row, columns: tuple[str, ...], bad: list[BadRow]) -> None:
        self._row = row
        self._cells = dict(zip(columns, row.cells, strict=True))
        self._bad = bad
        self.refused = False

    def refuse(self, column: str, reason: str, **params: object) -> None:
        self.refused = True
        self._bad.append(BadRow(self._row.line, self._row.row, column, reason, params))

    def line(self, column: str, longest: int, *, required: bool = False) -> str:
        """Trimmed text on one line."""
        return self._text(column, " ".join(self._cells[column].split()), longest, required)

    def text(self, column: str, longest: int) -> str:
        """Text on many lines, with their line ends folded."""
        folded = self._cells[column].replace("\r\n", "\n").replace("\r", "\n").strip()
        return self._text(column, folded, longest, False)

    def _text(self, column: str, text: str, longest: int, required: bool) -> str:
        if problem := storable(text):
            self.refuse(column, problem)
        elif required and not text:
            self.refuse(column, N_("It is empty."))
        elif len(text) > longest:
            reason = N_("It has %(length)d characters. It may have up to %(longest)d.")
            self.refuse(column, reason, length=len(text), longest=longest)
        else:
            return text
        return ""

    def parsed(
        self, column: str, parse: Callable[[str], T], default: T, reason: str, **params: object
    ) -> T:
        """A cell of a known form; an empty one is the default."""
        text = self._cells[column].strip()
        if not text:
            return default
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.refuse(column, reason, **params)
            return default

    def choice(self, column: str, kind: type[Choice], default: Choice) -> Choice:
        known = {member.value: member for member in kind}
        reason = N_("It must be one of: %(values)s.")
        return self.parsed(column, known.__getitem__, default, reason, values=", ".join(known))

    def email(self, column: str, *, required: bool = False) -> str:
        text = self.line(column, 254, required=required).lower()
        if text and not EMAIL.fullmatch(text):
            self.refuse(column, N_("This is not a mail address."))
            return ""
        return text


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def _severity(text: str) -> int:
    return {"1": 1, "2": 2, "3": 3, "4": 4}[text]


def read_actions(raw: bytes) -> tuple[list[ActionRow], list[BadRow]]:
    """The actions of a file. A promise that runs needs owner and date; history may lack them."""
    good: list[ActionRow] = []
    rows, bad = _rows(raw, ACTION_COLUMNS)
    for cells, row in rows:
        status = cells.choice("status", Status, Status.open)
        taken = ActionRow(
            row.line,
            row.row,
            cells.line("external_id", 120, required=True),
            cells.line("title", 255, required=True),
            cells.line("department", 80),
            cells.email("owner_email"),
            cells.parsed(
                "due_on", _day, None, N_("It must be a date like 2026-12-24, from 1970 to 2200.")
            ),
            status,
            cells.choice("priority", Priority, Priority.normal),
            cells.text("description", 10_000),
        )
        if not cells.refused and not status.is_finished:
            for column, value in (("owner_email", taken.owner_email), ("due_on", taken.due_on)):
                if not value:
                    cells.refuse(column, N_("It is empty: a promise has an owner and a date."))
        if not cells.refused:
            good.append(taken)
    return good, _with_doubles(good, bad, "external_id")


def read_issues(raw: bytes) -> tuple[list[IssueRow], list[BadRow]]:
    good: list[IssueRow] = []
    rows, bad = _rows(raw, ISSUE_COLUMNS)
    for cells, row in rows:
        taken = IssueRow(
            row.line,
            row.row,
            cells.line("external_id", 120, required=True),
            cells.line("title", 255, required=True),
            cells.line("raising_department", 80, required=True),
            cells.line("owning_department", 80),
            cells.email("point_person_email"),
            cells.parsed("severity", _severity, 3, N_("It must be 1, 2, 3 or 4.")),
            cells.choice("stage", Stage, Stage.new),
            cells.text("description", 10_000),
        )
        if not cells.refused:
            good.append(taken)
    return good, _with_doubles(good, bad, "external_id")


def read_people(raw: bytes) -> tuple[list[PersonRow], list[BadRow]]:
    good: list[PersonRow] = []
    rows, bad = _rows(raw, PERSON_COLUMNS)
    for cells, row in rows:
        role, is_admin = cells.parsed(
            "role", _role, (Role.member, False),
            N_("It must be executive, leader, member or admin."),
        )  # fmt: skip
        taken = PersonRow(
            row.line,
            row.row,
            cells.email("email", required=True),
            cells.line("name", 120, required=True),
            role,
            is_admin,
            cells.line("department", 80),
            cells.email("manager_email"),
            cells.parsed("zone", zone, "", N_("It must be a time zone like Europe/Berlin.")),
            cells.line("language", 12),
        )
        if not cells.refused:
            good.append(taken)
    return good, _with_doubles(good, bad, "email")


def _role(text: str) -> tuple[Role, bool]:
    return (Role.member, True) if text == ADMIN else ({r.value: r for r in Role}[text], False)


def zone(text: str) -> str:
    """The name of an IANA zone. ValueError for any other text."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(text) from None
    return text


def _rows(
    raw: bytes, columns: tuple[str, ...]
) -> tuple[Iterator[tuple[_Cells, Row]], list[BadRow]]:
    sheet = read_sheet(raw, columns)
    return ((_Cells(row, columns, sheet.bad), row) for row in sheet.rows), sheet.bad


def _with_doubles(
    good: list[ActionRow] | list[IssueRow] | list[PersonRow], bad: list[BadRow], key: str
) -> list[BadRow]:
    first: dict[str, int] = {}
    for taken in good:
        known = first.setdefault(getattr(taken, key), taken.line)
        if known != taken.line:
            reason = N_("It stands on line %(line)d already.")
            bad.append(BadRow(taken.line, taken.row, key, reason, {"line": known}))
    return bad
