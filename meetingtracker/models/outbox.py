"""What is to be mailed: one row a message, claimed with a lease, sent once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, Json, UTCDateTime, db


class Outbox(Base):
    """A message to one recipient, rendered when it is sent from `kind` and `params`.

    `key` is unique: what is queued twice is sent once. `address` is given where it is not the
    person's own (a new address to confirm). No secret is ever in a row: links that carry one are
    made when the message is sent.
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
