"""A digest with its lines and a link, made by hand as the runner makes them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.change_request import open_change
from meetingtracker.models.acts.mail_link import make_mail_link
from meetingtracker.models.acts.move_due import open_request
from meetingtracker.models.alert import Alert
from meetingtracker.models.digest import Digest, DigestLine
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads import stamps
from meetingtracker.rules.ladder import AlertRule, epoch
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, TODAY, Cast

FIRST = 7_000
"""Lines have numbers that no thing in a test has, so that none is taken for the other."""


@dataclass(frozen=True)
class Mail:
    """The link's path, and the ids of its lines."""

    path: str
    lines: list[int]

    @property
    def line(self) -> int:
        return self.lines[0]


def mail(cast: Cast, to: str, *about: tuple[Notice, Action | Issue], at: datetime = NOW) -> Mail:
    """Inside a write: a mail to somebody about these things as they stand now."""
    before = db.session.scalar(sa.select(sa.func.count(Digest.id)))
    digest = Digest(
        person_id=cast.person[to], key=f"digest:{to}:{before}", day=TODAY, created_at=at
    )
    db.session.add(digest)
    db.session.flush()
    taken = db.session.scalar(sa.select(sa.func.max(DigestLine.id))) or FIRST
    rows = [
        DigestLine(
            id=taken + 1 + position, digest_id=digest.id, position=position, notice=notice,
            subject_type=thing.__tablename__, subject_id=thing.id, stamp=stamp_of(notice, thing),
            alert_id=_alert(thing, notice) if notice is Notice.escalated else None,
        )
        for position, (notice, thing) in enumerate(about)
    ]  # fmt: skip
    db.session.add_all(rows)
    token = make_mail_link(digest.id, at=at)
    db.session.flush()
    return Mail(f"/a/{token}", [row.id for row in rows])


def stamp_of(notice: Notice, thing: Action | Issue) -> str:
    if isinstance(thing, Issue):
        if notice is Notice.nominee:
            return stamps.of_nominee(thing.nominee_id)
        return stamps.of_resolution(thing.resolved_on)
    match notice:
        case Notice.to_accept:
            return stamps.of_proposal(thing.owner_id)
        case Notice.to_verify:
            return stamps.of_completion(thing.done_at)
        case Notice.blocked_on_you:
            return stamps.of_block(thing)
        case Notice.date_to_decide:
            wish = open_request(thing.id)
            return stamps.of_wish(wish.id) if wish else ""
        case Notice.change_to_decide:
            change = open_change(thing.id)
            return stamps.of_wish(change.id) if change else ""
    return stamps.of_promise(thing.owner_id, thing.due_on, thing.reopened)


def _alert(action: Action | Issue, notice: Notice) -> int:
    assert isinstance(action, Action)
    assert action.due_on is not None
    return Alert.create(
        "alert.raised", by=SYSTEM, at=NOW, rule=AlertRule.due, subject_type="action",
        subject_id=action.id, epoch=epoch(action.due_on, action.reopened), level=2,
        raised_on=TODAY, raised_at=NOW,
    ).id  # fmt: skip
