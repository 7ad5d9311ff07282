"""Failures at a password door, kept as long as they count."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, UTCDateTime


class Failure(Base):
    """One wrong password or code; `key` is the hash of an account or of an address."""

    __tablename__ = "failure"
    __table_args__ = (sa.Index("ix_failure_key", "key", "at"), sa.Index("ix_failure_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
