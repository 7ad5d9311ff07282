"""Priority points: what somebody would speak about first."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base
from meetingtracker.rules.agenda import MOST_POINTS


class PriorityPoint(Base):
    """Points of one person for one item of a meeting; 0 once they are taken back.

    No event tells of them: whoever reads the history would know whose they are.
    """

    __tablename__ = "priority_point"
    __table_args__ = (sa.CheckConstraint(f"points BETWEEN 0 AND {MOST_POINTS}", name="points"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    points: Mapped[int] = mapped_column(sa.SmallInteger)
