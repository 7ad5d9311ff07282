"""A decision: what was decided, why, whose it is, and when to look at it again."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Labelled

if TYPE_CHECKING:
    from meetingtracker.models.issue import Issue
    from meetingtracker.models.meeting import Meeting
    from meetingtracker.models.person import Person


class DecisionState(Labelled):
    stands = "stands", N_("Stands"), "good"
    changed = "changed", N_("Changed"), "risk"
    reversed = "reversed", N_("Reversed"), "late"
    undone = "undone", N_("Taken back")


class Decision(Recorded, Base):
    """`review_on`: the day on which it comes back as a question, "Did it work?".
    `replaced_by_id`: what holds instead of one that was changed or reversed."""

    __tablename__ = "decision"
    __table_args__ = (sa.Index("ix_decision_day", "decided_on", "id"),)

    text: Mapped[str] = mapped_column(sa.String(1000))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    review_on: Mapped[date | None]
    state: Mapped[DecisionState] = mapped_column(EnumValue(DecisionState))
    decided_on: Mapped[date]
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issue.id"), index=True)
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    owner: Mapped["Person | None"] = relationship(foreign_keys=owner_id)
    meeting: Mapped["Meeting | None"] = relationship()
    issue: Mapped["Issue | None"] = relationship()
    replaced_by: Mapped["Decision | None"] = relationship(remote_side="Decision.id")

    @classmethod
    def take(
        cls,
        *,
        text: str,
        by: Actor,
        at: datetime,
        on: date,
        reason: str | None = None,
        owner_id: int | None = None,
        review_on: date | None = None,
        meeting_id: int | None = None,
        placement_id: int | None = None,
        issue_id: int | None = None,
    ) -> "Decision":
        """Write down what was decided on the organisation's day `on`."""
        if not text.strip():
            raise RuleBroken(N_("Say what was decided."), field="text")
        return cls.create(
            "decision.taken", by=by, at=at, meeting_id=meeting_id, text=text.strip(),
            reason=(reason or "").strip() or None, owner_id=owner_id, review_on=review_on,
            state=DecisionState.stands, decided_on=on, placement_id=placement_id,
            issue_id=issue_id, created_by_id=by.id, created_at=at,
        )  # fmt: skip

    def keep(
        self, *, review_on: date | None, reason: str | None, by: Actor, at: datetime,
        meeting_id: int | None = None,
    ) -> bool:  # fmt: skip
        """It worked and stands; `review_on` is when to look again, None never."""
        self.must_stand()
        return self.record(
            "decision.kept", by=by, at=at, reason=(reason or "").strip() or None,
            meeting_id=meeting_id, review_on=review_on, reviewed_at=at,
        )  # fmt: skip

    def be_replaced(
        self, state: DecisionState, by_id: int, *, reason: str | None, by: Actor, at: datetime,
        meeting_id: int | None = None,
    ) -> bool:  # fmt: skip
        """Changed or reversed: the decision `by_id` holds instead."""
        self.must_stand()
        return self.record(
            f"decision.{state.value}", by=by, at=at, reason=(reason or "").strip() or None,
            meeting_id=meeting_id, state=state, replaced_by_id=by_id, reviewed_at=at,
        )  # fmt: skip

    def must_stand(self) -> None:
        if self.state is not DecisionState.stands:
            raise RuleBroken(N_("This decision does not stand any more: look at what replaced it."))

    def undo(self, *, by: Actor, at: datetime) -> bool:
        """Taken back before the minutes were issued; it then counts nowhere."""
        return self.record(
            "decision.undone", by=by, at=at, meeting_id=self.meeting_id,
            state=DecisionState.undone,
        )  # fmt: skip
