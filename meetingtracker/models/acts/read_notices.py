"""Mark notices as read, and choose of what one is mailed."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.notification import Mute, Notification
from meetingtracker.rules.notices import Notice


def mark_read(person_id: int, *, at: datetime, up_to: int) -> None:
    """All of a person's notices up to this one: what has come since the page was opened is not."""
    _read(at, Notification.person_id == person_id, Notification.id <= up_to)


def mark_one_read(notification_id: int, *, at: datetime) -> None:
    _read(at, Notification.id == notification_id)


def _read(at: datetime, *which: sa.ColumnElement[bool]) -> None:
    db.session().execute(
        sa.update(Notification).where(*which, Notification.read_at.is_(None)).values(read_at=at)
    )


def mute(person_id: int, notices: Collection[Notice], *, at: datetime) -> None:
    """These kinds, and no others, are not mailed. What may not be muted is left out."""
    session = db.session()
    wanted = {notice for notice in notices if notice.may_be_muted and notice.is_mailed}
    muted = {
        row.notice: row
        for row in session.scalars(sa.select(Mute).where(Mute.person_id == person_id))
    }
    for notice in muted.keys() - wanted:
        session.delete(muted[notice])
    session.add_all(
        Mute(person_id=person_id, notice=notice, muted_at=at) for notice in wanted - muted.keys()
    )
