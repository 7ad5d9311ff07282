"""Failures at a password door, kept as long as they count."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, UTCDateTime, db
from meetingtracker.rules.accounts import WINDOW


class Failure(Base):
    """One wrong password or code, or one mail asked for.

    `key` is the hash of an account, known or not, or of a network address.
    """

    __tablename__ = "failure"
    __table_args__ = (sa.Index("ix_failure_key", "key", "at"), sa.Index("ix_failure_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    @staticmethod
    def of(kind: str, what: str) -> str:
        """The key of, for example, ("account", a folded mail address)."""
        return hashlib.sha256(f"{kind}:{what}".encode()).hexdigest()

    @classmethod
    def closed_until(cls, key: str, limit: int, *, at: datetime) -> datetime | None:
        """When fewer than `limit` failures will count again; None if fewer count now."""
        oldest = db.session().scalar(
            sa.select(cls.at)
            .where(cls.key == key, cls.at > at - WINDOW)
            .order_by(cls.at.desc())
            .offset(limit - 1)
            .limit(1)
        )
        return None if oldest is None else oldest + WINDOW

    @classmethod
    def one_at_a_time(cls) -> None:
        """Until this write ends nobody else counts: no two tries take the last place at once."""
        session = db.session()
        if session.get_bind().dialect.name == "postgresql":  # SQLite writes one at a time
            session.execute(sa.text("LOCK TABLE failure IN SHARE ROW EXCLUSIVE MODE"))

    @classmethod
    def note(cls, *keys: str, at: datetime) -> list[int]:
        """Count one failure for each key, and drop what no longer counts. Answers the rows' ids."""
        session = db.session()
        session.execute(sa.delete(cls).where(cls.at <= at - WINDOW))
        rows = [cls(key=key, at=at) for key in keys]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]

    @classmethod
    def take_back(cls, ids: list[int]) -> None:
        """What was noted turned out right."""
        db.session().execute(sa.delete(cls).where(cls.id.in_(ids)))

    @classmethod
    def forget(cls, key: str) -> None:
        db.session().execute(sa.delete(cls).where(cls.key == key))
