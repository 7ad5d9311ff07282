"""Comments as the API gives them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.comment import Comment
from meetingtracker.models.person import Person
from meetingtracker.models.reads.api.lists import Clause, Slice, Window, holds, rows_of


@dataclass(frozen=True, slots=True)
class CommentObject:
    """What somebody said about an issue or an action; the text is empty if it was taken away."""

    id: int
    version: int
    text: str
    created_at: datetime
    created_by: str | None


def comment_slice(subject: Clause, window: Window) -> Slice[CommentObject]:
    """Those of one issue or action, which the actor is known to see."""
    where = [subject, holds(window.words, Comment.text)]
    if window.words:
        where.append(Comment.redacted_at.is_(None))
    rows, total, last_id = rows_of(_select(), Comment, where, window)
    return Slice([_object(row) for row in rows], total, last_id)


def comment_object(comment_id: int) -> CommentObject:
    return _object(db.session().execute(_select().where(Comment.id == comment_id)).one())


def _select() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Comment.id, Comment.version, Comment.text, Comment.at, Comment.redacted_at, Person.email
    ).outerjoin(Person, Person.id == Comment.by_id)


def _object(row: Any) -> CommentObject:
    text = row.text if row.redacted_at is None else ""
    return CommentObject(row.id, row.version, text, row.at, row.email)
