"""What somebody can prove themselves with beside the password, and whether they have to."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import actor_of
from meetingtracker.models.second_factor import RecoveryCode, SecondFactor
from meetingtracker.rules.accounts import FactorKind, needs_factor


@dataclass(frozen=True, slots=True)
class Factor:
    """One that counts. `secret`: an app's seed, encrypted, or a passkey's public key."""

    id: int
    person_id: int
    kind: FactorKind
    name: str
    secret: str
    credential_id: str | None
    sign_count: int
    last_step: int | None
    created_at: datetime
    last_used_at: datetime | None


def factors_of(person_id: int) -> list[Factor]:
    """The oldest first."""
    return _factors(SecondFactor.person_id == person_id)


def passkey(credential_id: str) -> Factor | None:
    """The passkey with this id, of somebody who is here."""
    found = _factors(
        SecondFactor.credential_id == credential_id,
        sa.exists().where(
            Person.id == SecondFactor.person_id, Person.deactivated_at.is_(None)
        ),
    )  # fmt: skip
    return found[0] if found else None


def _factors(*which: sa.ColumnElement[bool]) -> list[Factor]:
    columns = [getattr(SecondFactor, name) for name in Factor.__slots__]
    rows = db.session().execute(
        sa.select(*columns).where(SecondFactor.removed_at.is_(None), *which)
        .order_by(SecondFactor.id)
    )  # fmt: skip
    return [Factor(*row) for row in rows]


def codes_left(person_id: int) -> int:
    """How many recovery codes still work."""
    query = sa.select(sa.func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session().scalar(query) or 0


def must_have_factor(person: Person) -> bool:
    """By the organisation's policy."""
    known = the_organisation()
    return known is not None and needs_factor(actor_of(person, frozenset()), known.factor_policy)


def is_asked_for_factor(person: Person) -> bool:
    """Whether the password, or a link in its place, is not enough: by policy or by own choice."""
    own = sa.select(SecondFactor.id).where(
        SecondFactor.person_id == person.id, SecondFactor.removed_at.is_(None)
    )
    return must_have_factor(person) or db.session().scalar(own.limit(1)) is not None
