"""The file of past meetings: read strictly, every fault named by meeting, place and reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.csv_rows import BadRow, read_json, storable
from meetingtracker.rules.errors import N_
from meetingtracker.rules.import_rows import EMAIL, FIRST_DAY, zone

LONGEST_NOTE = 200_000  # characters
MOST = 100_000  # meetings, people or items in one list


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Weekday ISO (1 Monday); time local to the IANA zone; length in minutes."""

    name: str
    weekday: int
    start_time: time
    zone: str
    minutes: int


@dataclass(frozen=True, slots=True)
class PastItem:
    key: str
    title: str
    department: str
    notes: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PastMeeting:
    held_on: date
    present: tuple[str, ...]
    items: tuple[PastItem, ...]


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """One series. `people` maps mail addresses to names, those only present included."""

    series: SeriesFacts
    people: dict[str, str]
    meetings: tuple[PastMeeting, ...]


class _Wrong(Exception):
    def __init__(self, column: str, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.column, self.reason, self.params = column, reason, params


def read_meetings(raw: bytes, *, today: date) -> tuple[list[MeetingFile], list[BadRow]]:
    """The series of a file: one object, or a list of them. `row` of a BadRow counts the meetings.

    A meeting after `today` (the organisation's day) is refused: it has no minutes yet.
    """
    try:
        found = read_json(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return [], [BadRow(0, 0, "", N_("The file is not UTF-8."))]
    if isinstance(found, BadRow):
        return [], [found if raw.strip() else BadRow(0, 0, "", N_("The file is empty."))]
    bad: list[BadRow] = []
    files: list[MeetingFile] = []
    for single in found if isinstance(found, list) else [found]:
        try:
            files.append(_file(single, today, bad))
        except _Wrong as wrong:
            bad.append(BadRow(0, 0, wrong.column, wrong.reason, wrong.params))
    return files, bad


def _file(found: object, today: date, bad: list[BadRow]) -> MeetingFile:
    whole = _object(found, "", {"series", "people", "meetings"})
    series = _series(whole["series"])
    people: dict[str, str] = {}
    for place, entry in _list(whole["people"], "people"):
        person = _object(entry, place, {"email", "name"})
        email = _email(person["email"], f"{place}.email")
        people[email] = _line(person["name"], f"{place}.name", 120)
    meetings: list[PastMeeting] = []
    days: dict[date, int] = {}
    for number, (place, entry) in enumerate(_list(whole["meetings"], "meetings"), 1):
        try:
            meeting = _meeting(entry, place, today)
            if meeting.held_on in days:
                reason = N_("Meeting %(number)d is on this day too.")
                raise _Wrong(f"{place}.date", reason, number=days[meeting.held_on])
            days[meeting.held_on] = number
            meetings.append(meeting)
        except _Wrong as wrong:
            bad.append(BadRow(0, number, wrong.column, wrong.reason, wrong.params))
    for meeting in meetings:
        for email in meeting.present:
            people.setdefault(email, email.split("@")[0])
    return MeetingFile(series, people, tuple(sorted(meetings, key=lambda m: m.held_on)))


def _series(found: object) -> SeriesFacts:
    series = _object(found, "series", {"name", "weekday", "time", "timezone", "minutes"})
    try:
        name = zone(_line(series["timezone"], "series.timezone", 64))
    except ValueError:
        raise _Wrong("series.timezone", N_("It must be a time zone like Europe/Berlin.")) from None
    return SeriesFacts(
        name=_line(series["name"], "series.name", 120),
        weekday=_number(series["weekday"], "series.weekday", 1, 7),
        start_time=_time(series["time"], "series.time"),
        zone=name,
        minutes=_number(series["minutes"], "series.minutes", 5, 600),
    )


def _meeting(found: object, place: str, today: date) -> PastMeeting:
    meeting = _object(found, place, {"date", "present", "items"})
    day = _day(meeting["date"], f"{place}.date", today)
    present = tuple(
        dict.fromkeys(_email(e, p) for p, e in _list(meeting["present"], f"{place}.present"))
    )
    items: dict[str, PastItem] = {}
    for where, entry in _list(meeting["items"], f"{place}.items"):
        item = _item(entry, where)
        if items.setdefault(item.key, item) is not item:
            raise _Wrong(f"{where}.key", N_("This key stands twice in one meeting."))
    return PastMeeting(day, present, tuple(items.values()))


def _item(found: object, place: str) -> PastItem:
    item = _object(found, place, {"key", "title", "department", "notes", "outcome"})
    outcomes = {outcome.value: outcome for outcome in Outcome}
    outcome = item["outcome"]
    if not isinstance(outcome, str) or outcome not in outcomes:
        values = ", ".join(outcomes)
        raise _Wrong(f"{place}.outcome", N_("It must be one of: %(values)s."), values=values)
    notes = _text(item["notes"], f"{place}.notes", LONGEST_NOTE)
    return PastItem(
        key=_line(item["key"], f"{place}.key", 200),
        title=_line(item["title"], f"{place}.title", 255),
        department=_line(item["department"], f"{place}.department", 80),
        notes=notes.replace("\r\n", "\n").replace("\r", "\n"),
        outcome=outcomes[outcome],
    )


def _object(found: object, place: str, names: set[str]) -> dict[str, object]:
    if not isinstance(found, dict) or set(found) != names:
        reason = N_("It must be an object with exactly these names: %(names)s")
        raise _Wrong(place, reason, names=", ".join(sorted(names)))
    return found


def _list(found: object, place: str) -> Iterator[tuple[str, object]]:
    if not isinstance(found, list) or len(found) > MOST:
        raise _Wrong(place, N_("It must be a list of at most %(most)d."), most=MOST)
    return ((f"{place}[{index}]", entry) for index, entry in enumerate(found))


def _text(found: object, place: str, longest: int) -> str:
    if not isinstance(found, str):
        raise _Wrong(place, N_("It must be text."))
    if problem := storable(found):
        raise _Wrong(place, problem)
    if len(found) > longest:
        reason = N_("It has %(length)d characters. It may have up to %(longest)d.")
        raise _Wrong(place, reason, length=len(found), longest=longest)
    return found


def _line(found: object, place: str, longest: int) -> str:
    if not isinstance(found, str):
        raise _Wrong(place, N_("It must be text."))
    line = _text(" ".join(found.split()), place, longest)
    if not line:
        raise _Wrong(place, N_("It is empty."))
    return line


def _email(found: object, place: str) -> str:
    email = _line(found, place, 254).lower()
    if not EMAIL.fullmatch(email):
        raise _Wrong(place, N_("This is not a mail address."))
    return email


def _number(found: object, place: str, low: int, high: int) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not low <= found <= high:
        reason = N_("It must be a whole number from %(low)d to %(high)d.")
        raise _Wrong(place, reason, low=low, high=high)
    return found


def _time(found: object, place: str) -> time:
    if isinstance(found, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", found, re.ASCII):
        return time.fromisoformat(found)
    raise _Wrong(place, N_("It must be a time like 09:30."))


def _day(found: object, place: str, today: date) -> date:
    try:
        if not isinstance(found, str) or len(found) != 10:
            raise ValueError
        day = date.fromisoformat(found)
    except ValueError:
        raise _Wrong(place, N_("It must be a date like 2026-12-24.")) from None
    if day < FIRST_DAY:
        raise _Wrong(place, N_("It must be a date like 2026-12-24."))
    if day > today:
        raise _Wrong(place, N_("It lies in the future: only past meetings have minutes."))
    return day
