"""A decision: what was decided, why, whose it is, and when to look at it again."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_
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
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    owner: Mapped["Person | None"] = relationship(foreign_keys=owner_id)
    meeting: Mapped["Meeting | None"] = relationship()
    issue: Mapped["Issue | None"] = relationship()
