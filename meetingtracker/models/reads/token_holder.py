"""Whose a bearer token is: one query for every request of a program."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import (
    actor_of,
    is_delegate,
    led_by_person,
    led_of,
    stood_in_for,
)
from meetingtracker.models.sign_in import hashed
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A token that holds, and who acts with it."""

    token_id: int
    name: str
    scope: Scope
    last_used_at: datetime | None
    actor: Actor
    email: str


def token_holder(token: str, *, at: datetime) -> TokenHolder | None:
    """None for a token that is unknown or revoked, and for one whose owner has left."""
    row = (
        db.session()
        .execute(
            sa.select(ApiToken, Person, led_by_person(), is_delegate())
            .join(Person, Person.id == ApiToken.person_id)
            .where(
                ApiToken.token_hash == hashed(token),
                ApiToken.revoked_at.is_(None),
                Person.deactivated_at.is_(None),
            )
        )
        .first()
    )
    if row is None:
        return None
    found, person, led_ids, delegate = row
    return TokenHolder(
        token_id=found.id,
        name=found.name,
        scope=found.scope,
        last_used_at=found.last_used_at,
        actor=actor_of(person, led_of(led_ids), stood_in_for(person.id, at) if delegate else ()),
        email=person.email,
    )
