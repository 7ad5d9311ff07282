"""What an export writes: the rows in the form in which an import reads them back."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.rules.import_rows import (
    ACTION_COLUMNS,
    ADMIN,
    ISSUE_COLUMNS,
    PERSON_COLUMNS,
)
from meetingtracker.rules.permissions import Actor, Role

CHUNK = 2000


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def own_mark() -> str:
    """Begins the key of every row that was not imported: nobody else's installation has it."""
    set_up_at = db.session().scalar(sa.select(Organisation.set_up_at))
    return f"own-{hashlib.sha256(str(set_up_at).encode()).hexdigest()[:8]}-"


def stored_rows(
    noun: type[Action] | type[Issue], columns: Iterable[Any], keys: set[str]
) -> dict[str, Any]:
    """The stored rows that go by these keys: their own external id, or the one an export gave."""
    mark = own_mark()
    own = {
        int(number): key
        for key in keys
        if key.startswith(mark) and (number := key.removeprefix(mark)).isdecimal()
    }
    found: dict[str, Any] = {}
    keyed = sa.select(*columns).where(noun.external_id.is_not(None))
    for row in db.session().execute(keyed.execution_options(yield_per=CHUNK)).mappings():
        if row["external_id"] in keys:
            found[row["external_id"]] = row
    native = sa.select(*columns).where(noun.external_id.is_(None))
    for row in db.session().execute(native).mappings() if own else ():
        if row["id"] in own:
            found.setdefault(own[row["id"]], row)
    return found


def actions_table(actor: Actor | None) -> Table:
    """Actions that the actor may see; None is the operator on the machine, who sees all."""
    mark = own_mark()
    query: Any = (
        sa.select(
            sa.func.coalesce(Action.external_id, mark + sa.cast(Action.id, sa.String)),
            Action.title, Department.name, Person.email, Action.due_on, Action.status,
            Action.priority, Action.description,
        )
        .outerjoin(Department, Department.id == Action.department_id)
        .outerjoin(Person, Person.id == Action.owner_id)
        .where(Action.undone_at.is_(None))
        .order_by(Action.id)
    )  # fmt: skip
    return Table(
        ACTION_COLUMNS, _stream(query if actor is None else query.where(visible_actions(actor)))
    )


def issues_table(actor: Actor | None) -> Table:
    mark = own_mark()
    raising, owning = aliased(Department), aliased(Department)
    query: Any = (
        sa.select(
            sa.func.coalesce(Issue.external_id, mark + sa.cast(Issue.id, sa.String)),
            Issue.title, raising.name, owning.name, Person.email, Issue.severity, Issue.stage,
            Issue.description,
        )
        .join(raising, raising.id == Issue.raising_department_id)
        .outerjoin(owning, owning.id == Issue.owning_department_id)
        .outerjoin(Person, Person.id == Issue.point_person_id)
        .order_by(Issue.id)
    )  # fmt: skip
    return Table(
        ISSUE_COLUMNS, _stream(query if actor is None else query.where(visible_issues(actor)))
    )


def people_table(actor: Actor | None) -> Table:
    """Everybody who is still here; nobody of them is confidential."""
    manager = aliased(Person)
    admin_only = sa.and_(Person.is_admin, Person.role == Role.member)
    query = (
        sa.select(
            Person.email, Person.name,
            sa.case((admin_only, ADMIN), else_=sa.cast(Person.role, sa.String)),
            Department.name, manager.email, Person.zone, Person.language,
        )
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(manager, manager.id == Person.manager_id)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.id)
    )  # fmt: skip
    return Table(PERSON_COLUMNS, _stream(query))


def _stream(query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Row by row: the whole table need not fit into memory."""
    for row in db.session().execute(query.execution_options(yield_per=CHUNK)):
        yield tuple(row)
