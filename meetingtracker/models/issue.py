"""An issue: something between departments that hurts customers, inside or outside."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, Role
from meetingtracker.rules.states import (
    OPEN_STAGES,
    WORKING_STAGES,
    ClosedAs,
    Customer,
    Evidence,
    Stage,
)

if TYPE_CHECKING:
    from meetingtracker.models.department import Department
    from meetingtracker.models.person import Person

_open = sa.text("stage NOT IN ('closed', 'declined')")
_closed = sa.text("closed_at IS NOT NULL")


class Issue(Recorded, Base):
    """`raised_on`, `resolved_on` are days in the organisation's zone. Severity 1 is the worst.

    `nominee`: somebody of another department asked to be point person, until its leader accepts.
    """

    __tablename__ = "issue"
    derived = frozenset({"description_html", "updated_at"})
    __table_args__ = (
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),
        sa.CheckConstraint("(stage = 'resolved') = (resolved_on IS NOT NULL AND closed_at IS NULL)"
                           " OR stage IN ('closed', 'declined')", name="resolved"),
        sa.CheckConstraint("(stage = 'blocked') = (blocked_need IS NOT NULL)", name="blocked"),
        # Each serves one list from the index alone; the spelling of WHERE must match the query's.
        sa.Index("ix_issue_open", "stage", "severity", "raised_on", "id", "owning_department_id",
                 "raising_department_id", "point_person_id", "confidential", "customer",
                 sqlite_where=_open, postgresql_where=_open),
        sa.Index("ix_issue_confidential", "id", "raising_department_id", "owning_department_id",
                 "point_person_id", "confidential", sqlite_where=sa.text("confidential = 1"),
                 postgresql_where=sa.text("confidential")),
        sa.Index("ix_issue_raised_on", "raised_on", "confidential"),
        sa.Index("ix_issue_closed_at", "closed_at", "confidential",
                 sqlite_where=_closed, postgresql_where=_closed),
        sa.Index("ix_issue_raised_by_department", "raising_department_id", "stage"),
        sa.Index("ix_issue_owned_by_department", "owning_department_id", "stage"),
        sa.Index("ix_issue_point_person", "point_person_id", "stage"),
    )  # fmt: skip

    external_id: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_html: Mapped[str] = mapped_column(sa.Text, default="")
    raising_department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"))
    owning_department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    point_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    nominee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    raised_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    severity: Mapped[int] = mapped_column(sa.SmallInteger, default=3)
    customer: Mapped[Customer] = mapped_column(EnumValue(Customer), default=Customer.internal)
    customer_goal: Mapped[str] = mapped_column(sa.String(500), default="")
    evidence: Mapped[Evidence | None] = mapped_column(EnumValue(Evidence))
    stage: Mapped[Stage] = mapped_column(EnumValue(Stage), default=Stage.new)
    root_cause: Mapped[str] = mapped_column(sa.Text, default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("series.id"), index=True)
    blocked_need: Mapped[str | None] = mapped_column(sa.String(500))
    blocker_department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    resolution: Mapped[str | None] = mapped_column(sa.Text)
    raised_on: Mapped[date]
    resolved_on: Mapped[date | None]
    closed_as: Mapped[ClosedAs | None] = mapped_column(EnumValue(ClosedAs))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    raising_department: Mapped["Department"] = relationship(foreign_keys=raising_department_id)
    owning_department: Mapped["Department | None"] = relationship(foreign_keys=owning_department_id)
    blocker_department: Mapped["Department | None"] = relationship(
        foreign_keys=blocker_department_id
    )
    point_person: Mapped["Person | None"] = relationship(foreign_keys=point_person_id)
    nominee: Mapped["Person | None"] = relationship(foreign_keys=nominee_id)
    raised_by: Mapped["Person | None"] = relationship(foreign_keys=raised_by_id)
    readers: Mapped[list["IssueReader"]] = relationship(
        primaryjoin="and_(IssueReader.issue_id == Issue.id, IssueReader.removed_at.is_(None))",
        viewonly=True,
        lazy="selectin",
    )

    @property
    def reader_ids(self) -> frozenset[int]:
        return frozenset(reader.person_id for reader in self.readers)

    def edit(self, *, by: Actor, at: datetime, **words: Any) -> bool:
        """Title, description (with its HTML), customer, goal, evidence, root cause."""
        return self.record("issue.edited", by=by, at=at, **words)

    def triage(
        self,
        *,
        owning_department_id: int | None,
        severity: int,
        by: Actor,
        at: datetime,
        meeting_id: int | None = None,
    ) -> bool:
        """Say whose it is and how bad; an untouched issue counts as triaged then."""
        self._must_be_open()
        stage = Stage.triaged if self.stage is Stage.new and owning_department_id else self.stage
        return self.record(
            "issue.triaged", by=by, at=at, meeting_id=meeting_id, stage=stage,
            owning_department_id=owning_department_id, severity=severity,
        )  # fmt: skip

    def name_point_person(
        self, person_id: int | None, *, by: Actor, at: datetime, meeting_id: int | None = None
    ) -> bool:
        """Set the point person; naming one for a new issue is its triage."""
        self._must_be_open()
        stage = Stage.triaged if self.stage is Stage.new and person_id else self.stage
        return self.record(
            "issue.point_person_named", by=by, at=at, meeting_id=meeting_id,
            point_person_id=person_id, nominee_id=None, stage=stage,
        )  # fmt: skip

    def nominate(self, person_id: int, *, by: Actor, at: datetime) -> bool:
        """Ask another department for a point person; its leader accepts or declines."""
        self._must_be_open()
        return self.record("issue.point_person_asked", by=by, at=at, nominee_id=person_id)

    def decline_nominee(self, *, reason: str, by: Actor, at: datetime) -> bool:
        if self.nominee_id is None:
            return False
        return self.record(
            "issue.point_person_declined", by=by, at=at, reason=_said(reason), nominee_id=None
        )

    def move_to(
        self,
        stage: Stage,
        *,
        by: Actor,
        at: datetime,
        need: str | None = None,
        blocker_department_id: int | None = None,
        meeting_id: int | None = None,
    ) -> bool:
        """Triaged, in progress or blocked; blocked says what is needed and from whom."""
        self._must_be_in_work()
        if stage not in WORKING_STAGES:
            raise RuleBroken(N_("Use Resolve, Confirm or Decline for that."), field="stage")
        if stage is Stage.blocked and not (need or "").strip():
            raise RuleBroken(N_("Say what is needed to go on."), field="need")
        blocked = stage is Stage.blocked
        return self.record(
            "issue.stage_set", by=by, at=at, meeting_id=meeting_id, stage=stage,
            blocked_need=need if blocked else None,
            blocker_department_id=blocker_department_id if blocked else None,
            resolved_on=None, resolution=None,
        )  # fmt: skip

    def resolve(
        self,
        *,
        resolution: str,
        by: Actor,
        at: datetime,
        on: date,
        meeting_id: int | None = None,
    ) -> bool:
        """Say that it is solved; the department that raised it has the last word."""
        if self.stage is Stage.resolved:
            return False
        self._must_be_open()
        return self.record(
            "issue.resolved", by=by, at=at, meeting_id=meeting_id, stage=Stage.resolved,
            resolved_on=on, resolution=resolution.strip(), blocked_need=None,
            blocker_department_id=None, nominee_id=None,
        )  # fmt: skip

    def confirm(self, *, by: Actor, at: datetime) -> bool:
        return self._close("issue.confirmed", ClosedAs.confirmed, by=by, at=at)

    def close_unconfirmed(self, *, by: Actor, at: datetime) -> bool:
        """Nobody answered for ten working days."""
        return self._close("issue.closed_unconfirmed", ClosedAs.not_confirmed, by=by, at=at)

    def _close(self, kind: str, closed_as: ClosedAs, *, by: Actor, at: datetime) -> bool:
        if self.stage is Stage.closed:
            return False
        if self.stage is not Stage.resolved:
            raise RuleBroken(N_("Only a resolved issue can be confirmed."))
        return self.record(
            kind, by=by, at=at, stage=Stage.closed, closed_as=closed_as, closed_at=at
        )

    def reopen(self, *, reason: str, by: Actor, at: datetime) -> bool:
        """Not solved after all: back to work, with one line why."""
        if self.stage.is_open and self.stage is not Stage.resolved:
            return False
        return self.record(
            "issue.reopened", by=by, at=at, reason=_said(reason), stage=Stage.in_progress,
            resolved_on=None, resolution=None, closed_as=None, closed_at=None,
        )  # fmt: skip

    def decline(self, *, reason: str, by: Actor, at: datetime) -> bool:
        if self.stage is Stage.declined:
            return False
        self._must_be_in_work()
        return self.record(
            "issue.declined", by=by, at=at, reason=_said(reason), stage=Stage.declined,
            closed_at=at, blocked_need=None, blocker_department_id=None, nominee_id=None,
        )  # fmt: skip

    def set_confidential(self, confidential: bool, *, by: Actor, at: datetime) -> bool:
        return self.record("issue.confidential_set", by=by, at=at, confidential=confidential)

    def _must_be_open(self) -> None:
        if not self.stage.is_open:
            raise RuleBroken(N_("This issue is closed. Re-open it first."))

    def _must_be_in_work(self) -> None:
        """A resolved issue waits for whoever raised it: nobody else takes the word from them."""
        self._must_be_open()
        if self.stage is Stage.resolved:
            raise RuleBroken(N_("It is resolved: whoever raised it confirms or re-opens it."))


def _said(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken(N_("Give the reason in one line."), field="reason")
    return reason.strip()


class IssueReader(Recorded, Base):
    """Somebody named to read a confidential issue."""

    __tablename__ = "issue_reader"
    __table_args__ = (sa.UniqueConstraint("issue_id", "person_id"),)

    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("issue.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def open_issues() -> sa.ColumnElement[bool]:
    return Issue.stage.in_(OPEN_STAGES)


def visible_issues(actor: Actor) -> sa.ColumnElement[bool]:
    """The SQL twin of `may_see_issue`; a generated test holds them together.

    Never NULL, so that it may be negated.
    """
    if actor.role is Role.executive:
        return sa.true()
    led = actor.leads or {-1}
    return sa.or_(
        Issue.confidential.is_(False),
        Issue.raising_department_id.in_(led),
        sa.func.coalesce(Issue.owning_department_id, 0).in_(led),
        sa.func.coalesce(Issue.point_person_id, 0) == actor.id,
        Issue.id.in_(
            sa.select(IssueReader.issue_id).where(
                IssueReader.person_id == actor.id, IssueReader.removed_at.is_(None)
            )
        ),
        Issue.id.in_(_on_agendas_run_by(actor)),
    )


def _on_agendas_run_by(actor: Actor) -> sa.Select[tuple[int]]:
    """Issues on the agenda of a meeting, not over, that the actor facilitates or scribes."""
    meeting, placement, item = (
        Base.metadata.tables[name] for name in ("meeting", "placement", "agenda_item")
    )
    return (
        sa.select(item.c.issue_id)
        .join(placement, placement.c.item_id == item.c.id)
        .join(meeting, meeting.c.id == placement.c.meeting_id)
        .where(
            item.c.issue_id.is_not(None),
            sa.or_(meeting.c.facilitator_id == actor.id, meeting.c.scribe_id == actor.id),
            meeting.c.state.in_(("planned", "open", "frozen", "live", "wrap_up")),
        )
    )
