"""Issued minutes, what followed them, and which parts of their annex somebody may read."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.minutes import Erratum, MinutesAnswer
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.minutes import annex_actions
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


def latest_minutes(meeting_id: int) -> MinutesVersion | None:
    return db.session().scalar(
        sa.select(MinutesVersion)
        .filter_by(meeting_id=meeting_id)
        .options(joinedload(MinutesVersion.issued_by))
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    )


def minutes_of(meeting_id: int, number: int) -> MinutesVersion | None:
    return db.session().scalar(
        sa.select(MinutesVersion)
        .filter_by(meeting_id=meeting_id, number=number)
        .options(joinedload(MinutesVersion.issued_by))
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """One version, without its text. `reason`: why there is one after the first."""

    number: int
    issued_at: datetime
    reason: str | None
    sha256: str


def versions_of(meeting_id: int) -> list[Issued]:
    """The newest first."""
    rows = db.session().execute(
        sa.select(
            MinutesVersion.number, MinutesVersion.issued_at, MinutesVersion.reason,
            MinutesVersion.sha256,
        )
        .filter_by(meeting_id=meeting_id)
        .order_by(MinutesVersion.number.desc())
    )  # fmt: skip
    return [Issued(*row) for row in rows]


def is_newest(meeting: Meeting) -> bool:
    """Whether no later meeting of the series has begun or has minutes."""
    begun = (
        MeetingState.live, MeetingState.wrap_up, MeetingState.issued, MeetingState.approved,
    )  # fmt: skip
    later = sa.select(Meeting.id).where(
        Meeting.series_id == meeting.series_id, Meeting.held_on > meeting.held_on,
        Meeting.state.in_(begun),
    )  # fmt: skip
    return db.session().scalar(later.limit(1)) is None


def answers_of(meeting_id: int, number: int) -> list[MinutesAnswer]:
    """What those who were there say about a version, objections first."""
    return list(
        db.session().scalars(
            sa.select(MinutesAnswer)
            .filter_by(meeting_id=meeting_id, number=number)
            .options(joinedload(MinutesAnswer.person))
            .order_by(MinutesAnswer.word.desc(), MinutesAnswer.id)
        )
    )


def errata_of(meeting_id: int) -> list[Erratum]:
    """Those agreed by their number, then those that wait; the withdrawn are left out."""
    return list(
        db.session().scalars(
            sa.select(Erratum)
            .where(Erratum.meeting_id == meeting_id, Erratum.withdrawn_at.is_(None))
            .options(joinedload(Erratum.written_by), joinedload(Erratum.agreed_by))
            .order_by(Erratum.number.nulls_last(), Erratum.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Known:
    """Minutes that a hash belongs to. `meeting` only for those who may see it."""

    number: int
    issued_at: datetime
    is_annex: bool
    is_newest: bool
    meeting: Meeting | None


def known_by_hash(actor: Actor | None, hashes: list[str]) -> Known | None:
    """The issued minutes, or the annex, whose text has one of these SHA-256 hashes (hex)."""
    wanted = [h.lower() for h in hashes]
    session = db.session()
    version = session.scalar(
        sa.select(MinutesVersion)
        .where(sa.or_(MinutesVersion.sha256.in_(wanted), MinutesVersion.annex_sha256.in_(wanted)))
        .order_by(MinutesVersion.id)
        .limit(1)
    )
    if version is None:
        return None
    newest = session.scalar(
        sa.select(sa.func.max(MinutesVersion.number)).filter_by(meeting_id=version.meeting_id)
    )
    meeting = None
    if actor is not None:
        meeting = session.scalar(
            sa.select(Meeting)
            .join(Series, Series.id == Meeting.series_id)
            .where(Meeting.id == version.meeting_id, visible_series(actor))
            .options(joinedload(Meeting.series))
        )
    return Known(
        number=version.number, issued_at=version.issued_at,
        is_annex=version.sha256 not in wanted, is_newest=version.number == newest,
        meeting=meeting,
    )  # fmt: skip


@dataclass(frozen=True)
class MayRead:
    """Which parts of a confidential annex somebody may read."""

    items: frozenset[int]
    """Numbers of agenda items, as the document counts them from 1."""
    actions: frozenset[int]
    """Ids of actions."""


def may_read(actor: Actor, version: MinutesVersion) -> MayRead:
    """Item by item: an annex may hold issues of which the actor may see only some.

    What was confidential when the minutes were issued may be open to all by now.
    """
    session = db.session()
    about = _secret_issues(version)
    seen = set(
        session.scalars(
            sa.select(Issue.id).where(Issue.id.in_(about.values()), visible_issues(actor))
        )
    )
    actions = session.scalars(
        sa.select(Action.id)
        .join(Issue, Issue.id == Action.issue_id)
        .where(
            Action.id.in_(annex_actions(version.annex or "")),
            visible_issues(actor),
            visible_actions(actor),
        )
    )
    return MayRead(
        frozenset(number for number, issue_id in about.items() if issue_id in seen),
        frozenset(actions),
    )


def _secret_issues(version: MinutesVersion) -> dict[int, int]:
    """The issue of each item of the annex, by the item's number in the text.

    Versions of before this was kept with them: the agenda still stands as it stood, unless the
    minutes have been opened again since; then nobody can say, and nothing is shown.
    """
    if version.secret_issues is not None:
        return {int(number): issue_id for number, issue_id in version.secret_issues.items()}
    session = db.session()
    reopened = sa.select(MinutesVersion.id).where(
        MinutesVersion.meeting_id == version.meeting_id, MinutesVersion.number > version.number
    )
    is_open = session.scalar(sa.select(Meeting.reopen_reason).filter_by(id=version.meeting_id))
    if is_open is not None or session.scalar(reopened.limit(1)) is not None:
        return {}
    about = session.scalars(
        sa.select(AgendaItem.issue_id)
        .join(Placement, Placement.item_id == AgendaItem.id)
        .where(Placement.meeting_id == version.meeting_id)
        .order_by(Placement.position, Placement.id)
    )
    return {number: issue_id for number, issue_id in enumerate(about, 1) if issue_id is not None}
