"""A second factor is added or taken away: its person hears of it, and what it opened ends."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db, for_change
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.reads.factors import codes_left
from meetingtracker.models.reads.visitor import actor as actor_named
from meetingtracker.models.second_factor import RecoveryCode, SecondFactor
from meetingtracker.models.sign_in import end_all
from meetingtracker.rules.accounts import FactorKind, FactorPolicy, needs_factor
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def add_factor(
    person: Person,
    kind: FactorKind,
    *,
    name: str,
    secret: str,
    code_hashes: Sequence[str] = (),
    credential_id: str | None = None,
    sign_count: int = 0,
    last_step: int | None = None,
    by: Actor,
    at: datetime,
    tell: bool,
) -> bool:
    """Add it. Whether `code_hashes` became the recovery codes: only where none was left.

    `tell`: the person gets a notice by mail.
    """
    factor = SecondFactor.create(
        "factor.added", by=by, at=at, person_id=person.id, kind=kind, name=name[:80],
        secret=secret, credential_id=credential_id, sign_count=sign_count, last_step=last_step,
        created_at=at,
    )  # fmt: skip
    if tell:
        _tell(factor, "added", at=at)
    if not code_hashes or codes_left(person.id):
        return False
    RecoveryCode.renew(person.id, code_hashes, at=at)
    return True


def remove_factor(
    factor_id: int, person: Person, *, by: Actor, at: datetime, but: str | None, tell: bool
) -> bool:
    """Take one away; every session ends except the one of the token `but`.

    False if it is not the person's, or is away already. Raises RuleBroken for the last one of
    somebody who must have one.
    """
    kept = _active(person.id)
    factor = next((one for one in kept if one.id == factor_id), None)
    if factor is None:
        return False
    known = the_organisation()
    policy = known.factor_policy if known else FactorPolicy.nobody
    if len(kept) == 1 and needs_factor(actor_named(person.id), policy):
        raise RuleBroken(
            N_("You need a second factor here, and this is your last: set another one up first.")
        )
    _remove([factor], person, by=by, at=at, but=but, tell=tell)
    if len(kept) == 1:
        RecoveryCode.renew(person.id, (), at=at)
    return True


def remove_factors(person: Person, *, by: Actor, at: datetime, tell: bool) -> int:
    """Take away all that somebody lost, codes too, and end every session. Answers how many.

    Who must have one sets a new one up at the next sign-in.
    """
    factors = _active(person.id)
    if factors:
        _remove(factors, person, by=by, at=at, but=None, tell=tell)
    RecoveryCode.renew(person.id, (), at=at)
    return len(factors)


def _active(person_id: int) -> list[SecondFactor]:
    """Of somebody, locked: two that are taken away at once don't leave nothing behind."""
    session = db.session()
    session.execute(for_change(sa.select(Person.id).where(Person.id == person_id), Person))
    query = sa.select(SecondFactor).where(
        SecondFactor.person_id == person_id, SecondFactor.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(SecondFactor.id)))


def _remove(
    factors: list[SecondFactor],
    person: Person,
    *,
    by: Actor,
    at: datetime,
    but: str | None,
    tell: bool,
) -> None:
    for factor in factors:
        factor.remove(by=by, at=at)
    end_all(person.id, at=at, but=but)
    if tell:
        _tell(factors[-1], "removed", at=at)


def _tell(factor: SecondFactor, change: str, *, at: datetime) -> None:
    key = f"account.factor_changed:{factor.id}:{factor.version}"
    Outbox.queue(
        key, "account.factor_changed", person_id=factor.person_id, at=at, change=change,
        factor=factor.kind.value,
    )  # fmt: skip
