"""An agenda item, and its placements: one item in one meeting. Items are never copied."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.agenda import Ask, Outcome, Verdict
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

if TYPE_CHECKING:
    from meetingtracker.models.department import Department
    from meetingtracker.models.issue import Issue
    from meetingtracker.models.meeting import Meeting
    from meetingtracker.models.person import Person
    from meetingtracker.models.series import Series

_in_pool = sa.text("in_pool")


class AgendaItem(Recorded, Base):
    """`key` is the name an import knows it by. `in_pool`: waits for a meeting of its series.

    `placed`, `deferred` and `unreached` count the meetings it stood in, from the moment their
    minutes are issued: while a meeting is ahead or running, its placement is the `placed` + 1st,
    and one that did not happen never counts. `carried` is how the last one ended, which puts it
    first in line. `decision_id`: the decision that it asks about, "Did it work?".
    """

    __tablename__ = "agenda_item"
    derived = frozenset({"description_html"})
    __table_args__ = (
        sa.UniqueConstraint("series_id", "key"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes"),
        sa.Index("ix_agenda_item_pool", "series_id", sqlite_where=_in_pool,
                 postgresql_where=_in_pool),
    )  # fmt: skip

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    key: Mapped[str | None] = mapped_column(sa.String(200))
    title: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_html: Mapped[str] = mapped_column(sa.Text, default="")
    ask: Mapped[Ask] = mapped_column(EnumValue(Ask))
    minutes: Mapped[int] = mapped_column(sa.SmallInteger)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), index=True)
    presenter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issue.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("action.id", use_alter=True), index=True
    )
    decision_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("decision.id", use_alter=True), index=True
    )
    executive_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    in_pool: Mapped[bool]
    placed: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    deferred: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    unreached: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    carried: Mapped[Outcome | None] = mapped_column(EnumValue(Outcome))
    first_placed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    series: Mapped["Series"] = relationship()
    department: Mapped["Department"] = relationship()
    presenter: Mapped["Person | None"] = relationship(foreign_keys=presenter_id)
    created_by: Mapped["Person | None"] = relationship(foreign_keys=created_by_id)
    executive: Mapped["Person | None"] = relationship(foreign_keys=executive_id)
    issue: Mapped["Issue | None"] = relationship()
    placements: Mapped[list["Placement"]] = relationship(
        back_populates="item", order_by="Placement.id", viewonly=True
    )

    @property
    def is_over(self) -> bool:
        """Withdrawn, or left its last meeting for good."""
        ended = self.carried is not None and not self.carried.carries
        return self.withdrawn_at is not None or ended

    def edit(self, *, by: Actor, at: datetime, **words: Any) -> bool:
        """Title, description (with its HTML), ask, minutes, department, presenter."""
        if self.is_over:
            raise RuleBroken(N_("This item is over: propose a new one."))
        return self.record("agenda_item.edited", by=by, at=at, **words)

    def wait(self, *, by: Actor, at: datetime, meeting_id: int | None = None) -> bool:
        """Stand in the pool until a meeting of the series is planned."""
        return self.record("agenda_item.waits", by=by, at=at, meeting_id=meeting_id, in_pool=True)

    def leave_pool(self, *, by: Actor, at: datetime, meeting_id: int) -> bool:
        return self.record("agenda_item.placed", by=by, at=at, meeting_id=meeting_id, in_pool=False)

    def count(
        self, outcome: Outcome, *, held_on: date, by: Actor, at: datetime, meeting_id: int
    ) -> bool:
        """Add one meeting, whose minutes are being issued, to the counters."""
        return self.record(
            "agenda_item.counted", by=by, at=at, meeting_id=meeting_id, placed=self.placed + 1,
            deferred=self.deferred + (outcome is Outcome.DEFERRED),
            unreached=self.unreached + (outcome is Outcome.UNREACHED),
            carried=outcome, first_placed_on=self.first_placed_on or held_on,
        )  # fmt: skip

    def uncount(
        self, placement: "Placement", *, issued_at: datetime, by: Actor, at: datetime
    ) -> bool:
        """Take back what issuing the minutes of that placement's meeting counted and decided."""
        outcome, placed = placement.outcome, self.placed - 1
        ended_then = outcome is Outcome.WITHDRAWN and self.withdrawn_at == issued_at
        return self.record(
            "agenda_item.uncounted", by=by, at=at, meeting_id=placement.meeting_id, placed=placed,
            deferred=self.deferred - (outcome is Outcome.DEFERRED),
            unreached=self.unreached - (outcome is Outcome.UNREACHED), carried=placement.carried,
            first_placed_on=self.first_placed_on if placed else None, in_pool=False,
            withdrawn_at=None if ended_then else self.withdrawn_at,
        )  # fmt: skip

    def withdraw(
        self, *, reason: str, by: Actor, at: datetime, meeting_id: int | None = None
    ) -> bool:
        if self.withdrawn_at is not None:
            return False
        if not reason.strip():
            raise RuleBroken(N_("Give the reason in one line."), field="reason")
        return self.record(
            "agenda_item.withdrawn", by=by, at=at, reason=reason.strip(), meeting_id=meeting_id,
            in_pool=False, withdrawn_at=at,
        )  # fmt: skip

    def hand_to(
        self, executive_id: int | None, *, by: Actor, at: datetime, meeting_id: int
    ) -> bool:
        """An executive takes it up: it comes before everything but verdicts. None: nobody does."""
        return self.record(
            "agenda_item.handed_to_executive", by=by, at=at, meeting_id=meeting_id,
            executive_id=executive_id,
        )  # fmt: skip


class Placement(Recorded, Base):
    """One item in one meeting. `minutes` planned, `seconds_spent` while it was the current item.

    `pulled_by_id`: the executive who put it on top of this agenda; one item each.
    """

    __tablename__ = "placement"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "meeting_id"),
        sa.CheckConstraint("outcome IS NOT NULL OR verdict IS NULL", name="verdict"),
        sa.Index("ix_placement_meeting", "meeting_id", "position"),
        sa.Index("uq_placement_pull", "meeting_id", "pulled_by_id", unique=True),
    )

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    minutes: Mapped[int] = mapped_column(sa.SmallInteger)
    seconds_spent: Mapped[int] = mapped_column(sa.Integer, default=0)
    outcome: Mapped[Outcome | None] = mapped_column(EnumValue(Outcome))
    outcome_reason: Mapped[str | None] = mapped_column(sa.String(500))
    verdict: Mapped[Verdict | None] = mapped_column(EnumValue(Verdict))
    late: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[Outcome | None] = mapped_column(EnumValue(Outcome))
    pulled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)

    item: Mapped["AgendaItem"] = relationship(back_populates="placements")
    meeting: Mapped["Meeting"] = relationship(foreign_keys=meeting_id)
    pulled_by: Mapped["Person | None"] = relationship(foreign_keys=pulled_by_id)
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id", viewonly=True)

    def move_to(self, position: int, *, by: Actor, at: datetime, by_hand: bool = True) -> bool:
        """`by_hand`: somebody moved it; otherwise it took its place in the proposed order."""
        kind = "placement.moved" if by_hand else "placement.ordered"
        return self.record(kind, by=by, at=at, meeting_id=self.meeting_id, position=position)

    def be_pulled(self, person_id: int | None, *, by: Actor, at: datetime) -> bool:
        """An executive puts it on top; None: lets it go."""
        kind = "placement.pulled" if person_id else "placement.let_go"
        return self.record(kind, by=by, at=at, meeting_id=self.meeting_id, pulled_by_id=person_id)

    def plan_minutes(self, minutes: int, *, by: Actor, at: datetime) -> bool:
        return self.record(
            "placement.minutes_set", by=by, at=at, meeting_id=self.meeting_id, minutes=minutes
        )

    def spend(self, seconds: int, *, by: Actor, at: datetime) -> bool:
        """Add the time during which it was the current item."""
        return self.record(
            "placement.time_spent", by=by, at=at, meeting_id=self.meeting_id,
            seconds_spent=self.seconds_spent + max(0, seconds),
        )  # fmt: skip

    def end(
        self,
        outcome: Outcome | None,
        *,
        by: Actor,
        at: datetime,
        verdict: Verdict | None = None,
        reason: str | None = None,
    ) -> bool:
        """How the item leaves this meeting; None takes it back."""
        return self.record(
            "placement.ended", by=by, at=at, meeting_id=self.meeting_id, outcome=outcome,
            verdict=verdict if outcome else None, outcome_reason=(reason or "").strip() or None,
        )  # fmt: skip


class Note(Recorded, Base):
    """What was said about an item in one meeting, in Markdown."""

    __tablename__ = "note"
    derived = frozenset({"html"})

    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped["Person | None"] = relationship()

    def undo(self, *, by: Actor, at: datetime, meeting_id: int) -> bool:
        if self.undone_at is not None:
            return False
        return self.record("note.undone", by=by, at=at, meeting_id=meeting_id, undone_at=at)


class RaisedIssue(Recorded, Base):
    """An issue that was raised while an item was being talked about."""

    __tablename__ = "raised_issue"
    __table_args__ = (sa.UniqueConstraint("placement_id", "issue_id"),)

    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id"))
    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issue.id"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    issue: Mapped["Issue"] = relationship()

    def undo(self, *, by: Actor, at: datetime, meeting_id: int) -> bool:
        if self.undone_at is not None:
            return False
        return self.record("raised_issue.undone", by=by, at=at, meeting_id=meeting_id, undone_at=at)
