"""A series: the weekly leader meeting, or a department's own."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.minutes_approval import addresses, joined
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Visibility

if TYPE_CHECKING:
    from meetingtracker.models.person import Person


class Series(Recorded, Base):
    """`weekday` is ISO (1 Monday); `start_time` is local to `zone` (IANA): never an offset.

    `approves`: whoever was there may object to minutes, and they are approved in the end.
    `copies_to`: mail addresses, one a line, that get the minutes of every meeting.
    `gives_points`: leaders give secret priority points to agenda items. `allows_pulls`: each
    executive may put one item on top.
    """

    __tablename__ = "series"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 12", name="every_weeks"),
    )

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    weekday: Mapped[int] = mapped_column(sa.SmallInteger)
    start_time: Mapped[time]
    zone: Mapped[str] = mapped_column(sa.String(64))
    minutes: Mapped[int] = mapped_column(sa.SmallInteger, default=60)
    every_weeks: Mapped[int] = mapped_column(sa.SmallInteger, default=1)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    visibility: Mapped[Visibility] = mapped_column(
        EnumValue(Visibility), default=Visibility.company
    )
    place: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    approves: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    copies_to: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    gives_points: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    allows_pulls: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    owner: Mapped["Person | None"] = relationship()
    attendees: Mapped[list["SeriesAttendee"]] = relationship(
        primaryjoin=(
            "and_(SeriesAttendee.series_id == Series.id, SeriesAttendee.removed_at.is_(None))"
        ),
        viewonly=True,
        lazy="selectin",
    )

    @property
    def attendee_ids(self) -> frozenset[int]:
        return frozenset(attendee.person_id for attendee in self.attendees)

    @classmethod
    def found(
        cls,
        *,
        name: str,
        weekday: int,
        start_time: time,
        zone: str,
        by: Actor,
        at: datetime,
        minutes: int = 60,
        every_weeks: int = 1,
        owner_id: int | None = None,
        visibility: Visibility = Visibility.company,
        place: str = "",
        approves: bool = False,
        copies_to: str = "",
        gives_points: bool = False,
        allows_pulls: bool = False,
    ) -> "Series":
        _refuse_taken(name)
        return cls.create(
            "series.founded", by=by, at=at, name=name.strip(), weekday=weekday,
            start_time=start_time, zone=zone, minutes=minutes, every_weeks=every_weeks,
            owner_id=owner_id, visibility=visibility, place=place, approves=approves,
            copies_to=joined(addresses(copies_to)), gives_points=gives_points,
            allows_pulls=allows_pulls,
        )  # fmt: skip

    def change(self, *, by: Actor, at: datetime, **values: Any) -> bool:
        """Name, weekday, time, zone, minutes, owner, visibility, place, copies_to, switches."""
        if "name" in values:
            _refuse_taken(values["name"], but=self.id)
        if "copies_to" in values:
            values["copies_to"] = joined(addresses(values["copies_to"]))
        return self.record("series.changed", by=by, at=at, **values)

    def invite(self, person_id: int, *, by: Actor, at: datetime) -> bool:
        """Add an attendee, or bring one back."""
        row = db.session().scalar(
            sa.select(SeriesAttendee).filter_by(series_id=self.id, person_id=person_id)
        )
        if row is None:
            SeriesAttendee.create(
                "series_attendee.added", by=by, at=at, series_id=self.id, person_id=person_id
            )
            return True
        return row.record("series_attendee.added", by=by, at=at, removed_at=None)

    def seat(self, person_ids: frozenset[int], *, by: Actor, at: datetime) -> None:
        """Make exactly these people its attendees."""
        for attendee in self.attendees:
            if attendee.person_id not in person_ids:
                attendee.remove(by=by, at=at)
        for person_id in sorted(person_ids - self.attendee_ids):
            self.invite(person_id, by=by, at=at)


def _refuse_taken(name: str, but: int | None = None) -> None:
    taken = db.session().scalar(sa.select(Series.id).filter_by(name=name.strip()))
    if taken not in (None, but):
        raise RuleBroken(N_("There is a series of that name already."), field="name")


class SeriesAttendee(Recorded, Base):
    __tablename__ = "series_attendee"
    __table_args__ = (sa.UniqueConstraint("series_id", "person_id"),)

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped["Person"] = relationship()

    def remove(self, *, by: Actor, at: datetime) -> bool:
        return self.record("series_attendee.removed", by=by, at=at, removed_at=at)


def visible_series(actor: Actor) -> sa.ColumnElement[bool]:
    """The SQL twin of `may_see_series`; a generated test holds them together."""
    if actor.is_executive:
        return sa.true()
    clauses = [
        Series.visibility == Visibility.company,
        sa.func.coalesce(Series.owner_id, 0) == actor.id,  # never NULL: it may be negated
        Series.id.in_(
            sa.select(SeriesAttendee.series_id).where(
                SeriesAttendee.person_id == actor.id, SeriesAttendee.removed_at.is_(None)
            )
        ),
    ]
    if actor.is_leader:
        clauses.append(Series.visibility == Visibility.leaders)
    return sa.or_(*clauses)


def locked_series(series_id: int) -> Series:
    """The series, held against every other plan and proposal until this write ends."""
    return (
        db.session()
        .scalars(
            sa.select(Series)
            .where(Series.id == series_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .one()
    )
