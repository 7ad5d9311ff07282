"""What was handed out in a cookie, which can be played again, counts once."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from meetingtracker.db import db
from meetingtracker.models.sign_in import OneTimeLink, hashed


def spend(kind: str, word: str, *, lasts: timedelta, at: datetime) -> bool:
    """Inside a write: use a random word up; False if it was used before.

    `lasts`: how long it is accepted at all.
    """
    session = db.session()
    try:
        with session.begin_nested():
            session.add(
                OneTimeLink(
                    kind=kind, token_hash=hashed(word), created_at=at, ends_at=at + lasts,
                    used_at=at,
                )
            )  # fmt: skip
    except IntegrityError:
        return False
    return True
