"""What is to be mailed: one row a message, claimed with a lease, sent once."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, Json, db
from meetingtracker.models.queue import Queued, unsent_index
from meetingtracker.rules.errors import N_, RuleBroken

# A mail that somebody sits and waits for is of no use later: they have asked again by then.
TOO_LATE_AFTER = {
    "account.sign_in": timedelta(minutes=10),
    "account.reset": timedelta(minutes=10),
}
TOO_LATE = N_("It is too late for this message: its person had to ask again.")


class Outbox(Queued, Base):
    """A message to one recipient, rendered when it is sent from `kind` and `params`.

    `key` is unique: what is queued twice is sent once. `address` is given where it is not the
    person's own (a new address to confirm). No secret is ever in a row: links that carry one are
    made when the message is sent.
    """

    __tablename__ = "outbox"
    __table_args__ = (sa.UniqueConstraint("key"), unsent_index("ix_outbox_unsent"))

    key: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(254))
    params: Mapped[dict[str, Any]] = mapped_column(Json)

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

    def is_too_late(self, at: datetime) -> bool:
        """Counted from when it was asked for: each try that fails moves `due_at`."""
        after = TOO_LATE_AFTER.get(self.kind)
        return after is not None and at > self.created_at + after

    def try_again(self, *, at: datetime) -> None:
        """Queue anew what was set aside. Raises RuleBroken when it is too late for it."""
        if self.is_set_aside and self.is_too_late(at):
            raise RuleBroken(TOO_LATE)
        super().try_again(at=at)
