"""An agenda item, and its placements: one item in one meeting. Items are never copied."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.agenda import Ask, Outcome, Verdict

if TYPE_CHECKING:
    from meetingtracker.models.department import Department
    from meetingtracker.models.issue import Issue
    from meetingtracker.models.meeting import Meeting
    from meetingtracker.models.person import Person
    from meetingtracker.models.series import Series

_in_pool = sa.text("in_pool")


class AgendaItem(Recorded, Base):
    """`key` is the name an import knows it by. `in_pool`: waits for a meeting of its series.

    `placed`, `deferred` and `unreached` count its placements that are over or under way;
    `carried` is how the last one ended, which puts it first in line.
    """

    __tablename__ = "agenda_item"
    derived = frozenset({"description_html"})
    __table_args__ = (
        sa.UniqueConstraint("series_id", "key"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes"),
        sa.Index("ix_agenda_item_pool", "series_id", sqlite_where=_in_pool,
                 postgresql_where=_in_pool),
    )  # fmt: skip

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    key: Mapped[str | None] = mapped_column(sa.String(200))
    title: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_html: Mapped[str] = mapped_column(sa.Text, default="")
    ask: Mapped[Ask] = mapped_column(EnumValue(Ask))
    minutes: Mapped[int] = mapped_column(sa.SmallInteger)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), index=True)
    presenter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issue.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("action.id", use_alter=True), index=True
    )
    executive_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    in_pool: Mapped[bool]
    placed: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    deferred: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    unreached: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    carried: Mapped[Outcome | None] = mapped_column(EnumValue(Outcome))
    first_placed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    series: Mapped["Series"] = relationship()
    department: Mapped["Department"] = relationship()
    presenter: Mapped["Person | None"] = relationship(foreign_keys=presenter_id)
    created_by: Mapped["Person | None"] = relationship(foreign_keys=created_by_id)
    executive: Mapped["Person | None"] = relationship(foreign_keys=executive_id)
    issue: Mapped["Issue | None"] = relationship()
    placements: Mapped[list["Placement"]] = relationship(
        back_populates="item", order_by="Placement.id", viewonly=True
    )


class Placement(Recorded, Base):
    """One item in one meeting. `minutes` planned, `seconds_spent` while it was the current item."""

    __tablename__ = "placement"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "meeting_id"),
        sa.CheckConstraint("outcome IS NOT NULL OR verdict IS NULL", name="verdict"),
        sa.Index("ix_placement_meeting", "meeting_id", "position"),
    )

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    minutes: Mapped[int] = mapped_column(sa.SmallInteger)
    seconds_spent: Mapped[int] = mapped_column(sa.Integer, default=0)
    outcome: Mapped[Outcome | None] = mapped_column(EnumValue(Outcome))
    outcome_reason: Mapped[str | None] = mapped_column(sa.String(500))
    verdict: Mapped[Verdict | None] = mapped_column(EnumValue(Verdict))
    late: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[Outcome | None] = mapped_column(EnumValue(Outcome))

    item: Mapped["AgendaItem"] = relationship(back_populates="placements")
    meeting: Mapped["Meeting"] = relationship(foreign_keys=meeting_id)
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id", viewonly=True)


class Note(Recorded, Base):
    """What was said about an item in one meeting, in Markdown."""

    __tablename__ = "note"
    derived = frozenset({"html"})

    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped["Person | None"] = relationship()
