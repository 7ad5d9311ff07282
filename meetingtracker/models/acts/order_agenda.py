"""The order of a meeting's agenda: as proposed, or as somebody wants it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.agenda import candidate
from meetingtracker.models.reads.points import all_points, points_counted
from meetingtracker.rules.agenda import Ask, Candidate, proposed_order
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def candidates(item_ids: Collection[int]) -> list[Candidate]:
    """The items as the order sees them, in one query."""
    return [candidate(item) for item in _items(item_ids)]


def propose_order(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """Put the whole agenda in the proposed order; priority points count once they are no secret."""
    meeting.must_be_ahead()
    _order(meeting, points_counted(meeting), by=by, at=at)


def count_points(meeting: Meeting, *, by: Actor, at: datetime) -> None:
    """In the write that closes the agenda, before it does: from now on points count. An order that
    somebody has made by hand stands."""
    if not (meeting.state.takes_items and meeting.series.gives_points):
        return
    points = all_points(meeting.id)
    if points and not _is_by_hand(meeting):
        _order(meeting, points, by=by, at=at)


def _order(meeting: Meeting, points: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    placements = {p.item_id: p for p in _agenda(meeting)}
    found = [
        candidate(
            item, points=points.get(item.id, 0),
            pulled=placements[item.id].pulled_by_id is not None,
        )
        for item in _items(placements)
    ]  # fmt: skip
    order = proposed_order(found, meeting_minutes=meeting.minutes)
    _number([placements[c.item_id] for c in order], meeting, by=by, at=at, by_hand=False)


def _items(item_ids: Collection[int]) -> list[AgendaItem]:
    return list(
        db.session().scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.id.in_(item_ids))
            .options(joinedload(AgendaItem.issue))
        )
    )


def make_room(meeting: Meeting, carried: Collection[int], *, by: Actor, at: datetime) -> None:
    """Give the items `carried` over their place on an agenda that was planned already.

    They take it in the proposed order; once somebody has moved anything by hand, that order
    stands and they come before it.
    """
    if not carried:
        return
    if not _is_by_hand(meeting):
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


def pull_up(meeting: Meeting, placement: Placement | None, *, by: Actor, at: datetime) -> bool:
    """The executive `by` puts the item on top, below the verdicts, marked with their name, and lets
    go of the one they had there. None only lets go; it keeps its place. The meeting is locked."""
    meeting.must_be_ahead()
    if not meeting.series.allows_pulls:
        raise RuleBroken(N_("In this meeting nobody puts items on top."))
    agenda = _agenda(meeting)
    mine = next((p for p in agenda if p.pulled_by_id == by.id), None)
    if mine is placement:
        return False
    if placement is not None and placement.item.ask is Ask.VERDICT:
        raise RuleBroken(N_("Verdicts come first anyway."))
    if placement is not None and placement.pulled_by_id is not None:
        raise RuleBroken(N_("It is on top already."))
    if mine is not None:
        mine.be_pulled(None, by=by, at=at)
        db.session().flush()  # one each: the old one is let go before the new one is taken
    if placement is not None:
        placement.be_pulled(by.id, by=by, at=at)
        rest = [p for p in agenda if p is not placement]
        verdicts = list(takewhile(lambda p: p.item.ask is Ask.VERDICT, rest))
        order = [*verdicts, placement, *rest[len(verdicts) :]]
        _number(order, meeting, by=by, at=at, by_hand=False)
    meeting.touch()
    return True


def _is_by_hand(meeting: Meeting) -> bool:
    """Whether somebody has moved anything."""
    moved = sa.select(Event.id).filter_by(meeting_id=meeting.id, kind="placement.moved").limit(1)
    return db.session().scalar(moved) is not None


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
