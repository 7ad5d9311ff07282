"""That a department is prepared for a meeting."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.permissions import Actor


class Preparation(Recorded, Base):
    """Said once for a department and a meeting; `person_id` is who said it."""

    __tablename__ = "preparation"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "department_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    @classmethod
    def say(cls, meeting_id: int, department_id: int, *, by: Actor, at: datetime) -> "Preparation":
        return cls.create(
            "preparation.said", by=by, at=at, meeting_id=meeting_id, department_id=department_id,
            person_id=by.id,
        )  # fmt: skip
