"""One line typed in the meeting, such as `a Reserve stock at payment @tom next tue`."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from meetingtracker.rules.errors import N_


class Kind(StrEnum):
    """What a line becomes: its first letter."""

    ACTION = "a"
    DECISION = "d"
    ISSUE = "i"
    NOTE = "n"


@dataclass(frozen=True)
class PersonName:
    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Captured:
    """What was understood. `problems` are sentences; what was not understood stays in `text`."""

    kind: Kind
    text: str
    owner_id: int | None = None
    due_on: date | None = None
    problems: tuple[str, ...] = ()


_PREFIX = re.compile(r"([adin])\s+(.*)|([adinADIN]):\s*(.*)", re.DOTALL)
_MENTION = re.compile(r"@([\w.+-]*\w)[.,;:!]?")
_LEAD_INS = ("by", "on", "due", "until")
_LONGEST_DATE = 4  # words, as in "day after tomorrow" or "end of next month", lead-in apart

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def parse_line(line: str, *, today: date, people: Sequence[PersonName]) -> Captured:
    """Read one captured line; `today` is the civil date in the organisation's zone.

    `a`, `d`, `i` or `n` and a blank (small letter) or a colon (either case) name the kind; any
    other line is a note and is kept as typed. At the end of an action stand its owner and its
    date, in either order; a decision or an issue takes a person only. A person may also stand
    first (`a @tom reserve stock`); one in the middle of the sentence stays in its text and owns
    the line if nobody else is named.
    """
    line = line.strip()
    prefix = _PREFIX.fullmatch(line)
    if prefix is None:
        return Captured(Kind.NOTE, line)
    kind = Kind((prefix[1] or prefix[3]).lower())
    rest = (prefix[2] if prefix[1] else prefix[4]).strip()
    if kind is Kind.NOTE:
        return Captured(kind, rest, problems=() if rest else (_EMPTY,))

    words = rest.split()
    problems: list[str] = []
    due_on = None
    if kind is Kind.ACTION:
        due_on = _take_date(words, today, problems)
    owner_id = _take_owner(words, people, problems)
    if kind is Kind.ACTION and due_on is None and owner_id is not None:
        due_on = _take_date(words, today, problems)  # "... next tue @tom"
    if due_on and due_on < today:
        problems.append(N_("%(day)s has passed.") % {"day": due_on.isoformat()})
    if due_on and due_on > _LATEST:
        problems.append(N_("Give a date between 1970 and 2200."))
    if not words:
        problems.append(_EMPTY)
    return Captured(kind, " ".join(words), owner_id, due_on, tuple(dict.fromkeys(problems)))


_EMPTY = N_("The line says nothing yet.")
_LATEST = date(2200, 12, 31)


def _take_date(words: list[str], today: date, problems: list[str]) -> date | None:
    """Cut a date and its lead-in ("by", "on", "due", "until") off the end of `words`."""
    for length in range(min(_LONGEST_DATE, len(words)), 0, -1):
        phrase = " ".join(words[-length:])
        try:
            day = day_in_words(phrase, today)
        except ValueError:
            problems.append(N_("There is no such day: %(day)s") % {"day": phrase})
            return None
        if day is not None:
            del words[-length:]
            if words and words[-1].lower() in _LEAD_INS:
                words.pop()
            return day
    return None


def _take_owner(words: list[str], people: Sequence[PersonName], problems: list[str]) -> int | None:
    """The owner named last, first or, alone, in the middle; cut off `words` at either end."""
    mentions = [(k, m[1]) for k, word in enumerate(words) if (m := _MENTION.fullmatch(word))]
    if not mentions:
        return None
    at, handle = mentions[-1]
    if at != len(words) - 1:
        if mentions[0][0] == 0:
            at, handle = mentions[0]
        elif len(mentions) > 1:
            named = " ".join(f"@{name}" for _, name in mentions)
            problems.append(N_("Who owns it? Named are %(names)s") % {"names": named})
            return None
    found = people_called(handle, people)
    if not found:
        problems.append(N_("Nobody here is called @%(handle)s") % {"handle": handle})
        return None
    if len(found) > 1:
        names = ", ".join(f"{person.name} ({person.email})" for person in found)
        problems.append(
            N_("@%(handle)s may be any of: %(names)s") % {"handle": handle, "names": names}
        )
        return None
    if at in (0, len(words) - 1):
        del words[at]
    return found[0].id


def people_called(handle: str, people: Sequence[PersonName]) -> list[PersonName]:
    """Everybody whom @handle may mean: first name, full name joined by dots, or the part of the
    mail address before its @. Case and accents do not matter."""
    wanted = _folded(handle)
    return [
        person
        for person in people
        if wanted
        in (
            _folded(person.name.split()[0] if person.name.split() else ""),
            _folded(".".join(person.name.split())),
            _folded(person.email.partition("@")[0]),
        )
    ]


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def day_in_words(phrase: str, today: date) -> date | None:
    """The day that a phrase names, seen from `today`; None if it names none.

    A weekday is the next such day after today, never today; "next" with a weekday is that day of
    the next ISO week (on a Wednesday, "fri" is in two days and "next fri" in nine); "next week"
    and "end of week" mean the Friday, "end of week" after a Friday the coming one. A day without
    a year is the next such day, today included. Months are added by the calendar: a month from
    31 January is the last of February. ValueError for a day that does not exist (31.11., or
    29.2. if neither this nor the next year has one).
    """
    phrase = phrase.lower().rstrip(",;!")
    words = phrase.rstrip(".")  # the end of a sentence; in "24.12." the dot belongs to the date
    return _by_name(words, today) or _by_distance(words, today) or _by_date(phrase, today)


def _by_name(phrase: str, today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    next_month = _add_months(today.replace(day=1), 1)
    named = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "day after tomorrow": today + timedelta(days=2),
        "end of week": _after(today - timedelta(days=1), 4),
        "next week": monday + timedelta(days=11),
        "end of month": _month_end(today),
        "end of next month": _month_end(next_month),
        "end of year": date(today.year, 12, 31),
    }
    if phrase in named:
        return named[phrase]
    first, _, rest = phrase.rpartition(" ")
    weekday = _position(rest, _WEEKDAYS)
    if weekday is None or first not in ("", "this", "next"):
        return None
    return monday + timedelta(days=7 + weekday) if first == "next" else _after(today, weekday)


def _by_distance(phrase: str, today: date) -> date | None:
    match = re.fullmatch(r"in (\d{1,3}|[a-z]+) (day|week|month)s?", phrase)
    if match is None:
        return None
    count = int(match[1]) if match[1].isdecimal() else _COUNTS.get(match[1])
    if count is None:
        return None
    if match[2] == "month":
        return _add_months(today, count)
    return today + timedelta(days=count * (7 if match[2] == "week" else 1))


def _by_date(phrase: str, today: date) -> date | None:
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", phrase, re.ASCII):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4}|\d\d)?", phrase, re.ASCII):
        year = int(match[3]) if match[3] else None
        return _day_of(today, int(match[1]), int(match[2]), year)
    day_first = r"(?P<day>\d\d?)(?:st|nd|rd|th|\.)? (?P<month>[a-z]+)\.?"
    month_first = r"(?P<month>[a-z]+)\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,?"
    for pattern in (day_first, month_first):
        match = re.fullmatch(pattern + r"(?: (?P<year>\d{4}))?", phrase, re.ASCII)
        month = _position(match["month"], _MONTHS) if match else None
        if match and month is not None:
            year = int(match["year"]) if match["year"] else None
            return _day_of(today, int(match["day"]), month + 1, year)
    return None


def _day_of(today: date, day: int, month: int, year: int | None) -> date:
    """That day of the year given, else this year or, if it has passed, next year."""
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    for year_near in (today.year, today.year + 1):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year_near, month)[1]:
            found = date(year_near, month, day)
            if found >= today:
                return found
    raise ValueError("no such day this year or next")


def _position(word: str, names: Sequence[str]) -> int | None:
    """Which of the names this is, in full or shortened to three letters or more."""
    if len(word) < 3:
        return None
    return next((k for k, name in enumerate(names) if name.startswith(word)), None)


def _after(day: date, weekday: int) -> date:
    """The next such weekday (0 is Monday) strictly after `day`."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
