"""What lists may be asked for in their address: read strictly, an unknown value is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from meetingtracker.db import db
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken

NOBODY = 0
"""Asked for as "none": no point person, no department."""
LONGEST = 200
"""Characters of a search text."""
Choice = TypeVar("Choice", bound=StrEnum)


def read_text(query: Mapping[str, str], name: str = "q") -> str:
    text = query.get(name, "").replace("\0", "").encode("utf-8", "ignore").decode().strip()
    if len(text) > LONGEST:
        raise RuleBroken(N_("Search for at most %(most)d characters."), field=name, most=LONGEST)
    return text


def read_choice(query: Mapping[str, str], name: str, enum: type[Choice]) -> Choice | None:
    """One of the enum's values, None if it is not asked for."""
    value = query.get(name) or None
    if value is None:
        return None
    try:
        return enum(value)
    except ValueError:
        raise _unknown(name, value) from None


def read_word(query: Mapping[str, str], name: str, words: tuple[str, ...], default: str) -> str:
    value = query.get(name) or default
    if value not in words:
        raise _unknown(name, value)
    return value


def read_number(query: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    value = query.get(name) or None
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10) or not (
        low <= int(value) <= high
    ):
        raise _unknown(name, value)
    return int(value)


def read_department(query: Mapping[str, str], name: str) -> int | None:
    """An existing department's id, NOBODY for "none", None if it is not asked for."""
    return _read_id(query, name, Department)


def read_person(query: Mapping[str, str], name: str) -> int | None:
    """An existing person's id (those who left may be asked for), NOBODY for "none", or None."""
    return _read_id(query, name, Person)


def _read_id(
    query: Mapping[str, str], name: str, noun: type[Department] | type[Person]
) -> int | None:
    if query.get(name) == "none":
        return NOBODY
    value = read_number(query, name, 1, 2**31 - 1)
    if value is not None and db.session().get(noun, value) is None:
        raise _unknown(name, str(value))
    return value


def _unknown(name: str, value: str) -> RuleBroken:
    return RuleBroken(
        N_("This list has no %(name)s “%(value)s”."), field=name, name=name, value=value[:40]
    )
