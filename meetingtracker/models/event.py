"""The history: one append-only row for every change of state, written in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from meetingtracker.db import Base, Json, UTCDateTime, db
from meetingtracker.rules.permissions import Actor


class Event(Base):
    """Who changed what, when, from what to what. Nobody edits one."""

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("subject_type", "subject_id", "subject_version", "kind"),
        sa.Index("ix_event_at", "at", "id"),
        sa.Index(
            "ix_event_meeting", "meeting_id", sqlite_where=sa.text("meeting_id IS NOT NULL"),
            postgresql_where=sa.text("meeting_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(48))
    subject_type: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(sa.Integer)
    subject_version: Mapped[int] = mapped_column(sa.Integer)
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    changes: Mapped[dict[str, list[Any]]] = mapped_column(Json)


class Recorded:
    """A row that changes only through `create` and `record`, which write its Event.

    `derived` names columns that follow from others (HTML, `updated_at`): not in the history.
    """

    derived: ClassVar[frozenset[str]] = frozenset()
    _one_version = _told = False

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    version: Mapped[int] = mapped_column(sa.Integer, sort_order=-1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        # A row changed by somebody else since it was read is refused by the database itself.
        return {"version_id_col": cls.__table__.c.version, "version_id_generator": False}  # type: ignore[attr-defined]

    @classmethod
    def create(
        cls,
        kind: str,
        /,
        *,
        by: Actor,
        at: datetime,
        reason: str | None = None,
        meeting_id: int | None = None,
        **values: Any,
    ) -> Self:
        """Add a row and its first event; flushes, so that the row has its id.

        `meeting_id`: the meeting it was done in. It, `at` and `reason` are also the row's own,
        where it has such a column.
        """
        if meeting_id is not None and "meeting_id" in cls.__table__.columns:  # type: ignore[attr-defined]
            values.setdefault("meeting_id", meeting_id)
        if "at" in cls.__table__.columns:  # type: ignore[attr-defined]
            values.setdefault("at", at)
        if "reason" in cls.__table__.columns:  # type: ignore[attr-defined]
            values.setdefault("reason", reason)
        row = cls(version=1, **values)  # type: ignore[call-arg]  # a mapped constructor
        session = db.session()
        session.add(row)
        session.flush()
        changes = {
            name: [None, encode(value)]
            for name in row._recorded_columns()
            if (value := getattr(row, name)) is not None
        }
        session.add(row._event(kind, by, at, reason, meeting_id, changes))
        return row

    def record(
        self,
        kind: str,
        *,
        by: Actor,
        at: datetime,
        reason: str | None = None,
        meeting_id: int | None = None,
        **values: Any,
    ) -> bool:
        """Set the values and write one event. False, and nothing written, if all stood so."""
        changes: dict[str, list[Any]] = {}
        for name, value in values.items():
            old = getattr(self, name)
            if old == value:
                continue
            setattr(self, name, value)
            if name not in self.derived:
                changes[name] = [encode(old), encode(value)]
        if not changes:
            return False
        if not self._told:
            self.version += 1
            self._told = self._one_version
        if "updated_at" in self.derived:
            self.updated_at = at
        db.session().add(self._event(kind, by, at, reason, meeting_id, changes))
        return True

    @contextmanager
    def as_one_version(self) -> Iterator[None]:
        """What is recorded inside is one version of the row, told by an event for each kind."""
        self._one_version = True
        try:
            yield
        finally:
            self._one_version = self._told = False

    def _event(
        self,
        kind: str,
        by: Actor,
        at: datetime,
        reason: str | None,
        meeting_id: int | None,
        changes: dict[str, list[Any]],
    ) -> Event:
        return Event(
            at=at,
            actor_id=by.id,
            kind=kind,
            subject_type=self.__tablename__,  # type: ignore[attr-defined]
            subject_id=self.id,
            subject_version=self.version,
            meeting_id=meeting_id,
            reason=reason,
            changes=changes,
        )

    @classmethod
    def _recorded_columns(cls) -> list[str]:
        columns = cls.__table__.columns.keys()  # type: ignore[attr-defined]
        return [c for c in columns if c not in cls.derived and c not in ("id", "version")]


def encode(value: Any) -> Any:
    """A column's value as JSON: ISO dates, enum values, plain numbers and text."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def decode(column: sa.Column[Any], value: Any) -> Any:
    """The inverse of `encode`, for rebuilding a row from its events."""
    kind = column.type
    if value is None or isinstance(value, bool):
        return value
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.Time):
        return time.fromisoformat(value)
    return value
