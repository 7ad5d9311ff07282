"""The versions of the ladder's policy: who set which number when, and what it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.models.policy import LADDER, Policy
from meetingtracker.rules.ladder import GENTLE

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `changes`: path of a setting (“normal.remind”) → from, to."""

    number: int
    at: datetime
    by: str | None
    changes: dict[str, tuple[Any, Any]]


def versions() -> list[Version]:
    """The newest first, SHOWN at most."""
    rows = db.session().execute(
        sa.select(Policy, Person.name)
        .outerjoin(Person, Person.id == Policy.made_by_id)
        .where(Policy.kind == LADDER)
        .order_by(Policy.number.desc())
        .limit(SHOWN + 1)
    ).all()  # fmt: skip
    bodies = [flat(row.body) for row, _name in rows] + [flat(GENTLE.body())]
    return [
        Version(row.number, row.valid_from, name, _changed(bodies[place + 1], bodies[place]))
        for place, (row, name) in enumerate(rows[:SHOWN])
    ]


def flat(body: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """A policy's body with a path for each value."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        found |= flat(value, f"{name}.") if isinstance(value, Mapping) else {before + name: value}
    return found


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {path: (old.get(path), value) for path, value in new.items() if old.get(path) != value}
