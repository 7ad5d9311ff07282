"""Issued minutes, and which parts of their confidential annex somebody may read."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import MinutesVersion
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.rules.permissions import Actor


def latest_minutes(meeting_id: int) -> MinutesVersion | None:
    return db.session().scalar(
        sa.select(MinutesVersion)
        .filter_by(meeting_id=meeting_id)
        .options(joinedload(MinutesVersion.issued_by))
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class MayRead:
    """Which parts of a confidential annex somebody may read."""

    items: frozenset[int]
    """Numbers of agenda items, as the document counts them from 1."""
    actions: frozenset[int]
    """Ids of actions."""


def may_read(actor: Actor, meeting_id: int, action_ids: Collection[int]) -> MayRead:
    """Item by item: an annex may hold issues of which the actor may see only some.

    `action_ids` are the promises that it names. What was confidential when the minutes were issued
    may be open to all by now.
    """
    session = db.session()
    about = session.scalars(
        sa.select(AgendaItem.issue_id)
        .join(Placement, Placement.item_id == AgendaItem.id)
        .where(Placement.meeting_id == meeting_id)
        .order_by(Placement.position, Placement.id)
    ).all()
    seen = set(
        session.scalars(sa.select(Issue.id).where(Issue.id.in_(about), visible_issues(actor)))
    )
    actions = session.scalars(
        sa.select(Action.id)
        .join(Issue, Issue.id == Action.issue_id)
        .where(Action.id.in_(action_ids), visible_issues(actor), visible_actions(actor))
    )
    return MayRead(
        frozenset(n for n, issue_id in enumerate(about, 1) if issue_id is None or issue_id in seen),
        frozenset(actions),
    )
