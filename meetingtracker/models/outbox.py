"""What is to be mailed: one row a message, claimed with a lease, sent once."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, Json, UTCDateTime, db
from meetingtracker.rules.errors import N_, RuleBroken

LEASE = timedelta(minutes=2)
# How long to wait after the first, second … try that failed for now; then hourly for a day.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
TRIES = 28
LONGEST_ERROR = 500
# A mail that somebody sits and waits for is of no use later: they have asked again by then.
TOO_LATE_AFTER = {
    "account.sign_in": timedelta(minutes=10),
    "account.reset": timedelta(minutes=10),
}
TOO_LATE = N_("It is too late for this message: its person had to ask again.")


class Outbox(Base):
    """A message to one recipient, rendered when it is sent from `kind` and `params`.

    `key` is unique: what is queued twice is sent once. `address` is given where it is not the
    person's own (a new address to confirm). No secret is ever in a row: links that carry one are
    made when the message is sent.

    `failed_at` with an `error`: set aside until an administrator decides; without: dropped. An
    `error` alone is what the last try met; the next one is at `due_at`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(
            "ix_outbox_unsent", "due_at",
            sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(254))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(sa.String(500))

    @classmethod
    def queue(
        cls,
        key: str,
        kind: str,
        *,
        person_id: int,
        at: datetime,
        due_at: datetime | None = None,
        address: str | None = None,
        **params: Any,
    ) -> None:
        """Have a message sent at `due_at` (at once); nothing happens if the key is known."""
        session = db.session()
        if session.scalar(sa.select(cls.id).where(cls.key == key)) is None:
            session.add(
                cls(
                    key=key, kind=kind, person_id=person_id, address=address, params=params,
                    created_at=at, due_at=due_at or at,
                )
            )  # fmt: skip

    @classmethod
    def is_any_due(cls, *, at: datetime) -> bool:
        """The cheap question of an idle worker: one look into the index of what is unsent."""
        return db.session().scalar(sa.select(cls.id).where(*cls._free(at)).limit(1)) is not None

    @classmethod
    def claim(cls, holder: str, *, at: datetime) -> "Outbox | None":
        """Inside a write: take the message that has been due longest, for LEASE, and count a try.

        One at a time, so that a worker that dies holds up no other message than this.
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
    def held(cls, row_id: int, holder: str) -> "Outbox | None":
        """Inside a write: the message, if it is still this holder's to decide about."""
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

    def is_too_late(self, at: datetime) -> bool:
        """Counted from when it was asked for: each try that fails moves `due_at`."""
        after = TOO_LATE_AFTER.get(self.kind)
        return after is not None and at > self.created_at + after

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
        """Queue anew what was set aside. Raises RuleBroken when it is too late for it."""
        if not self.is_set_aside:
            return
        if self.is_too_late(at):
            raise RuleBroken(TOO_LATE)
        self.failed_at, self.error, self.attempts, self.due_at = None, None, 0, at

    def drop(self) -> None:
        """Show what was set aside no longer; its key stays taken."""
        if self.is_set_aside:
            self.error = None

    def _release(self) -> None:
        self.claimed_by = self.claimed_until = None
