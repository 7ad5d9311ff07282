"""Proposing an agenda item: on the next agenda that takes it, else in the pool."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.agenda import default_series, items_of_issue
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.states import MeetingState, Visibility
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World


def propose(cast: Cast, title: str = "Labels print wrong", **more: object) -> AgendaItem:
    series = db.session.get_one(Series, cast.series)
    values: dict[str, object] = {
        "series": series, "title": title, "ask": Ask.DECIDE, "minutes": 10,
        "department_id": cast.department["Sales"], "by": cast.actor("sam"), "at": NOW, "on": TODAY,
    } | more  # fmt: skip
    return propose_item(**values)


def meeting(cast: Cast, held_on: date, state: MeetingState = MeetingState.planned) -> Meeting:
    series = db.session.get_one(Series, cast.series)
    return Meeting.create(
        "meeting.planned", by=cast.actor("maya"), at=NOW, series_id=series.id, held_on=held_on,
        start_time=series.start_time, zone=series.zone, starts_at=NOW, minutes=60, state=state,
        facilitator_id=series.owner_id,
    )  # fmt: skip


def test_without_a_meeting_it_waits_in_the_pool(world: World) -> None:
    with world.write() as cast:
        item = propose(cast)
        assert item.in_pool and item.placed == 0
        assert db.session.scalar(sa.select(sa.func.count(Placement.id))) == 0


def test_it_goes_to_the_end_of_the_next_agenda(world: World) -> None:
    with world.write() as cast:
        later = meeting(cast, TODAY + timedelta(days=10))
        soon = meeting(cast, TODAY + timedelta(days=3))
        before = soon.revision
        items = [propose(cast, title) for title in ("First", "Second")]
        placements = list(db.session.scalars(sa.select(Placement).order_by(Placement.position)))
        assert [(p.item_id, p.position, p.meeting_id) for p in placements] == [
            (items[0].id, 1, soon.id),
            (items[1].id, 2, soon.id),
        ]
        assert not any(p.late for p in placements)
        assert not any(i.in_pool for i in items)
        assert [i.placed for i in items] == [0, 0]  # counted when the minutes are issued
        db.session.flush()
        assert soon.revision == before + 2
        assert later.revision == 0


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (3, MeetingState.frozen),
        (0, MeetingState.live),
        (3, MeetingState.cancelled),
        (-1, MeetingState.planned),
        (-4, MeetingState.issued),
    ],
)
def test_an_agenda_that_is_past_or_closed_takes_nothing(
    world: World, days: int, state: MeetingState
) -> None:
    with world.write() as cast:
        meeting(cast, TODAY + timedelta(days=days), state)
        assert propose(cast).in_pool


def test_a_meeting_of_today_still_takes_it(world: World) -> None:
    with world.write() as cast:
        meeting(cast, TODAY)
        assert not propose(cast).in_pool


def test_no_title_and_no_series_are_refused(world: World) -> None:
    with world.write() as cast:
        with pytest.raises(RuleBroken):
            propose(cast, "  ")
        series = db.session.get_one(Series, cast.series)
        series.change(by=cast.actor("ada"), at=NOW, ended_at=NOW)
        with pytest.raises(RuleBroken):
            propose(cast)


def test_series_and_items_that_one_may_not_see_are_not_there(world: World) -> None:
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(by=cast.actor("ada"), at=NOW, visibility=Visibility.attendees)
        db.session.flush()
        assert default_series(cast.actor("pia")) is None
        found = default_series(cast.actor("sam"))
        assert found is not None and found.id == cast.series
        assert items_of_issue(1, cast.actor("pia")) == []
