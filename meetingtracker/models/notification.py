"""The inbox: what somebody was told and why, and what they don't want to be mailed about."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, Json, UTCDateTime
from meetingtracker.rules.notices import Notice

_unread = sa.text("read_at IS NULL")
_to_mail = sa.text("mail_at IS NOT NULL AND mailed_at IS NULL")


class Notification(Base):
    """One notice to one person; `key` is unique for a person, so that nobody is told twice.

    `subject_type`, `subject_id`: the action, issue or meeting it is about; `params` are ids and
    days, never words: what a thing is called is looked up, with the reader's rights, when it is
    shown. `mail_at`: it is also mailed at once, not before then; None is only for the inbox and the
    digest. `for_id`: the person whose delegate or leader is told instead of them.
    """

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "key"),
        sa.Index("ix_notification_inbox", "person_id", "id"),
        sa.Index("ix_notification_unread", "person_id",
                 sqlite_where=_unread, postgresql_where=_unread),
        sa.Index("ix_notification_to_mail", "mail_at", "person_id",
                 sqlite_where=_to_mail, postgresql_where=_to_mail),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(sa.String(120))
    notice: Mapped[Notice] = mapped_column(EnumValue(Notice))
    subject_type: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(sa.Integer)
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    mail_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Mute(Base):
    """A person who is not to be mailed about a kind of notice; the inbox still has it."""

    __tablename__ = "mute"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    notice: Mapped[Notice] = mapped_column(EnumValue(Notice), primary_key=True)
    muted_at: Mapped[datetime] = mapped_column(UTCDateTime)
