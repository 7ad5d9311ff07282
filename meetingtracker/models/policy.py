"""Rules as data: each edit is a new row with a number of its own, and none is ever changed."""

from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, Json, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

LADDER = "ladder"


class Policy(Recorded, Base):
    """`body` as the rule reads it (rules/ladder.py for "ladder"); holds from `valid_from` on."""

    __tablename__ = "policy"
    __table_args__ = (sa.UniqueConstraint("kind", "number"),)

    kind: Mapped[str] = mapped_column(sa.String(24))
    number: Mapped[int] = mapped_column(sa.Integer)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    valid_from: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    @classmethod
    def latest(cls, kind: str) -> Self | None:
        """The one in force; None while the rule's own default holds."""
        return db.session().scalar(
            sa.select(cls).where(cls.kind == kind).order_by(cls.number.desc()).limit(1)
        )

    @classmethod
    def set(
        cls, kind: str, body: dict[str, Any], *, after: int, by: Actor, at: datetime
    ) -> Self | None:
        """Make a new version; None if it says what held already.

        `after`: the number the change was made from (0 for the default). RuleBroken if another
        one has come since.
        """
        latest = cls.latest(kind)
        number = latest.number if latest else 0
        if number != after:
            raise RuleBroken(N_("Somebody else changed this meanwhile. Look at it again."))
        if latest is not None and latest.body == body:
            return None
        return cls.create(
            "policy.set", by=by, at=at, kind=kind, number=number + 1, body=body, valid_from=at,
            made_by_id=by.id,
        )  # fmt: skip
