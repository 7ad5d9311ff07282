"""A mail that never went: what it was to say is said by the next one."""

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.digest import Digest, DigestLine
from meetingtracker.models.notification import Notification


def unsay(digest: Digest) -> None:
    """Inside a write: nothing in it counts as said."""
    session = db.session()
    session.execute(
        sa.update(DigestLine).where(DigestLine.digest_id == digest.id).values(alert_id=None)
    )
    session.execute(
        sa.update(Notification)
        .where(
            Notification.person_id == digest.person_id,
            Notification.mailed_at == digest.created_at,
        )
        .values(mailed_at=None)
    )
