"""An alert: one rule that fired for one thing in one epoch at one level, and what came of it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.ladder import AlertAnswer, AlertRule
from meetingtracker.rules.permissions import Actor

_unanswered = sa.text("answered_at IS NULL AND level >= 2")


class Alert(Recorded, Base):
    """The subject is an action or an issue. `epoch` names the stretch in which a level is reached
    once (rules/ladder.py: `epoch`). `policy_id`: the policy that the epoch began under; None is the
    default. `asked_on`: the day it was last put to those who answer. `raised_on`, `asked_on` are
    days of the organisation."""

    __tablename__ = "alert"
    derived = frozenset({"asked_on"})
    __table_args__ = (
        sa.UniqueConstraint("subject_type", "subject_id", "rule", "epoch", "level"),
        sa.Index("ix_alert_unanswered", "level", "subject_type", "subject_id", "epoch",
                 sqlite_where=_unanswered, postgresql_where=_unanswered),
    )  # fmt: skip

    rule: Mapped[AlertRule] = mapped_column(EnumValue(AlertRule))
    subject_type: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(sa.Integer)
    epoch: Mapped[str] = mapped_column(sa.String(32))
    level: Mapped[int] = mapped_column(sa.SmallInteger)
    policy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy.id"))
    raised_on: Mapped[date]
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_on: Mapped[date | None]
    answer: Mapped[AlertAnswer | None] = mapped_column(EnumValue(AlertAnswer))
    answer_reason: Mapped[str | None] = mapped_column(sa.String(500))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"))

    def be_answered(
        self,
        answer: AlertAnswer,
        *,
        by: Actor,
        at: datetime,
        reason: str | None = None,
        decision_id: int | None = None,
    ) -> bool:
        """Write down what was decided. RuleBroken if somebody else has answered already."""
        if self.answered_at is not None:
            raise RuleBroken(N_("This has been answered already."))
        return self.record(
            "alert.answered", by=by, at=at, reason=reason, answer=answer,
            answer_reason=(reason or "").strip() or None, answered_at=at, answered_by_id=by.id,
            decision_id=decision_id,
        )  # fmt: skip
