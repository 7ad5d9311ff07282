"""A meeting: one occurrence of a series, and who was there."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.states import MeetingState, Presence

if TYPE_CHECKING:
    from meetingtracker.models.agenda_item import Placement
    from meetingtracker.models.person import Person
    from meetingtracker.models.series import Series


class Meeting(Recorded, Base):
    """`held_on` and `start_time` are local to `zone`; `starts_at` is the same instant in UTC.

    `revision` grows with everything people in the room see; a poll compares it.
    """

    __tablename__ = "meeting"
    derived = frozenset({"revision"})
    __table_args__ = (
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),
        sa.Index("ix_meeting_series", "series_id", "held_on"),
        sa.Index("ix_meeting_state", "state", "held_on"),
        # A cancelled occurrence may be planned again on the same day.
        sa.Index("uq_meeting_series_day", "series_id", "held_on", unique=True,
                 sqlite_where=sa.text("state <> 'cancelled'"),
                 postgresql_where=sa.text("state <> 'cancelled'")),
    )  # fmt: skip

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    held_on: Mapped[date]
    start_time: Mapped[time]
    zone: Mapped[str] = mapped_column(sa.String(64))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int] = mapped_column(sa.SmallInteger)
    state: Mapped[MeetingState] = mapped_column(EnumValue(MeetingState))
    facilitator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    scribe_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    current_placement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("placement.id", use_alter=True)
    )
    item_started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(sa.Integer, default=0)

    series: Mapped["Series"] = relationship()
    facilitator: Mapped["Person | None"] = relationship(foreign_keys=facilitator_id)
    scribe: Mapped["Person | None"] = relationship(foreign_keys=scribe_id)
    placements: Mapped[list["Placement"]] = relationship(
        primaryjoin="Placement.meeting_id == Meeting.id",
        order_by="Placement.position",
        viewonly=True,
    )
    attendances: Mapped[list["Attendance"]] = relationship(viewonly=True)


class Attendance(Recorded, Base):
    __tablename__ = "attendance"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    presence: Mapped[Presence] = mapped_column(EnumValue(Presence))

    person: Mapped["Person"] = relationship()


class MinutesVersion(Base):
    """Issued minutes: frozen text and the SHA-256 (hex) of its UTF-8. Nobody edits one."""

    __tablename__ = "minutes_version"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    annex: Mapped[str | None] = mapped_column(sa.Text)
    annex_html: Mapped[str | None] = mapped_column(sa.Text)
    annex_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(sa.String(500))

    issued_by: Mapped["Person | None"] = relationship()
