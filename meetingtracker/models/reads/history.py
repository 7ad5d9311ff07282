"""The history of an issue or an action, oldest first, with every name it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. `names` maps "person:3" and "department:2" to names for the ids in `changes`."""

    at: datetime
    who: str | None
    kind: str
    title: str
    reason: str | None
    changes: dict[str, list[Any]]
    names: dict[str, str]


def history(subjects: Iterable[tuple[str, int]], titles: dict[int, str]) -> list[Happening]:
    """Events of the subjects (type, id). `titles` names actions by id. Three queries at most."""
    wanted: dict[str, list[int]] = {}
    for kind, subject_id in subjects:
        wanted.setdefault(kind, []).append(subject_id)
    rows = (
        db.session()
        .execute(
            sa.select(Event, Person.name)
            .outerjoin(Person, Person.id == Event.actor_id)
            .where(
                sa.or_(
                    sa.false(),
                    *(
                        sa.and_(Event.subject_type == kind, Event.subject_id.in_(ids))
                        for kind, ids in wanted.items()
                    ),
                )
            )
            .order_by(Event.at, Event.id)
        )
        .all()
    )
    names = _names([event for event, _ in rows])
    return [
        Happening(
            at=event.at,
            who=who,
            kind=event.kind,
            title=titles.get(event.subject_id, "") if event.subject_type == "action" else "",
            reason=event.reason,
            changes=event.changes,
            names=names,
        )
        for event, who in rows
    ]


def issue_history(issue_id: int, actions: Iterable[Action]) -> list[Happening]:
    """The issue's own events and those of its actions."""
    titles = {action.id: action.title for action in actions}
    return history([("issue", issue_id), *(("action", i) for i in titles)], titles)


def _names(events: list[Event]) -> dict[str, str]:
    people, departments = set[int](), set[int]()
    for event in events:
        for field, pair in event.changes.items():
            if field.endswith("department_id"):
                departments.update(v for v in pair if isinstance(v, int))
            elif field in ("owner_id", "point_person_id", "nominee_id", "blocker_person_id"):
                people.update(v for v in pair if isinstance(v, int))
    session = db.session()
    names: dict[str, str] = {}
    if people:
        found = session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(people)))
        names |= {f"person:{i}": name for i, name in found}
    if departments:
        found = session.execute(
            sa.select(Department.id, Department.name).where(Department.id.in_(departments))
        )
        names |= {f"department:{i}": name for i, name in found}
    return names
