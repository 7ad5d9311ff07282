"""What every import of a table shares: whom and what its cells name, and the plan of what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from meetingtracker import markup
from meetingtracker.db import Busy, db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.errors import N_
from meetingtracker.rules.permissions import Actor

REASON = "import"
"""The reason that every change of an import carries."""

Tell = Callable[[int, int], None]
"""Called now and then with the rows done and the rows there are."""


def tell_nobody(done: int, total: int) -> None:
    pass


@dataclass
class Plan:
    """What an import will do, or why it won't. `store` does it inside a write, all or nothing."""

    bad: list[BadRow]
    rows: int = 0
    created: int = 0
    changed: int = 0
    figures: dict[str, int] = field(default_factory=dict)
    store: Callable[[], None] = lambda: None

    @property
    def result(self) -> dict[str, int]:
        if self.figures:
            return self.figures | {"created": self.created}
        unchanged = self.rows - self.created - self.changed
        return {
            "rows": self.rows, "created": self.created, "changed": self.changed,
            "unchanged": unchanged,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Context:
    """Who imports, when, and on which day of the organisation. `sees_all`: on the machine itself,
    where a file may hold what the person may not read on the pages."""

    by: Actor
    at: datetime
    on: date
    tell: Tell = tell_nobody
    sees_all: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who exists; `here` unless they have left."""

    id: int
    department_id: int | None
    here: bool


NOT_YOURS = N_("It belongs to something that is not for you to see. Leave this line out.")


def hidden_ids(
    noun: type[Action] | type[Issue], visible: sa.ColumnElement[bool], context: Context
) -> frozenset[int]:
    """The rows that whoever imports may not read, and so must not overwrite."""
    if context.sees_all:
        return frozenset()
    unseen = ~sa.func.coalesce(visible, sa.false())  # an action without an owner is no one's own
    return frozenset(db.session().scalars(sa.select(noun.id).where(unseen)))


class HasLine(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def row(self) -> int: ...


class Names:
    """The departments and people that cells may name, read once."""

    def __init__(self) -> None:
        session = db.session()
        departments = session.execute(sa.select(Department.name, Department.id))
        self.departments = {name.lower(): i for name, i in departments}
        people = session.execute(
            sa.select(Person.email, Person.id, Person.department_id, Person.deactivated_at)
        )
        self.people = {
            email: Known(i, department_id, left is None) for email, i, department_id, left in people
        }

    def department(self, name: str, column: str, row: HasLine, bad: list[BadRow]) -> int | None:
        found = self.departments.get(name.lower())
        if name and found is None:
            reason = N_("There is no department “%(name)s”.")
            bad.append(BadRow(row.line, row.row, column, reason, {"name": name}))
        return found

    def person(
        self, email: str, column: str, row: HasLine, bad: list[BadRow], *, must_be_here: bool
    ) -> Known | None:
        found = self.people.get(email)
        if email and found is None:
            reason = N_("There is nobody with the address %(email)s.")
            bad.append(BadRow(row.line, row.row, column, reason, {"email": email}))
        elif found and must_be_here and not found.here:
            reason = N_("%(email)s has left: name somebody who is still here.")
            bad.append(BadRow(row.line, row.row, column, reason, {"email": email}))
        return found


# One plain paragraph, which Markdown leaves alone: most rows of most tables. The full renderer
# takes most of a millisecond for it, which a hundred thousand rows would feel.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,;?()%]|(?<=[^\W_])-(?=[^\W_])|\.(?= |$))*")


@lru_cache(maxsize=2048)
def rendered(text: str) -> str:
    """The stored HTML of a description."""
    if not text:
        return ""
    if _PLAIN.fullmatch(text) and "  " not in text:
        return f"<p>{text}</p>"
    return markup.render(text).html


def refuse_if_known(column: InstrumentedAttribute[str | None], keys: set[str]) -> None:
    """Somebody else stored some of these rows since they were checked: check again. Raises Busy."""
    stored = db.session().scalars(sa.select(column).where(column.is_not(None)))
    if any(key in keys for key in stored):
        raise Busy
