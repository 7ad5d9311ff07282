"""What somebody proves beside or instead of a password: an app's code, a passkey, a paper code."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.accounts import FactorKind


class SecondFactor(Recorded, Base):
    """`secret`: an app's seed, encrypted, or a passkey's public key. `last_step`: the newest time
    step whose code was used (30 seconds each); `sign_count`: the passkey's own counter."""

    __tablename__ = "second_factor"
    derived = frozenset({"secret", "credential_id", "sign_count", "last_step", "last_used_at"})

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[FactorKind] = mapped_column(EnumValue(FactorKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    secret: Mapped[str] = mapped_column(sa.Text)
    credential_id: Mapped[str | None] = mapped_column(sa.String(1400), unique=True)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """One of ten codes on paper, each for one sign-in without the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ExternalIdentity(Recorded, Base):
    """Who somebody is at a single sign-on provider: its issuer's address and its id for them."""

    __tablename__ = "external_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
