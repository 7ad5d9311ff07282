"""The room asks whether a decision worked; one short form answers and ends the item."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.review_decision import bring_back
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.rules.agenda import Outcome
from tests.cast import NOW, TODAY, ZONE
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, hold, plan, standing, start


@pytest.fixture
def room(world: World) -> tuple[str, int]:
    """The room's address, and the placement of the item that asks."""
    with world.write() as cast:
        past = hold(cast, THURSDAY - WEEK, Outcome.RESOLVED)
        row = Decision.take(
            text="Count at 17:30", review_on=TODAY, meeting_id=past.id, by=cast.actor("maya"),
            at=NOW - timedelta(days=9), on=TODAY - timedelta(days=9),
        )  # fmt: skip
        meeting = plan(cast)
        assert bring_back([row.id], at=NOW, on=TODAY, zone=ZONE) == 1
        start(cast, meeting)
        return f"/meetings/{meeting.id}", standing(meeting)[0].id


def test_the_room_changes_it_and_the_minutes_say_so(world: World, room: tuple[str, int]) -> None:
    address, place = room
    maya, post = world.sign_in("maya"), f"{address}/placements/{place}/review"
    page = maya.get(f"{address}/room")
    assert "Did it work?" in page.text
    fields = {"version": page.form(post)["version"], "review": "change", "reason": "too early"}
    answer = maya.post(post, fields)
    assert answer.status == 422 and "what holds instead" in answer.text
    assert "too early" in answer.text
    assert maya.post(post, fields | {"text": "Count at 18:00"}).location == f"{address}/room"
    page = maya.get(f"{address}/room")
    assert not page.has_form(post) and "Count at 18:00" in page.text
    with world.read():
        assert db.session.get_one(Placement, place).outcome is Outcome.DECIDED
        states = db.session.scalars(sa.select(Decision.state).order_by(Decision.id)).all()
        assert states == [DecisionState.changed, DecisionState.stands]
    assert maya.post(post, fields | {"text": "Again"}).status == 409


def test_who_does_not_run_the_meeting_only_reads(world: World, room: tuple[str, int]) -> None:
    address, place = room
    post = f"{address}/placements/{place}/review"
    for name in ("tom", "lea", "ada"):
        visit = world.sign_in(name)
        page = visit.get(f"{address}/room")
        assert "Count at 17:30" in page.text and not page.has_form(post)
        assert visit.post(post, {"version": 1, "review": "keep"}).status == 403
    maya = world.sign_in("maya")
    assert maya.post(f"{address}/placements/999/review", {}).status == 404
    assert maya.post(post, {"version": 9, "review": "keep"}).status == 409
