"""The inbox of one person: what they were told, newest first, in three queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.notification import Mute, Notification
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. `title`: what it is about, None for what the person may not see any more;
    `for_name`: whom they stand in for."""

    id: int
    notice: Notice
    subject_type: str
    subject_id: int
    title: str | None
    by: str | None
    for_name: str | None
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of it: `total` counts what the filter shows, `unread` all that is unread."""

    rows: list[Told]
    next_id: int | None
    total: int
    unread: int


def inbox(actor: Actor, *, unread_only: bool, before: int | None = None) -> Inbox:
    """The newest first, those before the notice with the id `before`."""
    mine = [Notification.person_id == actor.id]
    shown = [*mine, Notification.read_at.is_(None)] if unread_only else mine
    older = shown if before is None else [*shown, Notification.id < before]
    found = [_told(row) for row in db.session().execute(_rows(actor, older))]
    counted = db.session().execute(
        sa.select(sa.func.count(), sa.func.count().filter(Notification.read_at.is_(None)))
        .select_from(Notification).where(*mine)
    ).one()  # fmt: skip
    rows = found[:PAGE]
    return Inbox(
        rows, rows[-1].id if len(found) > PAGE else None, counted[1] if unread_only else counted[0],
        counted[1],
    )  # fmt: skip


def _rows(actor: Actor, where: list[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
    by, absent = aliased(Person), aliased(Person)
    kind, subject = Notification.subject_type, Notification.subject_id
    title = sa.func.coalesce(Action.title, Issue.title, Series.name).label("title")
    return (
        sa.select(Notification, title, by.name.label("by"), absent.name.label("for_name"))
        .select_from(Notification)
        .outerjoin(
            Action, sa.and_(kind == "action", Action.id == subject, visible_actions(actor))
        )
        .outerjoin(Issue, sa.and_(kind == "issue", Issue.id == subject, visible_issues(actor)))
        .outerjoin(Meeting, sa.and_(kind == "meeting", Meeting.id == subject))
        .outerjoin(Series, sa.and_(Series.id == Meeting.series_id, visible_series(actor)))
        .outerjoin(by, by.id == Notification.actor_id)
        .outerjoin(absent, absent.id == Notification.for_id)
        .where(*where)
        .order_by(Notification.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip


def _told(row: Any) -> Told:
    notice: Notification = row[0]
    return Told(
        notice.id, notice.notice, notice.subject_type, notice.subject_id, row.title, row.by,
        row.for_name, notice.created_at, notice.read_at is not None,
    )  # fmt: skip


def unread_count(person_id: int) -> int:
    """By its partial index: every page asks this."""
    unread = (Notification.person_id == person_id, Notification.read_at.is_(None))
    return db.session().scalar(sa.select(sa.func.count(Notification.id)).where(*unread)) or 0


def muted_by(person_id: int) -> set[Notice]:
    """The kinds that a person is not mailed about."""
    return set(db.session().scalars(sa.select(Mute.notice).where(Mute.person_id == person_id)))


def is_mine(notification_id: int, actor: Actor) -> bool:
    mine = (Notification.id == notification_id, Notification.person_id == actor.id)
    return db.session().scalar(sa.select(Notification.id).where(*mine)) is not None
