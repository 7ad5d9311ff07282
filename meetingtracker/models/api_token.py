"""Tokens for programs, kept as hashes, and the answers that a repeated request gets again."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.accounts import Scope

if TYPE_CHECKING:
    from meetingtracker.models.person import Person


class ApiToken(Recorded, Base):
    """A person's key for programs: it may what its scope and its owner may, and dies with them."""

    __tablename__ = "api_token"
    derived = frozenset({"token_hash", "last_used_at"})

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scope: Mapped[Scope] = mapped_column(EnumValue(Scope))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped["Person"] = relationship()


class ApiAnswer(Base):
    """What a POST with an Idempotency-Key was answered; no status while it is still running."""

    __tablename__ = "api_answer"
    __table_args__ = (sa.UniqueConstraint("token_id", "path", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_token.id"))
    path: Mapped[str] = mapped_column(sa.String(255))
    key: Mapped[str] = mapped_column(sa.String(255))
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None] = mapped_column(sa.SmallInteger)
    body: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
