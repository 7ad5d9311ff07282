"""Issues as the API gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads.api.lists import Clause, Slice, Window, holds, rows_of
from meetingtracker.models.reads.cards import homes, made_cards, select_cards
from meetingtracker.models.reads.flags import is_open, issue_flag
from meetingtracker.rules.followup import Flag, Windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Customer, Stage


@dataclass(frozen=True, slots=True)
class IssueObject:
    """Departments by name, people by mail address; `next_due_on` is the earliest open promise."""

    id: int
    version: int
    external_id: str | None
    title: str
    description: str
    raising_department: str
    owning_department: str | None
    point_person: str | None
    severity: int
    customer: Customer
    customer_goal: str
    stage: Stage
    confidential: bool
    next_due_on: date | None
    flags: tuple[Flag, ...]
    created_at: datetime
    updated_at: datetime
    created_by: str | None


_raiser = aliased(Person)
FILTERS: Mapping[str, Any] = {
    "raising_department": Issue.raising_department_id,
    "owning_department": Issue.owning_department_id,
    "point_person": Issue.point_person_id,
    "created_by": Issue.raised_by_id,
    "severity": Issue.severity,
    "customer": Issue.customer,
    "stage": Issue.stage,
    "confidential": Issue.confidential,
    "external_id": Issue.external_id,
}


def issue_slice(
    actor: Actor, filters: Mapping[str, Any], window: Window, edges: Windows
) -> Slice[IssueObject]:
    """Those that the actor may see. `filters`: of FILTERS, by id; `flags` is a Flag."""
    where = [visible_issues(actor), holds(window.words, Issue.title, Issue.description)]
    for name, value in filters.items():
        if name == "flags":
            where += [is_open(), issue_flag(value, edges)]
        else:
            where.append(FILTERS[name] == value)
    rows, total, last_id = rows_of(_select(), Issue, where, window)
    return Slice(_objects(rows, edges), total, last_id)


def issue_object(edges: Windows, *where: Clause) -> IssueObject | None:
    """The one issue of these clauses; who may see it is for the caller to say."""
    rows = db.session().execute(_select().where(*where)).all()
    return _objects(rows, edges)[0] if rows else None


def _select() -> sa.Select[*tuple[Any, ...]]:
    return select_cards(
        Issue.version, Issue.external_id, Issue.description, Issue.customer, Issue.created_at,
        Issue.updated_at, Person.email.label("point_person"), _raiser.email.label("created_by"),
    ).outerjoin(_raiser, _raiser.id == Issue.raised_by_id)  # fmt: skip


def _objects(rows: Sequence[Any], edges: Windows) -> list[IssueObject]:
    cards = made_cards(rows, edges, homes())
    return [
        IssueObject(
            id=row.id, version=row.version, external_id=row.external_id, title=row.title,
            description=row.description, raising_department=card.raised_for.name,
            owning_department=card.owned_by.name if card.owned_by else None,
            point_person=row.point_person, severity=row.severity, customer=row.customer,
            customer_goal=row.customer_goal, stage=row.stage, confidential=row.confidential,
            next_due_on=card.due_on, flags=card.flags, created_at=row.created_at,
            updated_at=row.updated_at, created_by=row.created_by,
        )
        for row, card in zip(rows, cards, strict=True)
    ]  # fmt: skip
