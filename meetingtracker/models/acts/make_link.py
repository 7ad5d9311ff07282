"""A link by which somebody comes in: handed on by an administrator, or by mail."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.change_address import is_taken
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person, folded
from meetingtracker.models.sign_in import COPIED_LASTS, OneTimeLink
from meetingtracker.models.throttle import Failure
from meetingtracker.rules.accounts import MAILS_PER_ACCOUNT


def make_link(person: Person, kind: str, *, at: datetime) -> str:
    """The token of a link to hand on by hand (COPIED_LASTS); every earlier link of theirs ends."""
    OneTimeLink.end_all(person.id, at=at)
    return OneTimeLink.make(kind, at=at, lasts=COPIED_LASTS[kind], person_id=person.id)


def mail_link(kind: str, address: str, *, at: datetime) -> bool:
    """Have a link ("sign_in" or "reset") mailed to an account; False if there is none.

    What is asked too often is dropped. For nobody the same work is done as for somebody.
    """
    known = db.session().scalar(
        sa.select(Person.id).where(Person.email == folded(address), Person.deactivated_at.is_(None))
    )
    return _queue(kind, known, Failure.of("mail", folded(address)), at=at, to=None)


def mail_new_address(person: Person, address: str, *, at: datetime) -> bool:
    """Have a link mailed to a new address, which it confirms; False for one that is taken."""
    asks = Failure.of("new address", str(person.id))
    meant = None if is_taken(address) else person.id
    return _queue("new_address", meant, asks, at=at, to=folded(address))


def _queue(kind: str, person_id: int | None, asked: str, *, at: datetime, to: str | None) -> bool:
    """`asked`: the key under which such mails are counted."""
    key = f"account.{kind}:{asked[:32]}:{at.isoformat()}"
    nobody = Failure.of("nobody", key)
    too_often = Failure.closed_until(asked, MAILS_PER_ACCOUNT, at=at) is not None
    Failure.note(nobody if too_often else asked, at=at)
    is_queued = person_id is not None and not too_often
    if person_id is not None and is_queued:
        Outbox.queue(key, f"account.{kind}", person_id=person_id, at=at, address=to)
    else:  # a look at the table and one more row, as for the others
        db.session().scalar(sa.select(Outbox.id).where(Outbox.key == key))
        db.session().add(Failure(key=nobody, at=at))
    db.session().flush()
    return is_queued
