"""Import people from a table; the mail address is the key."""

from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.change_role import change_role
from meetingtracker.models.acts.import_plan import REASON, Context, Names, Plan
from meetingtracker.models.person import Person
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.errors import N_
from meetingtracker.rules.import_rows import PersonRow, read_people


def plan_people(raw: bytes, context: Context) -> Plan:
    """Check a file of people. Rights grow only: nobody loses the administrator's switch by a file.

    Newcomers have no password; an invitation gives them one. The plan's `store` needs a write.
    """
    rows, bad = read_people(raw)
    names = Names()
    stored = {person.email: person for person in db.session().scalars(sa.select(Person))}
    emails = {row.email for row in rows}
    work: list[tuple[PersonRow, dict[str, Any]]] = []
    created = 0
    for row in rows:
        department = names.department(row.department, "department", row, bad)
        if row.manager_email == row.email:
            reason = N_("Nobody is their own manager.")
            bad.append(BadRow(row.line, row.row, "manager_email", reason))
        elif row.manager_email not in emails:
            names.person(row.manager_email, "manager_email", row, bad, must_be_here=True)
        known = stored.get(row.email)
        if known is not None and not known.is_active:
            reason = N_("%(email)s has left. Bring them back on the page of people first.")
            bad.append(BadRow(row.line, row.row, "email", reason, {"email": row.email}))
            continue
        values = _values(row, department)
        if known is None:
            created += 1
            work.append((row, values))
        elif _differs(row, known, values, names):
            work.append((row, values))
    if bad:
        return Plan(sorted(bad, key=lambda b: (b.line, b.row)), rows=len(rows))
    return Plan(
        [], rows=len(rows), created=created, changed=len(work) - created,
        store=lambda: _store(work, context),
    )  # fmt: skip


def _values(row: PersonRow, department: int | None) -> dict[str, Any]:
    """What the row says; an empty cell says nothing."""
    values: dict[str, Any] = {"name": row.name, "role": row.role}
    said = {"department_id": department, "zone": row.zone, "language": row.language}
    values |= {name: value for name, value in said.items() if value}
    if row.is_admin:
        values["is_admin"] = True
    return values


def _differs(row: PersonRow, known: Person, values: dict[str, Any], names: Names) -> bool:
    manager = names.people.get(row.manager_email)
    if row.manager_email and (manager is None or manager.id != known.manager_id):
        return True
    return any(getattr(known, name) != value for name, value in values.items())


def _store(work: list[tuple[PersonRow, dict[str, Any]]], context: Context) -> None:
    by, at = context.by, context.at
    people = {person.email: person for person in db.session().scalars(sa.select(Person))}
    for row, values in work:
        person = people.get(row.email)
        if person is None:
            first = {
                name: values.pop(name)
                for name in ("role", "is_admin", "department_id")
                if name in values
            }
            person = Person.join(email=row.email, name=row.name, by=by, at=at, **first)
            people[row.email] = person
        role, is_admin = values.pop("role", None), values.pop("is_admin", None)
        change_role(person, role=role, is_admin=is_admin, by=by, at=at, reason=REASON)
        person.record("person.changed", by=by, at=at, reason=REASON, **values)
    for row, _ in work:
        if row.manager_email:
            manager_id = people[row.manager_email].id
            people[row.email].record(
                "person.changed", by=by, at=at, reason=REASON, manager_id=manager_id
            )
