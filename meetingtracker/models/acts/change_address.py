"""Somebody's mail address changes, at once or by a link that the new one receives."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person, folded
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def change_address(person: Person, address: str, *, by: Actor, at: datetime, tell: bool) -> bool:
    """False if it is the person's already. Links sent to the old address end.

    `tell`: the old address gets a notice. Raises RuleBroken (field "email") for one that is taken.
    """
    old, address = person.email, folded(address)
    if address == old:
        return False
    try:
        if is_taken(address):
            raise RuleBroken(N_("Somebody has this mail address already."), field="email")
        person.record("person.address_changed", by=by, at=at, email=address)
        db.session().flush()
    except IntegrityError as same:  # somebody took it in this very moment
        raise RuleBroken(N_("Somebody has this mail address already."), field="email") from same
    OneTimeLink.end_all(person.id, at=at)
    if tell:
        key = f"account.address_changed:{person.id}:{person.version}"
        Outbox.queue(key, "account.address_changed", person_id=person.id, at=at, address=old)
    return True


def is_taken(address: str) -> bool:
    query = sa.select(Person.id).where(Person.email == folded(address))
    return db.session().scalar(query) is not None
