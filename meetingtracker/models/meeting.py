"""A meeting: one occurrence of a series, and who was there."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, Json, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.minutes_approval import ApprovedAs, addresses, joined
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER, MeetingState, Presence

if TYPE_CHECKING:
    from meetingtracker.models.agenda_item import Placement
    from meetingtracker.models.person import Person
    from meetingtracker.models.series import Series


class Meeting(Recorded, Base):
    """`held_on` and `start_time` are local to `zone`; `starts_at` is the same instant in UTC.

    `revision` grows with everything people in the room see; a poll compares it. `copies_to`: mail
    addresses, one a line, that get these minutes beside those whom the series names.
    `reopen_reason` stands while issued minutes are open again, for the version that follows.
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
    reopen_reason: Mapped[str | None] = mapped_column(sa.String(500))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_as: Mapped[ApprovedAs | None] = mapped_column(EnumValue(ApprovedAs))
    copies_to: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
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

    def touch(self) -> None:
        """Let every screen that shows it know. An expression, so that two at once count twice."""
        self.revision = Meeting.revision + 1

    def freeze(self, *, by: Actor, at: datetime) -> bool:
        """Close the agenda: later items wait for the next meeting unless one is pulled in."""
        if self.state is MeetingState.frozen:
            return False
        self.must_be_ahead()
        return self._turn("meeting.frozen", by=by, at=at, state=MeetingState.frozen)

    def facilitate(self, person_id: int, *, by: Actor, at: datetime) -> bool:
        self.must_not_be_over()
        scribe_id = None if self.scribe_id == person_id else self.scribe_id
        return self._turn(
            "meeting.facilitated", by=by, at=at, facilitator_id=person_id, scribe_id=scribe_id
        )

    def take_notes(self, person_id: int | None, *, by: Actor, at: datetime) -> bool:
        """Name the scribe, who may do all that the facilitator may; None: nobody."""
        self.must_not_be_over()
        return self._turn("meeting.scribe_named", by=by, at=at, scribe_id=person_id)

    def wrap_up(self, *, by: Actor, at: datetime) -> bool:
        """The talking is over; what is left is checked before the minutes are issued."""
        if self.state is MeetingState.wrap_up:
            return False
        if self.state is not MeetingState.live:
            raise RuleBroken(N_("This meeting is not running."))
        ended_at = at if self.item_started_at else None
        return self._turn(
            "meeting.wrapped_up", by=by, at=at, state=MeetingState.wrap_up, ended_at=ended_at,
            current_placement_id=None, item_started_at=None,
        )  # fmt: skip

    def issue(self, *, by: Actor, at: datetime) -> bool:
        """The minutes are out; the act that calls this has stored their text."""
        return self._turn(
            "meeting.reissued" if self.reopen_reason else "meeting.issued", by=by, at=at,
            state=MeetingState.issued, issued_at=at, current_placement_id=None,
            item_started_at=None, reopen_reason=None,
        )  # fmt: skip

    def send_copies(self, text: str, *, by: Actor, at: datetime) -> bool:
        """Who else gets these minutes: mail addresses, as somebody typed them."""
        return self.record(
            "meeting.copies_named", by=by, at=at, meeting_id=self.id,
            copies_to=joined(addresses(text)),
        )  # fmt: skip

    def reopen(self, *, reason: str, by: Actor, at: datetime) -> bool:
        """Back to closing. Every version that was issued stays as it is."""
        if self.state is MeetingState.approved:
            raise RuleBroken(N_("These minutes are approved. Add a correction instead."))
        if self.state is not MeetingState.issued:
            raise RuleBroken(N_("There are no issued minutes to open again."))
        if not reason.strip():
            raise RuleBroken(N_("Give the reason in one line."), field="reason")
        return self._turn(
            "meeting.reopened", by=by, at=at, reason=reason.strip(), state=MeetingState.wrap_up,
            reopen_reason=reason.strip(),
        )  # fmt: skip

    def approve(self, how: ApprovedAs, *, by: Actor, at: datetime) -> bool:
        """From now on only numbered corrections are added."""
        if self.state is not MeetingState.issued:
            return False
        return self._turn(
            "meeting.approved", by=by, at=at, state=MeetingState.approved, approved_at=at,
            approved_as=how,
        )  # fmt: skip

    def must_be_ahead(self) -> None:
        if not self.state.is_ahead:
            raise RuleBroken(N_("This meeting has begun already, or did not happen."))

    def must_be_running(self) -> None:
        if not self.state.is_running:
            raise RuleBroken(N_("This meeting is not running."))

    def must_not_be_over(self) -> None:
        if self.state not in NOT_OVER:
            raise RuleBroken(N_("This meeting is over: its minutes stay as they are."))

    def _turn(
        self, kind: str, *, by: Actor, at: datetime, reason: str | None = None, **values: Any
    ) -> bool:
        self.touch()
        return self.record(kind, by=by, at=at, reason=reason, meeting_id=self.id, **values)


class Attendance(Recorded, Base):
    __tablename__ = "attendance"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    presence: Mapped[Presence] = mapped_column(EnumValue(Presence))

    person: Mapped["Person"] = relationship()

    @classmethod
    def mark(
        cls, meeting: Meeting, person_id: int, presence: Presence, *, by: Actor, at: datetime
    ) -> bool:
        """Say whether somebody is there; the last word counts."""
        meeting.must_not_be_over()
        row = db.session().scalar(
            sa.select(cls).filter_by(meeting_id=meeting.id, person_id=person_id)
        )
        if row is None:
            cls.create(
                "attendance.marked", by=by, at=at, meeting_id=meeting.id, person_id=person_id,
                presence=presence,
            )  # fmt: skip
        elif not row.record(
            "attendance.marked", by=by, at=at, meeting_id=meeting.id, presence=presence
        ):
            return False
        meeting.touch()
        return True


class MinutesVersion(Base):
    """Issued minutes: frozen text and the SHA-256 (hex) of its UTF-8. Nobody edits one.

    `secret_issues`: the issue's id by the number of each confidential item, as the annex has them,
    for the agenda may be put in another order when the minutes are opened again.
    """

    __tablename__ = "minutes_version"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "number"),
        sa.Index("ix_minutes_version_sha256", "sha256"),
        sa.Index("ix_minutes_version_annex_sha256", "annex_sha256"),
    )

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
    secret_issues: Mapped[dict[str, int] | None] = mapped_column(Json)

    issued_by: Mapped["Person | None"] = relationship()


def open_meeting(series_id: int, *, since: date) -> Meeting | None:
    """The series' next meeting, on `since` or later, whose agenda still takes items; locked."""
    return db.session().scalar(
        sa.select(Meeting)
        .where(
            Meeting.series_id == series_id,
            Meeting.state.in_((MeetingState.planned, MeetingState.open)),
            Meeting.held_on >= since,
        )
        .order_by(Meeting.held_on, Meeting.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def locked_meeting(meeting_id: int) -> Meeting | None:
    """The meeting, held against every other write until this one ends."""
    return db.session().scalar(
        sa.select(Meeting)
        .where(Meeting.id == meeting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
