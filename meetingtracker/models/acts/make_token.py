"""Make a token for a program: it may what its owner may, as far as its scope goes."""

import secrets
from datetime import datetime

from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import hashed
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

PREFIX = "mt_"
"""So that people, and programs that look for leaked secrets, know one when they see it."""


def make_token(
    person: Person | None, *, name: str, scope: Scope, by: Actor, at: datetime
) -> tuple[int, str]:
    """Its id and the token itself: the only time it is known. RuleBroken for who has left."""
    if person is None or not person.is_active:
        raise RuleBroken(N_("Choose somebody who is still here."), field="person")
    if not name.strip():
        raise RuleBroken(N_("Say what the token is for."), field="name")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.make(
        person_id=person.id, name=name, scope=scope, token_hash=hashed(token), by=by, at=at
    )
    return row.id, token
