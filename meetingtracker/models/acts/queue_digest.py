"""Put a person's mail together: its lines are stored, and it waits in the outbox to be written."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.digest import Digest, DigestLine
from meetingtracker.models.notification import Notification
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.reads.due_lines import Found
from meetingtracker.rules.reminders import LONGEST_DIGEST

KIND = "digest"


def digest_key(person_id: int, day: date) -> str:
    """One digest for a person and working day."""
    return f"digest:{person_id}:{day.isoformat()}"


def queue_digest(
    person_id: int,
    lines: Sequence[Found],
    *,
    day: date | None,
    key: str,
    at: datetime,
    due_at: datetime,
    more: int = 0,
) -> bool:
    """Inside a write: False if there is such a mail already, or if another runner's mail has said
    all of it meanwhile.

    `day` is the organisation's for the digest of a day, None for what is mailed at once. `at`: the
    instant that the rules look from; `due_at`: real time. `more`: lines beyond these that have been
    counted as said. Notices that were to be mailed at once and stand in it count as mailed.
    """
    session = db.session()
    if session.scalar(sa.select(Digest.id).where(Digest.key == key)) is not None:
        return False
    lines = say(lines, at=at)
    if not lines:
        return False
    kept, more = lines[:LONGEST_DIGEST], more + max(0, len(lines) - LONGEST_DIGEST)
    digest = Digest(person_id=person_id, key=key, day=day, more=more, created_at=at)
    session.add(digest)
    session.flush()
    session.execute(
        sa.insert(DigestLine),
        [
            {
                "digest_id": digest.id, "position": position, "notice": line.notice,
                "subject_type": line.subject_type, "subject_id": line.subject_id,
                "stamp": line.stamp, "alert_id": line.alert_id, "actor_id": line.actor_id,
                "for_id": line.for_id,
            }
            for position, line in enumerate(kept, 1)
        ],
    )  # fmt: skip
    Outbox.queue(key, KIND, person_id=person_id, at=due_at, digest_id=digest.id)
    return True


def say(lines: Sequence[Found], *, at: datetime) -> list[Found]:
    """Inside a write: what no other mail has said meanwhile; its notices count as mailed now."""
    ids = [line.notification_id for line in lines if line.notification_id is not None]
    if not ids:
        return list(lines)
    said = set(
        db.session().scalars(
            sa.update(Notification)
            .where(Notification.id.in_(ids), Notification.mailed_at.is_(None))
            .values(mailed_at=at)
            .returning(Notification.id)
            .execution_options(synchronize_session=False)
        )
    )
    return [
        line for line in lines if line.notification_id is None or line.notification_id in said
    ]  # fmt: skip
