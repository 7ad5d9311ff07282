"""The history as people read it: who changed what, from what to what, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import Base, db
from meetingtracker.models.department import Department
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person
from meetingtracker.models.reads.agenda_lines import hidden_issues
from meetingtracker.models.reads.api.events import visible_events
from meetingtracker.models.reads.filters import read_number, read_person, read_word
from meetingtracker.rules.calendar import end_of_day
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

PAGE = 50
CHUNK = 1000
SUBJECTS = (
    "action", "agenda_item", "absence", "api_token", "comment", "decision", "department", "issue",
    "meeting", "organisation", "person", "second_factor", "series",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """`since` and `until` are days of the organisation, both included."""

    person: int | None
    subject: str
    since: date | None
    until: date | None
    before: int | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """`changes`: field, what it was, what it became; people and departments by name."""

    id: int
    at: datetime
    who: str | None
    kind: str
    subject_type: str
    subject_id: int
    reason: str | None
    changes: list[tuple[str, str, str]]


def read_filters(query: Mapping[str, str]) -> AuditFilters:
    """From an address; RuleBroken for what is not known."""
    return AuditFilters(
        person=read_person(query, "person"),
        subject=read_word(query, "subject", ("", *SUBJECTS), ""),
        since=_read_day(query, "since"),
        until=_read_day(query, "until"),
        before=read_number(query, "before", 1, 2**31 - 1),
    )


def _read_day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RuleBroken(N_("Give a date like 2026-12-24."), field=name) from None


def _where(actor: Actor, filters: AuditFilters, zone: str) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [visible_events(actor)]
    if filters.person is not None:
        where.append(
            sa.or_(
                Event.actor_id == filters.person,
                sa.and_(Event.subject_type == "person", Event.subject_id == filters.person),
            )
        )
    if filters.subject:
        where.append(Event.subject_type == filters.subject)
    if filters.since:
        where.append(Event.at >= end_of_day(filters.since - timedelta(days=1), zone))
    if filters.until:
        where.append(Event.at < end_of_day(filters.until, zone))
    return where


def audit(actor: Actor, filters: AuditFilters, zone: str) -> tuple[list[AuditRow], int]:
    """A page of rows before the event `filters.before`, and how many there are in all."""
    where = _where(actor, filters, zone)
    total = db.session().scalar(sa.select(sa.func.count(Event.id)).where(*where)) or 0
    return _rows(actor, where, filters.before, PAGE), total


def every_row(actor: Actor, filters: AuditFilters, zone: str) -> Iterator[AuditRow]:
    """All rows of the filter, in chunks, for a file."""
    where, before = _where(actor, filters, zone), None
    while rows := _rows(actor, where, before, CHUNK):
        yield from rows
        before = rows[-1].id


def _rows(
    actor: Actor, where: list[sa.ColumnElement[bool]], before: int | None, most: int
) -> list[AuditRow]:
    if before is not None:
        where = [*where, Event.id < before]
    found = db.session().execute(
        sa.select(Event, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(*where)
        .order_by(Event.id.desc())
        .limit(most)
    )
    rows = [(event, who) for event, who in found]
    named = [v for event, _who in rows for v in event.changes.get("issue_id", ())]
    hidden = hidden_issues(named, actor)
    names = _names()
    return [_row(event, who, names, hidden) for event, who in rows]


def _row(
    event: Event, who: str | None, names: dict[tuple[str, int], str], hidden: set[int | None]
) -> AuditRow:
    changes = [
        (field, *(_said(event.subject_type, field, value, names) for value in values))
        for field, values in event.changes.items()
        if not (field == "issue_id" and hidden.intersection(values)) and _tells(field, *values)
    ]
    return AuditRow(
        event.id, event.at, who, event.kind, event.subject_type, event.subject_id, event.reason,
        changes,  # type: ignore[arg-type]
    )  # fmt: skip


def _tells(field: str, old: Any, new: Any) -> bool:
    """What every new row begins with, and when it was made, stands in the line already."""
    return old is not None or (bool(new) and not field.endswith("_at"))


def _names() -> dict[tuple[str, int], str]:
    session = db.session()
    people = session.execute(sa.select(Person.id, Person.name))
    homes = session.execute(sa.select(Department.id, Department.name))
    return {("person", i): name for i, name in people} | {
        ("department", i): name for i, name in homes
    }


def _said(subject_type: str, field: str, value: Any, names: dict[tuple[str, int], str]) -> str:
    """An id of a person or department as its name; everything else as it was written."""
    if value is None or isinstance(value, bool):
        return "" if value is None else N_("yes") if value else N_("no")
    table = Base.metadata.tables.get(subject_type)
    column = table.c.get(field) if table is not None else None
    for key in column.foreign_keys if column is not None else ():
        if name := names.get((key.column.table.name, value)):
            return name
    return str(value)
