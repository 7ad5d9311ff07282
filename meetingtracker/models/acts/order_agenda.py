"""The order of a meeting's agenda: as proposed, or as somebody wants it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.agenda import candidate
from meetingtracker.rules.agenda import Candidate, proposed_order
from meetingtracker.rules.permissions import Actor


def candidates(item_ids: Collection[int]) -> list[Candidate]:
    """The items as the order sees them, in one query."""
    items = db.session().scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.id.in_(item_ids))
        .options(joinedload(AgendaItem.issue))
    )
    return [candidate(item) for item in items]


def propose_order(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """Put the whole agenda in the proposed order."""
    meeting.must_be_ahead()
    placements = {p.item_id: p for p in _agenda(meeting)}
    order = proposed_order(candidates(placements), meeting_minutes=meeting.minutes)
    _number([placements[c.item_id] for c in order], meeting, by=by, at=at, by_hand=False)


def make_room(meeting: Meeting, carried: Collection[int], *, by: Actor, at: datetime) -> None:
    """Give the items `carried` over their place on an agenda that was planned already.

    They take it in the proposed order; once somebody has moved anything by hand, that order
    stands and they come before it.
    """
    if not carried:
        return
    by_hand = sa.select(Event.id).filter_by(meeting_id=meeting.id, kind="placement.moved").limit(1)
    if db.session().scalar(by_hand) is None:
        propose_order(meeting, by=by, at=at)
        return
    agenda = _agenda(meeting)
    came = {p.item_id: p for p in agenda if p.item_id in carried}
    order = proposed_order(candidates(came), meeting_minutes=meeting.minutes)
    stood = [p for p in agenda if p.item_id not in came]
    first = [came[c.item_id] for c in order]
    _number([*first, *stood], meeting, by=by, at=at, by_hand=False)


def move_placement(
    meeting: Meeting, placement: Placement, steps: int, *, by: Actor, at: datetime
) -> None:
    """Move an item up (`steps` below 0) or down the agenda; beyond either end it stays there."""
    meeting.must_not_be_over()
    agenda = _agenda(meeting)
    here = next(i for i, p in enumerate(agenda) if p.id == placement.id)
    agenda.insert(min(max(here + steps, 0), len(agenda) - 1), agenda.pop(here))
    _number(agenda, meeting, by=by, at=at, by_hand=True)


def _agenda(meeting: Meeting) -> list[Placement]:
    return list(
        db.session().scalars(
            sa.select(Placement)
            .filter_by(meeting_id=meeting.id)
            .options(joinedload(Placement.item))
            .order_by(Placement.position, Placement.id)
        )
    )


def _number(
    agenda: list[Placement], meeting: Meeting, *, by: Actor, at: datetime, by_hand: bool
) -> None:
    for position, placement in enumerate(agenda, 1):
        placement.move_to(position, by=by, at=at, by_hand=by_hand)
    meeting.touch()
