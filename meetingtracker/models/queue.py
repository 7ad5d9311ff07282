"""Work that waits in rows: claimed with a lease, done once, tried again, or set aside."""

from datetime import datetime, timedelta
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import UTCDateTime, db

LEASE = timedelta(minutes=2)
# How long to wait after the first, second … try that failed for now; then hourly for a day.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
TRIES = 28
LONGEST_ERROR = 500


def unsent_index(name: str) -> sa.Index:
    """The index by which an idle worker looks: only of what still waits."""
    waits = sa.text("sent_at IS NULL AND failed_at IS NULL")
    return sa.Index(name, "due_at", sqlite_where=waits, postgresql_where=waits)


class Queued:
    """What a row of work carries beside what it is about.

    `failed_at` with an `error`: set aside until an administrator decides; without: dropped. An
    `error` alone is what the last try met; the next one is at `due_at`.
    """

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(sa.String(LONGEST_ERROR))

    @classmethod
    def is_any_due(cls, *, at: datetime) -> bool:
        """The cheap question of an idle worker: one look into the index of what is unsent."""
        return db.session().scalar(sa.select(cls.id).where(*cls._free(at)).limit(1)) is not None

    @classmethod
    def claim(cls, holder: str, *, at: datetime) -> Self | None:
        """Inside a write: take what has been due longest, for LEASE, and count a try.

        One at a time, so that a worker that dies holds up nothing else than this.
        """
        row = db.session().scalar(
            sa.select(cls).where(*cls._free(at)).order_by(cls.due_at, cls.id).limit(1)
            .with_for_update(skip_locked=True)
        )  # fmt: skip
        if row is not None:
            row.claimed_by, row.claimed_until = holder, at + LEASE
            row.attempts += 1
        return row

    @classmethod
    def held(cls, row_id: int, holder: str) -> Self | None:
        """Inside a write: the row, if it is still this holder's to decide about."""
        return db.session().scalar(
            sa.select(cls).where(cls.id == row_id, cls.claimed_by == holder, *cls.unsent())
            .with_for_update()
        )  # fmt: skip

    @classmethod
    def unsent(cls) -> tuple[sa.ColumnElement[bool], ...]:
        return cls.sent_at.is_(None), cls.failed_at.is_(None)

    @classmethod
    def _free(cls, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
        unclaimed = sa.or_(cls.claimed_until.is_(None), cls.claimed_until <= at)
        return *cls.unsent(), cls.due_at <= at, unclaimed

    @property
    def is_set_aside(self) -> bool:
        return self.failed_at is not None and self.error is not None

    def mark_sent(self, *, at: datetime) -> None:
        self._release()
        self.sent_at, self.error = at, None

    def put_off(self, error: str, *, at: datetime) -> None:
        """Have it tried again after a while; after the last of TRIES it is set aside."""
        if self.attempts >= TRIES:
            self.set_aside(error, at=at)
            return
        self._release()
        self.due_at = at + WAITS[min(self.attempts, len(WAITS)) - 1]
        self.error = error[:LONGEST_ERROR]

    def set_aside(self, error: str, *, at: datetime) -> None:
        """Not sent and not tried again: an administrator sees it, with the reason."""
        self._release()
        self.failed_at, self.error = at, error[:LONGEST_ERROR]

    def try_again(self, *, at: datetime) -> None:
        """Queue anew what was set aside."""
        if self.is_set_aside:
            self.failed_at, self.error, self.attempts, self.due_at = None, None, 0, at

    def drop(self) -> None:
        """Show what was set aside no longer; its key stays taken."""
        if self.is_set_aside:
            self.error = None

    def _release(self) -> None:
        self.claimed_by = self.claimed_until = None
