"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One device; `device` is its browser's own line, `is_this` marks the one that asks."""

    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


def open_sessions(person_id: int, *, this: int, at: datetime) -> list[OpenSession]:
    """The person's sessions that hold: the one of the id `this`, then the newest used."""
    rows = db.session().scalars(
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.ends_at > at)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    found = [
        OpenSession(row.id, row.device, row.created_at, row.last_seen_at, row.id == this)
        for row in rows
        if row.holds(at)
    ]
    return sorted(found, key=lambda session: not session.is_this)
