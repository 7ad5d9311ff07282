"""Somebody's password changes: what the old one opened ends."""

from datetime import datetime

from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import OneTimeLink, end_all
from meetingtracker.rules.permissions import Actor


def change_password(
    person: Person,
    password_hash: str,
    *,
    by: Actor,
    at: datetime,
    but: str | None = None,
    tell: bool,
) -> None:
    """End every link of the person, and every session except the one of the token `but`.

    `tell`: the person gets a notice by mail.
    """
    person.set_password(password_hash, by=by, at=at)
    end_all(person.id, at=at, but=but)
    OneTimeLink.end_all(person.id, at=at)
    if tell:
        key = f"account.password_changed:{person.id}:{person.version}"
        Outbox.queue(key, "account.password_changed", person_id=person.id, at=at)
