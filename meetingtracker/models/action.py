"""An action: one promise by one point person with one date, and the ledger of its moves."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship, validates

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED, Priority, Repeat, Status

if TYPE_CHECKING:
    from meetingtracker.models.change_request import ChangeRequest
    from meetingtracker.models.department import Department
    from meetingtracker.models.issue import Issue
    from meetingtracker.models.person import Person

_running = sa.text("status IN ('open', 'in_progress', 'blocked')")
_unfinished = sa.text("status IN ('proposed', 'open', 'in_progress', 'blocked')")
_cancelled = sa.text("status IN ('cancelled')")
_BLOCKERS = ("blocker_person_id", "blocker_department_id", "blocker_action_id")


def _where_given(name: str, *columns: str) -> sa.Index:
    """Rows without the first column stay out: they cost an import nothing, and nobody asks."""
    given = sa.text(f"{columns[0]} IS NOT NULL")
    return sa.Index(name, *columns, sqlite_where=given, postgresql_where=given)


class Action(Recorded, Base):
    """`promised_on`, `done_on` are days in the organisation's zone.

    `original_due_on` is written once, with the first date, and never again by any path (a database
    trigger says so too). `epoch_at`: since when it stands as it does, by a new date or by being
    sent back (`reopened` times); `proposed_at`: since when it waits to be accepted; both are None
    for what stands as it was made. Owner and date may be empty until the minutes are issued, and in
    imported history. `undone_at`: taken back by its creator; it then counts nowhere.
    `waits_until_on`: until then it may lie, said whoever handed over for an owner who left.
    """

    __tablename__ = "action"
    derived = frozenset({"description_html", "updated_at"})
    __table_args__ = (
        sa.CheckConstraint("moves >= 0", name="moves"),
        sa.CheckConstraint("(due_on IS NULL) = (original_due_on IS NULL)", name="due"),
        sa.CheckConstraint("(status = 'blocked') = (blocked_need IS NOT NULL)", name="blocked"),
        sa.CheckConstraint("(status IN ('done', 'verified')) = (done_at IS NOT NULL)", name="done"),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        sa.Index("ix_action_owner_running", "owner_id", "due_on", "id",
                 sqlite_where=_running, postgresql_where=_running),
        sa.Index("ix_action_running", "due_on", "id", "issue_id", "priority", "promised_on",
                 "status", sqlite_where=_running, postgresql_where=_running),
        sa.Index("ix_action_unfinished", "due_on", "id", "issue_id", "owner_id", "series_id",
                 "status", sqlite_where=_unfinished, postgresql_where=_unfinished),
        sa.Index("ix_action_cancelled", "original_due_on",
                 sqlite_where=_cancelled, postgresql_where=_cancelled),
        sa.Index("ix_action_owner", "owner_id", "status"),
        sa.Index("ix_action_department", "department_id", "status"),
        sa.Index("ix_action_original_due", "original_due_on", "status", "done_on", "undone_at",
                 "issue_id", "owner_id", "series_id", "department_id"),
        _where_given("ix_action_issue", "issue_id", "status", "due_on"),
        _where_given("ix_action_requested_by", "requested_by_id", "status"),
        _where_given("ix_action_series", "series_id"),
        _where_given("ix_action_meeting", "meeting_id"),
        _where_given("ix_action_placement", "placement_id"),
        _where_given("ix_action_replaces", "replaces_id"),
        _where_given("ix_action_blocker_person", "blocker_person_id"),
        _where_given("ix_action_blocker_department", "blocker_department_id"),
        _where_given("ix_action_blocker_action", "blocker_action_id"),
    )  # fmt: skip

    external_id: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_html: Mapped[str] = mapped_column(sa.Text, default="")
    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issue.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("series.id"))
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"))
    placement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("placement.id"))
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("action.id"))
    status: Mapped[Status] = mapped_column(EnumValue(Status))
    priority: Mapped[Priority] = mapped_column(EnumValue(Priority), default=Priority.normal)
    repeat: Mapped[Repeat | None] = mapped_column(EnumValue(Repeat))
    promised_on: Mapped[date]
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    moves: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    reopened: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    epoch_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    on_track_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    on_track_note: Mapped[str | None] = mapped_column(sa.String(255))
    blocked_need: Mapped[str | None] = mapped_column(sa.String(500))
    blocked_on: Mapped[date | None]
    next_look_on: Mapped[date | None]
    waits_until_on: Mapped[date | None]
    blocker_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    blocker_department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    blocker_action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("action.id"))
    done_on: Mapped[date | None]
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(sa.String(500))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    issue: Mapped["Issue | None"] = relationship(foreign_keys=issue_id)
    department: Mapped["Department | None"] = relationship(foreign_keys=department_id)
    owner: Mapped["Person | None"] = relationship(foreign_keys=owner_id)
    requested_by: Mapped["Person | None"] = relationship(foreign_keys=requested_by_id)
    created_by: Mapped["Person | None"] = relationship(foreign_keys=created_by_id)
    blocker_person: Mapped["Person | None"] = relationship(foreign_keys=blocker_person_id)
    blocker_department: Mapped["Department | None"] = relationship(
        foreign_keys=blocker_department_id
    )
    blocker_action: Mapped["Action | None"] = relationship(
        foreign_keys=blocker_action_id, remote_side="Action.id"
    )
    due_changes: Mapped[list["DueChange"]] = relationship(
        order_by="DueChange.id", back_populates="action", viewonly=True
    )
    wishes: WriteOnlyMapped["ChangeRequest"] = relationship(
        primaryjoin="and_(ChangeRequest.action_id == Action.id,"
        " ChangeRequest.answered_at.is_(None))",
        viewonly=True,
    )

    @property
    def waits_on(self) -> str | None:
        """Who has to move first; None is somebody outside, or another action: not everybody who
        sees this one may read that one's title. Needs the blockers loaded."""
        if self.blocker_person:
            return self.blocker_person.name
        return self.blocker_department.name if self.blocker_department else None

    @validates("original_due_on")
    def _written_once(self, key: str, value: date | None) -> date | None:
        if self.original_due_on is not None and value != self.original_due_on:
            raise RuleBroken(N_("The first date of a promise never changes."))
        return value

    # --- accepting ---------------------------------------------------------------------------

    def accept(self, *, by: Actor, at: datetime) -> bool:
        if self.status is Status.open:
            return False
        self._must_be(Status.proposed)
        return self.record("action.accepted", by=by, at=at, status=Status.open)

    def decline(self, *, reason: str, by: Actor, at: datetime) -> bool:
        """The owner does not promise it; it goes back to whoever asked."""
        self._must_be(Status.proposed)
        return self._cancel("action.declined", reason, by=by, at=at)

    # --- the four answers --------------------------------------------------------------------

    def answer_on_track(self, *, note: str = "", by: Actor, at: datetime) -> bool:
        """Still on course; a promise not yet begun counts as begun."""
        self._must_run()
        status = Status.in_progress if self.status is Status.open else self.status
        return self.record(
            "action.on_track", by=by, at=at, on_track_at=at, on_track_note=note.strip() or None,
            status=status,
        )  # fmt: skip

    def complete(self, *, by: Actor, at: datetime, on: date, meeting_id: int | None = None) -> bool:
        if self.status in (Status.done, Status.verified):
            return False
        self._must_run()
        self._end_wishes(by=by, at=at)
        return self.record(
            "action.completed", by=by, at=at, meeting_id=meeting_id,
            status=Status.done, done_at=at, done_on=on, **_unblocked(),
        )  # fmt: skip

    def block(
        self,
        *,
        need: str,
        next_look_on: date,
        by: Actor,
        at: datetime,
        on: date,
        blocker_person_id: int | None = None,
        blocker_department_id: int | None = None,
        blocker_action_id: int | None = None,
        meeting_id: int | None = None,
    ) -> bool:
        """Name what it waits for. No blocker id at all means "outside"."""
        self._must_run()
        if not need.strip():
            raise RuleBroken(N_("Say what is needed to go on."), field="need")
        if next_look_on < on:
            raise RuleBroken(N_("The next look must be today or later."), field="next_look_on")
        blockers = (blocker_person_id, blocker_department_id, blocker_action_id)
        if sum(b is not None for b in blockers) > 1:
            raise RuleBroken(N_("Name one blocker: who has to move first?"), field="blocker")
        if blocker_action_id == self.id:
            raise RuleBroken(N_("An action can't wait for itself."), field="blocker")
        if blocker_person_id is not None and blocker_person_id == self.owner_id:
            raise RuleBroken(
                N_("Nobody waits for themselves: move the date, or name who has to move first."),
                field="blocker_person",
            )
        return self.record(
            "action.blocked", by=by, at=at, meeting_id=meeting_id, status=Status.blocked,
            blocked_need=need.strip(), next_look_on=next_look_on,
            blocked_on=self.blocked_on or on, blocker_person_id=blocker_person_id,
            blocker_department_id=blocker_department_id, blocker_action_id=blocker_action_id,
        )  # fmt: skip

    def unblock(self, *, by: Actor, at: datetime, reason: str | None = None) -> bool:
        """It can go on: the blocker's part is done, or was not theirs."""
        if self.status is not Status.blocked:
            return False
        return self.record(
            "action.unblocked", by=by, at=at, reason=reason, status=Status.in_progress,
            **_unblocked(),
        )  # fmt: skip

    def move_due(
        self, *, to: date, reason: str, by: Actor, at: datetime, meeting_id: int | None = None
    ) -> bool:
        """Another date, always with a reason: one ledger row. The first date sets the original."""
        if self.status not in UNFINISHED:
            raise RuleBroken(N_("It is finished: its date can't move any more."))
        if to == self.due_on:
            return False
        if self.due_on is None:
            return self.record(
                "action.dated", by=by, at=at, meeting_id=meeting_id, due_on=to,
                original_due_on=to, epoch_at=at,
            )  # fmt: skip
        if not reason.strip():
            raise RuleBroken(N_("Say why the date moves."), field="reason")
        db.session().add(
            DueChange(
                action_id=self.id, from_on=self.due_on, to_on=to, reason=reason.strip(),
                by_id=by.id, at=at, meeting_id=meeting_id,
            )
        )  # fmt: skip
        return self.record(
            "action.moved", by=by, at=at, reason=reason.strip(), meeting_id=meeting_id,
            due_on=to, moves=self.moves + 1, epoch_at=at,
        )  # fmt: skip

    # --- after done --------------------------------------------------------------------------

    def verify(self, *, by: Actor, at: datetime) -> bool:
        if self.status is Status.verified:
            return False
        self._must_be(Status.done)
        return self.record("action.verified", by=by, at=at, status=Status.verified, verified_at=at)

    def refuse(self, *, reason: str, by: Actor, at: datetime) -> bool:
        """Not done after all, says the requester: back to work."""
        self._must_be(Status.done)
        again = {"reopened": self.reopened + 1, "epoch_at": at}
        return self._back_to_work("action.refused", reason, by=by, at=at, **again)

    def take_back_completion(self, *, by: Actor, at: datetime) -> bool:
        """Undo Done."""
        if self.status.is_running:
            return False
        self._must_be(Status.done)
        return self._back_to_work("action.completion_undone", None, by=by, at=at)

    def _back_to_work(
        self, kind: str, reason: str | None, *, by: Actor, at: datetime, **more: Any
    ) -> bool:
        if reason is not None and not reason.strip():
            raise RuleBroken(N_("Give the reason in one line."), field="reason")
        return self.record(
            kind, by=by, at=at, reason=reason, status=Status.in_progress, done_at=None,
            done_on=None, **more,
        )  # fmt: skip

    # --- hands and ends ----------------------------------------------------------------------

    def hand_over(
        self,
        *,
        owner_id: int | None,
        department_id: int | None,
        reason: str,
        binds: bool,
        by: Actor,
        at: datetime,
        meeting_id: int | None = None,
    ) -> bool:
        """Another owner. `binds`: at once, also what was only proposed; otherwise proposed until
        they accept."""
        self._must_be(*UNFINISHED)
        if owner_id == self.owner_id:
            return False
        if self.owner_id is not None and not reason.strip():
            raise RuleBroken(N_("Say why it changes hands."), field="reason")
        values: dict[str, Any] = {"owner_id": owner_id, "department_id": department_id}
        if not binds:
            values |= {"status": Status.proposed, "proposed_at": at, **_unblocked()}
        elif self.status is Status.proposed:
            values["status"] = Status.open
        self._end_wishes(by=by, at=at)
        return self.record(
            "action.handed_over", by=by, at=at, reason=reason.strip() or None,
            meeting_id=meeting_id, **values,
        )  # fmt: skip

    def edit(self, *, by: Actor, at: datetime, **words: Any) -> bool:
        """Title, description (with its HTML), priority, repeat; not once it is finished."""
        self._must_be(*UNFINISHED)
        return self.record("action.edited", by=by, at=at, **words)

    def cancel(
        self, *, reason: str, by: Actor, at: datetime, meeting_id: int | None = None
    ) -> bool:
        if self.status is Status.cancelled:
            return False
        self._must_be(*UNFINISHED)
        return self._cancel("action.dropped", reason, by=by, at=at, meeting_id=meeting_id)

    def undo(self, *, by: Actor, at: datetime) -> bool:
        """Taken back by its creator, as if it had never been given."""
        if self.undone_at is not None:
            return False
        self._must_be(*UNFINISHED)
        self._end_wishes(by=by, at=at)
        return self.record(
            "action.undone", by=by, at=at, status=Status.cancelled, cancelled_at=at, undone_at=at,
            **_unblocked(),
        )  # fmt: skip

    def _cancel(
        self, kind: str, reason: str, *, by: Actor, at: datetime, meeting_id: int | None = None
    ) -> bool:
        if not reason.strip():
            raise RuleBroken(N_("Give the reason in one line."), field="reason")
        self._end_wishes(by=by, at=at)
        return self.record(
            kind, by=by, at=at, reason=reason.strip(), meeting_id=meeting_id,
            status=Status.cancelled, cancelled_at=at, cancel_reason=reason.strip(), **_unblocked(),
        )  # fmt: skip

    def _end_wishes(self, *, by: Actor, at: datetime) -> None:
        """Whoever wished to hand it over or drop it waits no more: it is decided otherwise."""
        for wish in db.session().scalars(self.wishes.select()):
            wish.be_answered(None, by=by, at=at)

    def _must_run(self) -> None:
        if self.status is Status.proposed:
            raise RuleBroken(N_("It is only proposed: accept it first."))
        self._must_be(Status.open, Status.in_progress, Status.blocked)

    def _must_be(self, *statuses: Status) -> None:
        if self.status not in statuses:
            raise RuleBroken(
                N_("That is not possible any more: it is %(state)s now."),
                state=self.status.label.lower(),
            )


def _unblocked() -> dict[str, None]:
    return dict.fromkeys((*_BLOCKERS, "blocked_need", "blocked_on", "next_look_on"))


class DueChange(Base):
    """One move of an action's date. Append-only: `undoes_id` is the move that this one took back
    within minutes; neither of the two counts as a move."""

    __tablename__ = "due_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("action.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"))
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("due_change.id"))

    action: Mapped["Action"] = relationship(back_populates="due_changes", viewonly=True)
    by: Mapped["Person | None"] = relationship()


class DueRequest(Recorded, Base):
    """Another date, asked for by who may not decide; the old one stands until it is answered."""

    __tablename__ = "due_request"
    _unanswered = sa.text("answered_at IS NULL")
    __table_args__ = (
        sa.Index("uq_due_request_open", "action_id", unique=True,
                 sqlite_where=_unanswered, postgresql_where=_unanswered),
    )  # fmt: skip

    action_id: Mapped[int] = mapped_column(sa.ForeignKey("action.id"), index=True)
    to_on: Mapped[date]
    wish: Mapped[str] = mapped_column(sa.String(500))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    asked_by: Mapped["Person | None"] = relationship(foreign_keys=asked_by_id)
    action: Mapped["Action"] = relationship()

    def answer(self, granted: bool, *, by: Actor, at: datetime, reason: str | None) -> bool:
        if self.answered_at is not None:
            raise RuleBroken(N_("This has been answered already."))
        return self.record(
            "due_request.answered", by=by, at=at, reason=reason,
            granted=granted, answered_by_id=by.id, answered_at=at,
        )  # fmt: skip

    def withdraw(self, *, by: Actor, at: datetime) -> bool:
        """Whoever asked does not wish it any more."""
        if self.answered_at is not None:
            raise RuleBroken(N_("This has been answered already."))
        return self.record(
            "due_request.withdrawn", by=by, at=at, answered_by_id=by.id, answered_at=at
        )
