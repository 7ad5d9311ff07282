"""Days on which somebody is away."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, UTCDateTime
from meetingtracker.models.event import Recorded


class Absence(Recorded, Base):
    """Away from `from_on` to `to_on`, both days included; `person.delegate_id` stands in."""

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("from_on <= to_on", name="in_order"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
