"""Who does the follow-up at the moment, and how far it has come."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, UTCDateTime, db
from meetingtracker.models.event import Event

FOLLOW_UP = "follow_up"
FIRST = timedelta(days=1)


class Tick(Base):
    """A lease by name: several workers share one database, and one of them at a time looks.

    It saves work and nothing else: what a look writes has unique keys. `seen_event_id`: the newest
    event that notices have been made of.
    """

    __tablename__ = "tick"

    name: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    holder: Mapped[str | None] = mapped_column(sa.String(32))
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scanned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_event_id: Mapped[int] = mapped_column(sa.Integer, default=0)

    @classmethod
    def take(cls, name: str, holder: str, *, at: datetime, lasts: timedelta) -> "Tick | None":
        """Inside a write: the lease if it is free or ours already. `at` is real time; a lease that
        was taken later than it, by a clock that has been set back since, holds nobody up."""
        row = db.session().get(cls, name, with_for_update=True)
        if row is None:
            row = cls.begin(name, at=at)
        elif row.holder not in (None, holder) and row.is_held(at):
            return None
        row.holder, row.held_until, row.last_at = holder, at + lasts, at
        return row

    def is_held(self, at: datetime) -> bool:
        if self.last_at is None or self.held_until is None:
            return False
        return self.last_at <= at < self.held_until

    @classmethod
    def begin(cls, name: str, *, at: datetime) -> "Tick":
        """The first look of all: what happened more than a day ago is told to nobody any more."""
        session = db.session()
        seen = session.scalar(sa.select(sa.func.max(Event.id)).where(Event.at < at - FIRST)) or 0
        row = cls(name=name, seen_event_id=seen)
        session.add(row)
        return row

    @classmethod
    def last_of_all(cls) -> datetime | None:
        """When a worker of any process last looked."""
        return db.session().scalar(sa.select(sa.func.max(cls.last_at)))
