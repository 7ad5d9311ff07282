"""Early warnings: the mark that stands on a thing, what was said of it when, and by which model."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, Json, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.warning import Mark
from meetingtracker.rules.warning_marks import Verdict, WarningAnswer

if TYPE_CHECKING:
    from meetingtracker.rules.warning_backtest import Learnt

_stands = sa.text("cleared_at IS NULL")


class EarlyWarning(Recorded, Base):
    """One stretch in which a mark stood on an action or an issue; at most one stands on a thing.

    `due_on`: the date it speaks of (None for an issue): once that moves, it speaks no more.
    `reasons` as rules/warning_words.py reads them, and `chance` of being late, where a score was
    earned: what the last look said. `raised_on` is a day of the organisation; others than the owner
    see it from the next day on. `likely_at`: when it first said "likely late".
    """

    __tablename__ = "early_warning"
    derived = frozenset({"reasons", "chance"})
    __table_args__ = (
        sa.Index("uq_early_warning_standing", "subject_type", "subject_id", unique=True,
                 sqlite_where=_stands, postgresql_where=_stands),
        sa.Index("ix_early_warning_subject", "subject_type", "subject_id"),
        sa.Index("ix_early_warning_due", "subject_type", "due_on"),
    )  # fmt: skip

    subject_type: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(sa.Integer)
    due_on: Mapped[date | None]
    mark: Mapped[Mark] = mapped_column(EnumValue(Mark))
    reasons: Mapped[list[Any]] = mapped_column(Json)
    chance: Mapped[float | None]
    model_id: Mapped[int | None] = mapped_column(sa.ForeignKey("warning_model.id"))
    raised_on: Mapped[date]
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    likely_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[WarningAnswer | None] = mapped_column(EnumValue(WarningAnswer))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    @classmethod
    def standing_on(cls, subject_type: str, subject_id: int) -> "EarlyWarning | None":
        return db.session().scalar(
            sa.select(cls).where(
                cls.subject_type == subject_type, cls.subject_id == subject_id,
                cls.cleared_at.is_(None),
            )
        )  # fmt: skip

    def change_mark(self, mark: Mark, *, by: Actor, at: datetime) -> bool:
        likely_at = self.likely_at or (at if mark is Mark.likely_late else None)
        return self.record("early_warning.changed", by=by, at=at, mark=mark, likely_at=likely_at)

    def clear(self, *, by: Actor, at: datetime) -> bool:
        if self.cleared_at is not None:
            return False
        return self.record("early_warning.cleared", by=by, at=at, cleared_at=at)

    def be_answered(self, answer: WarningAnswer, *, by: Actor, at: datetime) -> bool:
        """The owner says what is true. "On course" clears it until facts speak against it."""
        if self.cleared_at is not None:
            raise RuleBroken(N_("This warning stands no more."))
        cleared_at = at if answer is WarningAnswer.on_course else None
        return self.record(
            "early_warning.answered", by=by, at=at, answer=answer, answered_at=at,
            answered_by_id=by.id, cleared_at=cleared_at,
        )  # fmt: skip


class WarningModel(Base):
    """What the weekly refit has learnt, and how it did on the past weeks. None is ever changed.

    `weights`: the intercept, then one for each signal; None where plain rules or an order stand in
    (`verdict`). `promises`: how many had matured.
    """

    __tablename__ = "warning_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    verdict: Mapped[Verdict] = mapped_column(EnumValue(Verdict))
    promises: Mapped[int] = mapped_column(sa.Integer)
    weights: Mapped[list[float] | None] = mapped_column(Json)
    auc: Mapped[float | None]
    auc_due_soonest: Mapped[float | None]
    auc_quiet_longest: Mapped[float | None]
    calibration_error: Mapped[float | None]

    @classmethod
    def keep(cls, learnt: "Learnt", *, at: datetime) -> "WarningModel":
        """Inside a write: the newest model from now on."""
        graded = learnt.backtest
        row = cls(
            at=at, verdict=Verdict(learnt.verdict), promises=learnt.promises,
            weights=learnt.model.told() if learnt.model else None,
            auc=graded.auc if graded else None,
            auc_due_soonest=graded.auc_due_soonest if graded else None,
            auc_quiet_longest=graded.auc_quiet_longest if graded else None,
            calibration_error=graded.calibration_error if graded else None,
        )  # fmt: skip
        session = db.session()
        session.add(row)
        session.flush()
        return row

    @classmethod
    def latest(cls, at: datetime) -> "WarningModel | None":
        """The newest that had been learnt by the instant `at`."""
        return db.session().scalar(
            sa.select(cls).where(cls.at <= at).order_by(cls.at.desc(), cls.id.desc()).limit(1)
        )


class WarningSnapshot(Base):
    """What one look said of one promise: on the weekly look of all it judged, else of what it
    marked anew.

    `shown` is false where nothing was said: no mark, or a shadow week. `signals` are the inputs by
    name, those too that have no weight yet.
    """

    __tablename__ = "warning_snapshot"
    __table_args__ = (
        sa.UniqueConstraint("action_id", "day"),
        sa.Index("ix_warning_snapshot_due", "due_on", "weekly"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    day: Mapped[date]
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("action.id"))
    due_on: Mapped[date]
    chance: Mapped[float | None]
    mark: Mapped[Mark | None] = mapped_column(EnumValue(Mark))
    shown: Mapped[bool]
    weekly: Mapped[bool]
    signals: Mapped[dict[str, float]] = mapped_column(Json)
    reasons: Mapped[list[Any]] = mapped_column(Json)
    model_id: Mapped[int | None] = mapped_column(sa.ForeignKey("warning_model.id"))
