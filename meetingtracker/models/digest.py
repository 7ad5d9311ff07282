"""A digest: the one mail of a person's day (or what had to be said at once), line by line."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.rules.notices import Notice


class Digest(Base):
    """`key` is also the key of its message in the outbox. `day` is the organisation's; None for
    a mail that was sent at once. `more`: how many lines found no room in it."""

    __tablename__ = "digest"
    __table_args__ = (sa.UniqueConstraint("key"), sa.Index("ix_digest_person", "person_id", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(sa.String(120))
    day: Mapped[date | None]
    more: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    lines: Mapped[list["DigestLine"]] = relationship(
        order_by="DigestLine.position", viewonly=True, lazy="selectin"
    )


class DigestLine(Base):
    """One thing that a mail asks its person about.

    `stamp` names the state it was asked in (whose it was, its date): a line whose thing stands
    otherwise now is dead. `answer` is what was said through the mail's link, and `answered_version`
    the version of the thing that this made, so that it can be undone while nothing else happened.
    """

    __tablename__ = "digest_line"
    __table_args__ = (
        sa.UniqueConstraint("digest_id", "position"),
        sa.Index("ix_digest_line_alert", "alert_id",
                 sqlite_where=sa.text("alert_id IS NOT NULL"),
                 postgresql_where=sa.text("alert_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(sa.ForeignKey("digest.id"))
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    notice: Mapped[Notice] = mapped_column(EnumValue(Notice))
    subject_type: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(sa.Integer)
    stamp: Mapped[str] = mapped_column(sa.String(64))
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(sa.String(24))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_version: Mapped[int | None] = mapped_column(sa.Integer)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MailLink(Base):
    """What opens the lines of one digest without a sign-in; only the hash of its token is kept."""

    __tablename__ = "mail_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    digest_id: Mapped[int] = mapped_column(sa.ForeignKey("digest.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)

    digest: Mapped["Digest"] = relationship()
