"""A department: a colour, a leader, a deputy."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

if TYPE_CHECKING:
    from meetingtracker.models.person import Person

COLOURS = 12  # palette indexes; the stylesheet knows what they look like


class Department(Recorded, Base):
    """`serves`: whom it serves and what they need, in its own words."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    colour: Mapped[int] = mapped_column(sa.SmallInteger)
    leader_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", use_alter=True), index=True
    )
    deputy_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", use_alter=True), index=True
    )
    serves: Mapped[str | None] = mapped_column(sa.String(500))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    leader: Mapped["Person | None"] = relationship(foreign_keys=leader_id)
    deputy: Mapped["Person | None"] = relationship(foreign_keys=deputy_id)

    @classmethod
    def found(cls, *, name: str, colour: int, by: Actor, at: datetime) -> "Department":
        return cls.create("department.founded", by=by, at=at, name=name, colour=colour % COLOURS)

    def describe(self, *, serves: str | None, by: Actor, at: datetime) -> bool:
        """Whom it serves and what they need, in its own words."""
        return self.record("department.described", by=by, at=at, serves=serves or None)

    def appoint(
        self, *, leader_id: int | None, deputy_id: int | None, by: Actor, at: datetime
    ) -> bool:
        """Say who leads it. RuleBroken for one person in both seats, and for taking away the last
        of those who lead it."""
        if leader_id is not None and leader_id == deputy_id:
            raise RuleBroken(N_("The deputy must be somebody else."), field="deputy")
        led = self.leader_id is not None or self.deputy_id is not None
        if led and leader_id is None and deputy_id is None:
            raise RuleBroken(
                N_("%(department)s has no other leader. Appoint one first."),
                field="leader", department=self.name,
            )  # fmt: skip
        return self.record(
            "department.led_by", by=by, at=at, leader_id=leader_id, deputy_id=deputy_id
        )
