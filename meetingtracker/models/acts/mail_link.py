"""The link in a mail that opens the lines of its digest, without a sign-in."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.digest import MailLink
from meetingtracker.models.sign_in import hashed

LASTS = timedelta(days=14)


def make_mail_link(digest_id: int, *, at: datetime) -> str:
    """A new link's token: it is shown once, in the mail. Each try to send makes one."""
    token = secrets.token_urlsafe(32)
    db.session().add(
        MailLink(token_hash=hashed(token), digest_id=digest_id, created_at=at, ends_at=at + LASTS)
    )
    return token


def find_mail_link(token: str, *, at: datetime) -> MailLink | None:
    """The link of a token, if it has not run out."""
    return db.session().scalar(
        sa.select(MailLink).where(MailLink.token_hash == hashed(token), MailLink.ends_at > at)
    )
