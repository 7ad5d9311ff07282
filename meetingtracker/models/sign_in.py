"""Sign-ins and single-use links: random tokens, kept only as hashes."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, UTCDateTime, db, for_change

if TYPE_CHECKING:
    from meetingtracker.models.person import Person

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
ON_PHONE = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=5)
CONFIRMED_FOR = timedelta(minutes=10)
# How long a link works, by kind; one that an administrator hands on by hand needs longer.
LASTS = {
    "setup": timedelta(days=7),
    "invitation": timedelta(days=14),
    "reset": timedelta(minutes=10),
    "sign_in": timedelta(minutes=10),
    "new_address": timedelta(minutes=10),
}
COPIED_LASTS = LASTS | {"reset": timedelta(minutes=60), "sign_in": timedelta(minutes=60)}


def hashed(token: str) -> str:
    """SHA-256 is enough: the tokens carry 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignIn(Base):
    """A server-side session: ends after IDLE without use, and at `ends_at` in any case.

    `confirmed_at`: when its person last proved who they are, by password, passkey or link.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    device: Mapped[str] = mapped_column(sa.String(200))
    on_phone: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped["Person"] = relationship()

    @classmethod
    def begin(cls, *, person_id: int, device: str, on_phone: bool, at: datetime) -> str:
        """Start a session and return its token: the only time it is known."""
        token = secrets.token_urlsafe(32)
        db.session().add(
            cls(
                person_id=person_id, token_hash=hashed(token), device=device[:200],
                on_phone=on_phone, confirmed_at=at, created_at=at, last_seen_at=at,
                ends_at=at + (ON_PHONE if on_phone else LONGEST),
            )
        )  # fmt: skip
        return token

    def holds(self, at: datetime) -> bool:
        if self.ended_at is not None or at >= self.ends_at:
            return False
        return self.on_phone or at < self.last_seen_at + IDLE

    def confirm(self, *, at: datetime) -> str:
        """Its person proved once more who they are: the session goes on under a new token."""
        token = secrets.token_urlsafe(32)
        self.token_hash, self.confirmed_at = hashed(token), at
        return token

    def end(self, *, at: datetime) -> None:
        self.ended_at = self.ended_at or at


def end_all(person_id: int, *, at: datetime, but: str | None = None) -> None:
    """End every session of a person, except the one of the token `but`."""
    statement = (
        sa.update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )
    if but is not None:
        statement = statement.where(SignIn.token_hash != hashed(but))
    db.session().execute(statement)


class OneTimeLink(Base):
    """A link that works once: the first set-up, an invitation, a reset, a sign-in, a new address.

    `address`: the new mail address that the link confirms.
    """

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(254))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def make(
        cls,
        kind: str,
        *,
        at: datetime,
        lasts: timedelta | None = None,
        person_id: int | None = None,
        address: str | None = None,
    ) -> str:
        """A new link's token: the only time it is known. The person's earlier ones of its kind end.

        `lasts`: LASTS[kind] unless given.
        """
        if person_id is not None:
            cls.end_all(person_id, at=at, kind=kind)
        token = secrets.token_urlsafe(24)
        db.session().add(
            cls(
                kind=kind, token_hash=hashed(token), person_id=person_id, address=address,
                created_at=at, ends_at=at + (LASTS[kind] if lasts is None else lasts),
            )
        )  # fmt: skip
        return token

    @classmethod
    def find(cls, kind: str, token: str, *, at: datetime) -> "OneTimeLink | None":
        """The link, if it is known, unused and in time; inside a write nobody else can use it."""
        return db.session().scalar(
            for_change(
                sa.select(cls).where(
                    cls.kind == kind, cls.token_hash == hashed(token),
                    cls.used_at.is_(None), cls.ends_at > at,
                ),
                cls,
            )
        )  # fmt: skip

    @classmethod
    def end_all(cls, person_id: int, *, at: datetime, kind: str | None = None) -> None:
        """No link of this person (and kind) works any more."""
        statement = (
            sa.update(cls)
            .where(cls.person_id == person_id, cls.used_at.is_(None))
            .values(used_at=at)
        )
        if kind is not None:
            statement = statement.where(cls.kind == kind)
        db.session().execute(statement)

    def use(self, *, at: datetime) -> None:
        self.used_at = at
