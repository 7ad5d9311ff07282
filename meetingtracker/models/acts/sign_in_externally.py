"""Who somebody is whom a provider vouches for, and what it says of their place and role."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db, for_change
from meetingtracker.models.acts.change_role import change_role
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person, folded
from meetingtracker.models.second_factor import ExternalIdentity
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.import_rows import EMAIL
from meetingtracker.rules.permissions import SYSTEM, Role

ADMIN = "admin"
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the provider says. `email`: only one that it has verified, else empty.

    `department`: None if it says nothing. `roles`: the roles of the person's groups, among those
    in `decided`, the roles that the provider's groups decide about.
    """

    issuer: str
    subject: str
    email: str
    name: str
    department: str | None
    roles: frozenset[str]
    decided: frozenset[str]


def person_vouched_for(who: Vouched, *, create: bool, at: datetime) -> Person | None:
    """Whose account it is; at the first time it is linked by the verified mail address.

    Afterwards the provider's own id counts, whatever becomes of the address. `create`: unknown
    people get an account. None for nobody, for what is no mail address, for somebody who has left,
    and where another id of the same provider has this account already: an address that was given
    to somebody new.
    """
    session = db.session()
    identity = session.scalar(
        sa.select(ExternalIdentity).where(
            ExternalIdentity.issuer == who.issuer, ExternalIdentity.subject == who.subject
        )
    )
    if identity is not None:
        known = session.get_one(Person, identity.person_id)
        return known if known.is_active else None
    address = folded(who.email)
    if not EMAIL.fullmatch(address) or len(address) > LONGEST_ADDRESS or not address.isprintable():
        return None
    query = sa.select(Person).where(Person.email == address)
    person = session.scalar(for_change(query, Person))
    if person is None:
        if not create:
            return None
        name = who.name[:120].strip() or who.email
        person = Person.join(email=address, name=name, by=SYSTEM, at=at)
    elif not person.is_active or _has_identity(person.id, who.issuer):
        return None
    ExternalIdentity.create(
        "identity.linked", by=SYSTEM, at=at, person_id=person.id, issuer=who.issuer,
        subject=who.subject, created_at=at,
    )  # fmt: skip
    return person


def follow(person: Person, who: Vouched, *, at: datetime) -> list[str]:
    """Give the person the department and role that the provider says; answers what did not go.

    A department that is not known here changes nothing, and the last administrator stays one.
    """
    missed = []
    if who.department is not None:
        department_id = _department(who.department)
        if department_id is None:
            missed.append(f"there is no department {who.department!r}")
        else:
            person.change(department_id=department_id, by=SYSTEM, at=at)
    role = _role(who) if who.decided - {ADMIN} else None
    is_admin = ADMIN in who.roles if ADMIN in who.decided else None
    try:
        change_role(person, role=role, is_admin=is_admin, by=SYSTEM, at=at)
    except RuleBroken as broken:
        missed.append(str(broken))
        change_role(person, role=role, by=SYSTEM, at=at)
    return missed


def _role(who: Vouched) -> Role:
    """The highest that is named; who is in no group that counts is a member."""
    return next(role for role in (Role.executive, Role.leader, Role.member)
                if role.value in who.roles or role is Role.member)  # fmt: skip


def roles_of(groups: Collection[str], role_map: dict[str, str]) -> frozenset[str]:
    return frozenset(role_map[group] for group in groups if group in role_map)


def _has_identity(person_id: int, issuer: str) -> bool:
    query = sa.select(ExternalIdentity.id).where(
        ExternalIdentity.person_id == person_id, ExternalIdentity.issuer == issuer
    )
    return db.session().scalar(query.limit(1)) is not None


def _department(name: str) -> int | None:
    return db.session().scalar(
        sa.select(Department.id).where(
            sa.func.lower(Department.name) == name.strip().lower(), Department.closed_at.is_(None)
        )
    )
