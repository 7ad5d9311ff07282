"""Addresses of other programs that are told what happened, and what waits to be told."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, Json, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.models.queue import Queued, unsent_index
from meetingtracker.rules.permissions import Actor

if TYPE_CHECKING:
    from meetingtracker.models.event import Event
    from meetingtracker.models.person import Person


class Webhook(Recorded, Base):
    """Tells `url` of events that `person` may see and whose kind is one of `events`.

    `secret` signs what is sent (Standard Webhooks: "whsec_" and base64), sealed by web/seal.py.
    `told_until_id`: the newest event that has been looked at.
    """

    __tablename__ = "webhook"
    derived = frozenset({"secret", "told_until_id"})

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    events: Mapped[list[str]] = mapped_column(Json)
    secret: Mapped[str] = mapped_column(sa.String(80))
    told_until_id: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped["Person"] = relationship()

    @classmethod
    def make(
        cls, *, person_id: int, url: str, events: list[str], secret: str, since_id: int, by: Actor,
        at: datetime,
    ) -> "Webhook":  # fmt: skip
        """`since_id`: the newest event there is; what happened before is not told."""
        return cls.create(
            "webhook.made", by=by, at=at, person_id=person_id, url=url, events=events,
            secret=secret, told_until_id=since_id, created_at=at,
        )  # fmt: skip

    def change(self, *, url: str, events: list[str], by: Actor, at: datetime) -> bool:
        return self.record("webhook.changed", by=by, at=at, url=url, events=events)

    def end(self, *, by: Actor, at: datetime) -> bool:
        """Nothing more is told. False if it ended already."""
        return self.ended_at is None and self.record("webhook.ended", by=by, at=at, ended_at=at)

    def wants(self, kind: str) -> bool:
        """ "issue.*" is every kind that begins with "issue."."""
        return any(
            kind == wanted or wanted.endswith("*") and kind.startswith(wanted[:-1])
            for wanted in self.events
        )


class Delivery(Queued, Base):
    """One event to be told to one webhook."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event_id"), unsent_index("ix_delivery_unsent")
    )  # fmt: skip

    webhook_id: Mapped[int] = mapped_column(sa.ForeignKey("webhook.id"))
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))

    webhook: Mapped["Webhook"] = relationship()
    event: Mapped["Event"] = relationship()
