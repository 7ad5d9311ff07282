"""/meetings/<id>: arranging the agenda, and who may."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.series import Series
from meetingtracker.rules.states import MeetingState, Presence, Visibility
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.meetings import plan, propose, standing, start
from tests.page import lasting


def planned(world: World) -> tuple[str, list[int]]:
    """The address of a planned meeting with three items of 10, 30 and 40 minutes."""
    with world.write() as cast:
        meeting = plan(cast)
        for title, minutes in (("One", 10), ("Two", 30), ("Three", 40)):
            propose(cast, title, minutes=minutes)
        return f"/meetings/{meeting.id}", [p.id for p in standing(meeting)]


def order(world: World) -> list[str]:
    with world.read():
        rows = db.session.scalars(sa.select(Placement).order_by(Placement.position))
        return [p.item.title for p in rows]


def test_the_agenda_shows_the_sum_and_the_line(world: World) -> None:
    address, _ = planned(world)
    page = world.sign_in("pia").get(address)
    assert page.total == 3 and "80 of 60 minutes" in page.text
    assert page.text.index("Two") < page.text.index("Does not fit") < page.text.index("Three")
    assert not page.has_form(f"{address}/start")


def test_up_and_down_and_minutes_are_logged(world: World) -> None:
    address, ids = planned(world)
    maya = world.sign_in("maya")
    place = f"{address}/placements/{ids[2]}"
    assert maya.post(f"{place}/position", {"direction": "up"}).location == address
    assert order(world) == ["One", "Three", "Two"]
    maya.post(f"{place}/position", {"direction": "top"})
    maya.post(f"{place}/position", {"direction": "up"})  # beyond the end it stays
    assert order(world) == ["Three", "One", "Two"]
    fields = maya.get(address).form(f"{place}/minutes") | {"minutes": "5"}
    maya.post(f"{place}/minutes", fields)
    assert "45 of 60 minutes" in maya.get(address).text
    assert maya.post(f"{place}/minutes", fields | {"minutes": "6"}).status == 409  # stale
    assert maya.post(f"{place}/minutes", fields | {"minutes": "999"}).status == 409
    with world.read():
        kinds = set(db.session.scalars(sa.select(Event.kind).where(Event.meeting_id.is_not(None))))
        assert {"placement.moved", "placement.minutes_set"} <= kinds
    assert maya.post(f"{address}/order").status == 302
    assert order(world) == ["One", "Two", "Three"]


STEPS = ["freeze", "start", "order", "scribe", "placements/{p}/position", "placements/{p}/minutes"]


@pytest.mark.parametrize("step", STEPS)
def test_who_may_not(world: World, step: str) -> None:
    """Neither a leader, an executive nor an administrator arranges somebody else's agenda."""
    address, ids = planned(world)
    path = f"{address}/{step.format(p=ids[0])}"
    for name in ("tom", "lea", "ada", "pia"):
        answer = world.sign_in(name).post(path, {"direction": "up", "version": "1", "minutes": "5"})
        assert answer.status == 403, (name, step)
    assert order(world) == ["One", "Two", "Three"]


@pytest.mark.parametrize("step", [*STEPS, "facilitator", "cancellation", "placements"])
def test_wrong_method_and_missing_ids(world: World, step: str) -> None:
    address, ids = planned(world)
    maya = world.sign_in("maya")
    path = f"{address}/{step.format(p=ids[0])}"
    assert maya.get(path).status == 405
    fields = {"direction": "up", "version": "1", "minutes": "5", "reason": "x"}
    missing = f"/meetings/999/{step.format(p=ids[0])}"
    assert maya.post(missing, fields).status == 404
    if "{p}" in step:
        assert maya.post(f"{address}/{step.format(p=999)}", fields).status == 404


def test_a_series_that_one_may_not_see_is_not_there(world: World) -> None:
    address, ids = planned(world)
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.attendees, by=cast.actor("ada"), at=NOW)
    for name in ("pia", "ada"):
        visit = world.sign_in(name)
        assert visit.get(address).status == 404
        absent = visit.get("/meetings/998").text.replace("998", "1")
        assert lasting(visit.get(address).text) == lasting(absent)
        for step in ("start", "facilitator", f"placements/{ids[0]}/position"):
            assert visit.post(f"{address}/{step}", {"direction": "up"}).status == 404
        assert visit.get("/meetings").total == 0
        assert visit.get("/agenda").total == 0
        assert visit.get(f"/agenda?series={world.cast.series}").status == 404
    assert world.sign_in("sam").get(address).status == 200


def test_taking_over_is_one_tap_for_leaders_and_executives(world: World) -> None:
    address, _ = planned(world)
    for name, status in (("pia", 403), ("ada", 403), ("tom", 302), ("lea", 302)):
        assert world.sign_in(name).post(f"{address}/facilitator").status == status, name
    with world.read() as cast:
        meeting = db.session.scalars(sa.select(Meeting)).one()
        assert meeting.facilitator_id == cast.person["lea"]
    tom = world.sign_in("tom")
    assert tom.post(f"{address}/start").status == 403
    lea = world.sign_in("lea")
    assert lea.post(f"{address}/scribe", {"person": world.cast.person["tom"]}).status == 302
    assert tom.post(f"{address}/start").location == f"{address}/room"  # a scribe may


def test_freezing_sends_later_items_to_the_pool_and_marks_what_is_pulled_in(world: World) -> None:
    address, _ = planned(world)
    maya = world.sign_in("maya")
    assert maya.post(f"{address}/freeze").location == address
    with world.write() as cast:
        late = propose(cast, "Late").id
    page = maya.get(address)
    assert page.total == 3 and "Late" in page.text
    assert maya.post(f"{address}/placements", {"item": late}).location == address
    page = maya.get(address)
    assert page.total == 4 and "came late" in page.text
    assert maya.post(f"{address}/placements", {"item": late}).status == 404  # no longer waits
    assert maya.post(f"{address}/placements", {"item": "x"}).status == 404


def test_cancelling_needs_a_reason_and_the_owner(world: World) -> None:
    address, _ = planned(world)
    path = f"{address}/cancellation"
    tom = world.sign_in("tom")
    assert tom.post(path, {"reason": "x", "version": "1"}).status == 403
    maya = world.sign_in("maya")
    form = maya.get(address).form(path)
    assert maya.post(path, form | {"reason": ""}).status == 422
    assert maya.post(path, form | {"reason": "Fair", "version": "77"}).status == 409
    assert maya.post(path, form | {"reason": "Trade fair"}).location == "/meetings"
    with world.read():
        assert db.session.scalars(sa.select(Meeting.state)).one() is MeetingState.cancelled
    assert maya.get("/agenda?show=pool").total == 3
    assert maya.post(f"{address}/start").status == 409
    assert maya.get(f"{address}/room").location == address


@pytest.mark.parametrize("step", ["freeze", "order"])
def test_wrong_state(world: World, step: str) -> None:
    address, _ = planned(world)
    with world.write() as cast:
        start(cast, db.session.scalars(sa.select(Meeting)).one(), at=NOW)
        assert cast and TODAY
    answer = world.sign_in("maya").post(f"{address}/{step}")
    assert answer.status == 409 and "has begun already" in answer.text


def test_bad_direction(world: World) -> None:
    address, ids = planned(world)
    visit = world.sign_in("maya")
    assert visit.post(f"{address}/placements/{ids[0]}/position", {"direction": "x"}).status == 400
    assert visit.post(f"{address}/scribe", {"person": "999"}).status == 409


def test_a_leader_who_does_not_attend_takes_nothing_over(world: World) -> None:
    """Whoever runs it reads what is confidential on its agenda."""
    address, _ = planned(world)
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        here = series.attendee_ids - {cast.person["tom"]}
        series.seat(here, by=cast.actor("ada"), at=NOW)
    tom = world.sign_in("tom")
    assert "Take over" not in tom.get(address).text
    assert tom.post(f"{address}/facilitator").status == 403
    with world.write() as cast:  # a guest who is marked as present attends
        meeting = db.session.scalars(sa.select(Meeting)).one()
        Attendance.mark(
            meeting, cast.person["tom"], Presence.present, by=cast.actor("maya"), at=NOW
        )
    assert tom.post(f"{address}/facilitator").status == 302


def test_a_meeting_that_nobody_started_asks_what_became_of_it(world: World) -> None:
    address, _ = planned(world)
    maya = world.sign_in("maya")
    assert "Its day has passed" not in maya.get(address).text
    with time_machine.travel(NOW + timedelta(days=4)):
        page = world.sign_in("maya").get(address)
        assert "Its day has passed" in page.text
        assert "Enter the outcomes" in page.text and "Start the meeting" not in page.text
