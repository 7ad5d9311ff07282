"""One slice of a list: the newest first, by id, so that rows added meanwhile shift nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from meetingtracker.db import db

Row = TypeVar("Row")
Clause = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """`total` counts all pages; `last_id` is None on the last one."""

    items: list[Row]
    total: int
    last_id: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """Which slice: up to `limit` rows older than the id `after`, with every word of `words`."""

    limit: int
    after: int | None = None
    words: str = ""


def rows_of(
    query: sa.Select[Any], noun: type[Any], where: Sequence[Clause], window: Window
) -> tuple[list[Any], int, int | None]:
    """The rows of a slice, how many there are in all, and the last id if more follow.

    `where` speaks of the noun's own table alone: counting a hundred thousand rows without the
    tables that only lend names takes a third of the time.
    """
    session = db.session()
    older = [*where] if window.after is None else [*where, noun.id < window.after]
    found = session.execute(
        query.where(*older).order_by(noun.id.desc()).limit(window.limit + 1)
    ).all()
    total = session.scalar(sa.select(sa.func.count()).select_from(noun).where(*where)) or 0
    rows = list(found[: window.limit])
    return rows, total, rows[-1].id if len(found) > window.limit else None


def holds(words: str, *columns: Any) -> Clause:
    """Every word in one of the columns, in any order, without regard to case."""
    return sa.and_(
        sa.true(),
        *(sa.or_(*(c.icontains(word, autoescape=True) for c in columns)) for word in words.split()),
    )
