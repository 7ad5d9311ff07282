"""A wish of an owner: to hand a promise over, or to drop it; somebody else decides."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Change

if TYPE_CHECKING:
    from meetingtracker.models.action import Action
    from meetingtracker.models.person import Person


class ChangeRequest(Recorded, Base):
    """`to_person_id`: whom the owner names as the next; None asks whoever decides to find somebody.

    One at a time stands open for an action. `granted` is None again when it was withdrawn.
    """

    __tablename__ = "change_request"
    _unanswered = sa.text("answered_at IS NULL")
    __table_args__ = (
        sa.Index("uq_change_request_open", "action_id", unique=True,
                 sqlite_where=_unanswered, postgresql_where=_unanswered),
        sa.CheckConstraint("change = 'hand_over' OR to_person_id IS NULL", name="to_person"),
    )  # fmt: skip

    action_id: Mapped[int] = mapped_column(sa.ForeignKey("action.id"), index=True)
    change: Mapped[Change] = mapped_column(EnumValue(Change))
    to_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    wish: Mapped[str] = mapped_column(sa.String(500))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    asked_by: Mapped["Person | None"] = relationship(foreign_keys=asked_by_id)
    to_person: Mapped["Person | None"] = relationship(foreign_keys=to_person_id)
    action: Mapped["Action"] = relationship()

    def be_answered(
        self, granted: bool | None, *, by: Actor, at: datetime, reason: str | None = None
    ) -> bool:
        """Yes, no, or (None) neither: taken back by whoever asked, or decided otherwise."""
        if self.answered_at is not None:
            raise RuleBroken(N_("This has been answered already."))
        kind = "change_request.withdrawn" if granted is None else "change_request.answered"
        return self.record(
            kind, by=by, at=at, reason=reason, granted=granted,
            answered_by_id=by.id, answered_at=at,
        )  # fmt: skip
