"""What somebody proves beside or instead of a password: an app's code, a passkey, a paper code."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.rules.permissions import Actor


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

    @classmethod
    def use_step(cls, factor_id: int, step: int, *, at: datetime) -> bool:
        """Use the app's code of a time step up; False if it, or a newer one, was used before."""
        is_new = sa.or_(cls.last_step.is_(None), cls.last_step < step)
        return cls._use(factor_id, is_new, at=at, last_step=step)

    @classmethod
    def use_count(cls, factor_id: int, count: int, *, at: datetime) -> bool:
        """Note the passkey's counter; False if it did not go on, as a copy's would not.

        A passkey that is kept on several devices counts nothing: its counter stays 0.
        """
        goes_on = cls.sign_count < count if count else cls.sign_count == 0
        return cls._use(factor_id, goes_on, at=at, sign_count=count)

    @classmethod
    def _use(
        cls, factor_id: int, condition: sa.ColumnElement[bool], *, at: datetime, **values: int
    ) -> bool:
        """Compare and set: of two that come at once with the same proof only one gets in."""
        done = db.session().execute(
            sa.update(cls)
            .where(cls.id == factor_id, cls.removed_at.is_(None), condition)
            .values(last_used_at=at, **values)
            .execution_options(synchronize_session=False)
        )
        return bool(done.rowcount == 1)  # type: ignore[attr-defined]

    def remove(self, *, by: Actor, at: datetime) -> bool:
        """False if it was removed before."""
        if self.removed_at is not None:
            return False
        return self.record("factor.removed", by=by, at=at, removed_at=at)


class RecoveryCode(Base):
    """One of ten codes on paper, each for one sign-in without the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def renew(cls, person_id: int, code_hashes: Iterable[str], *, at: datetime) -> None:
        """Make these the person's codes; none of the earlier ones works any more."""
        session = db.session()
        session.execute(
            sa.update(cls).where(cls.person_id == person_id, cls.used_at.is_(None))
            .values(used_at=at)
        )  # fmt: skip
        session.add_all(
            cls(person_id=person_id, code_hash=code_hash, created_at=at)
            for code_hash in code_hashes
        )

    @classmethod
    def use(cls, person_id: int, code_hash: str, *, at: datetime) -> bool:
        """Use a code up; False if it is not one of the person's, or was used before."""
        done = db.session().execute(
            sa.update(cls)
            .where(
                cls.person_id == person_id, cls.code_hash == code_hash, cls.used_at.is_(None)
            )
            .values(used_at=at)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        return bool(done.rowcount == 1)  # type: ignore[attr-defined]


class ExternalIdentity(Recorded, Base):
    """Who somebody is at a single sign-on provider: its issuer's address and its id for them."""

    __tablename__ = "external_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
