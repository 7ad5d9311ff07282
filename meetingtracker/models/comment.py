"""A comment on an issue or an action; a comment is redacted, never deleted."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, UTCDateTime
from meetingtracker.models.event import Recorded
from meetingtracker.rules.permissions import Actor

if TYPE_CHECKING:
    from meetingtracker.models.person import Person


class Comment(Recorded, Base):
    __tablename__ = "comment"
    derived = frozenset({"html"})
    __table_args__ = (
        sa.CheckConstraint("(issue_id IS NULL) <> (action_id IS NULL)", name="one_subject"),
    )

    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issue.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("action.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    redacted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped["Person | None"] = relationship()

    @classmethod
    def write(
        cls,
        *,
        text: str,
        html: str,
        issue_id: int | None = None,
        action_id: int | None = None,
        by: Actor,
        at: datetime,
    ) -> "Comment":
        return cls.create(
            "comment.written", by=by, at=at, text=text, html=html,
            issue_id=issue_id, action_id=action_id, by_id=by.id,
        )  # fmt: skip


class Attachment(Recorded, Base):
    """A file kept under UPLOAD_DIR by its SHA-256; `size` in bytes."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN issue_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN action_id IS NULL THEN 0"
            " ELSE 1 END) + (CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
    )

    issue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("issue.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(sa.ForeignKey("action.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    content_type: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int] = mapped_column(sa.Integer)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
