"""How it stands with outgoing mail."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person

SHOWN = 100
RECENT = 50


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that is not tried again until somebody says so."""

    id: int
    kind: str
    name: str
    address: str
    failed_at: datetime
    error: str
    is_too_late: bool


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """`error`, `next_try_at`: of the message that met a problem last and is still tried."""

    waiting: int
    oldest_at: datetime | None
    last_sent_at: datetime | None
    error: str | None
    next_try_at: datetime | None
    set_aside: tuple[SetAside, ...]
    set_aside_total: int


def outgoing_mail(*, at: datetime) -> OutgoingMail:
    session = db.session()
    troubled = session.execute(
        sa.select(Outbox.error, Outbox.due_at)
        .where(*Outbox.unsent(), Outbox.error.is_not(None))
        .order_by(Outbox.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    aside = (Outbox.failed_at.is_not(None), Outbox.error.is_not(None))
    rows = session.execute(
        sa.select(Outbox, Person.name, Person.email).join(Person, Person.id == Outbox.person_id)
        .where(*aside).order_by(Outbox.failed_at.desc(), Outbox.id.desc()).limit(SHOWN)
    )  # fmt: skip
    return OutgoingMail(
        waiting=_count(*Outbox.unsent()),
        oldest_at=oldest_unsent(at=at),
        last_sent_at=session.scalar(sa.select(sa.func.max(Outbox.sent_at))),
        error=troubled.error if troubled else None,
        next_try_at=troubled.due_at if troubled else None,
        set_aside=tuple(_set_aside(row, name, email, at) for row, name, email in rows),
        set_aside_total=_count(*aside),
    )


def oldest_unsent(*, at: datetime) -> datetime | None:
    """Since when the message that waits longest is due. A try that fails moves `due_at`, so from
    then on its age counts from when it was queued."""
    since = sa.case((Outbox.attempts > 0, Outbox.created_at), else_=Outbox.due_at)
    is_late = sa.or_(Outbox.due_at <= at, Outbox.attempts > 0)
    return db.session().scalar(sa.select(sa.func.min(since)).where(*Outbox.unsent(), is_late))


def last_outcome() -> datetime | None:
    """When a worker, in whatever process, last decided about one of the newest messages."""
    newest = sa.select(Outbox.sent_at, Outbox.failed_at).order_by(Outbox.id.desc()).limit(RECENT)
    rows = db.session().execute(newest)
    return max((at for row in rows for at in row if at is not None), default=None)


def _count(*conditions: sa.ColumnElement[bool]) -> int:
    return db.session().scalar(sa.select(sa.func.count(Outbox.id)).where(*conditions)) or 0


def _set_aside(row: Outbox, name: str, email: str, at: datetime) -> SetAside:
    assert row.failed_at is not None and row.error is not None
    return SetAside(
        row.id, row.kind, name, row.address or email, row.failed_at, row.error,
        row.is_too_late(at),
    )  # fmt: skip
