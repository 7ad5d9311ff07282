"""/meetings/<id>/room: running it, writing things down, who may."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import Note, Placement
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.rules.agenda import Outcome, Verdict
from meetingtracker.rules.states import MeetingState, Stage, Status
from tests.cast import NOW
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, hold, plan, propose, standing, start


def running(world: World, *titles: str) -> tuple[str, list[int]]:
    """The address of a live meeting and its placements."""
    with world.write() as cast:
        for title in titles or ("Stock count",):
            propose(cast, title, presenter_id=cast.person["sam"])
        meeting = start(cast, plan(cast))
        return f"/meetings/{meeting.id}", [p.id for p in standing(meeting)]


def one(table: type) -> object:
    return db.session.scalars(sa.select(table)).one()


def test_lines_become_what_they_say(world: World) -> None:
    address, (place,) = running(world)
    maya = world.sign_in("maya")
    lines = f"{address}/placements/{place}/lines"
    maya.post(f"{address}/attendance", {"person": world.cast.person["tom"], "presence": "present"})
    for line in (
        "a Reserve stock at payment @tom next tue",
        "d Evening count moves to 17:30",
        "i Count log is a day late @pia",
        "Sales will *pause* the banner",
    ):
        assert maya.post(lines, {"line": line}).location == f"{address}/room"
    with world.read() as cast:
        action, issue = one(Action), one(Issue)
        assert isinstance(action, Action) and isinstance(issue, Issue)
        assert (action.title, action.owner_id) == ("Reserve stock at payment", cast.person["tom"])
        assert action.due_on is not None and action.due_on.isoformat() == "2026-11-24"
        assert action.requested_by_id == cast.person["sam"]  # presents the item
        assert action.status is Status.open  # tom is here
        assert issue.point_person_id == cast.person["pia"]
    page = world.sign_in("pia").get(f"{address}/room")
    for words in ("Evening count moves", "Count log is a day late", "<em>pause</em>"):
        assert words in page.text
    assert not page.has_form(lines)  # who does not run it reads


def test_a_line_that_is_not_understood_comes_back_with_what_was(world: World) -> None:
    address, (place,) = running(world)
    lines = f"{address}/placements/{place}/lines"
    answer = world.sign_in("maya").post(lines, {"line": "a Call them @nobody tomorrow"})
    assert answer.status == 422
    assert 'value="a Call them @nobody tomorrow"' in answer.text
    assert "Nobody here is called @nobody" in answer.text
    assert "Taken for: Action" in answer.text and "Due: Tue 17 Nov" in answer.text
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Action.id))) == 0


@pytest.mark.parametrize(
    "line", ["", "a:", "n:", "a x @tom 31.11.", "n" * 1001, "a " + "x" * 300, "i " + "x" * 300]
)
def test_bad_lines_are_refused(world: World, line: str) -> None:
    address, (place,) = running(world)
    answer = world.sign_in("maya").post(f"{address}/placements/{place}/lines", {"line": line})
    assert answer.status == 422 and answer.errors
    with world.read():
        for table in (Action, Issue, Note):
            assert db.session.scalar(sa.select(sa.func.count(table.id))) == 0


def test_fields_say_the_same_as_a_line(world: World) -> None:
    address, (place,) = running(world)
    maya = world.sign_in("maya")
    captures = f"{address}/placements/{place}/captures"
    fields = {"kind": "decision", "text": "Count at 17:30", "reason": "Until the fix is live"}
    fields |= {"person": world.cast.person["tom"], "day": "2026-12-24"}
    assert maya.post(captures, fields).status == 302
    with world.read() as cast:
        decision = one(Decision)
        assert isinstance(decision, Decision)
        assert decision.reason == "Until the fix is live"
        assert decision.owner_id == cast.person["tom"] and decision.review_on is not None
    for bad in ({"kind": "poem"}, {"text": ""}, {"person": "999"}, {"day": "x"}):
        assert maya.post(captures, fields | bad).status == 422, bad
    assert maya.post(captures, fields | {"kind": "action", "text": "x" * 256}).status == 422


def test_each_thing_can_be_taken_back_and_then_counts_nowhere(world: World) -> None:
    address, (place,) = running(world)
    maya = world.sign_in("maya")
    for line in ("a Do it @maya tomorrow", "d Decided", "i An issue", "A note"):
        maya.post(f"{address}/placements/{place}/lines", {"line": line})
    for kind in ("action", "decision", "issue", "note"):
        path = f"{address}/captured/{kind}/1/undo"
        with world.read():
            table = {"action": Action, "decision": Decision, "note": Note}.get(kind)
            row_id = one(table).id if table else None  # type: ignore[attr-defined]
        path = path.replace("/1/", f"/{row_id}/") if row_id else _undo_path(maya, address)
        assert world.sign_in("tom").post(path).status == 403
        assert maya.post(path).location == f"{address}/room"
    page = maya.get(f"{address}/room")
    assert "Captured in this item" not in page.text
    with world.read():
        assert one(Action).undone_at is not None  # type: ignore[attr-defined]
        assert one(Decision).state is DecisionState.undone  # type: ignore[attr-defined]
        assert one(Issue).stage is Stage.declined  # type: ignore[attr-defined]
    for missing in ("poem/1", "note/999", "issue/999"):
        assert maya.post(f"{address}/captured/{missing}/undo").status == 404
    assert maya.get("/decisions").total == 0


def _undo_path(visit: object, address: str) -> str:
    page = visit.get(f"{address}/room")  # type: ignore[attr-defined]
    return next(f["_action"] for f in page.forms if "/captured/issue/" in f["_action"])


def test_what_belongs_to_another_meeting_is_not_there(world: World) -> None:
    with world.write() as cast:
        propose(cast, "Old")
        old = hold(cast, THURSDAY - WEEK, Outcome.RESOLVED)
        foreign = standing(old)[0].id
    address, _ = running(world)
    maya = world.sign_in("maya")
    for step in ("lines", "captures", "outcome"):
        fields = {"line": "a", "kind": "note", "text": "x", "version": "1"}
        assert maya.post(f"{address}/placements/{foreign}/{step}", fields).status == 404
    assert maya.post(f"{address}/current", {"placement": foreign}).status == 404


STEPS = [
    "placements/{p}/lines", "placements/{p}/captures", "placements/{p}/outcome", "current",
    "attendance", "wrap-up", "unreached", "close",
]  # fmt: skip
FIELDS = {
    "line": "d No", "kind": "note", "text": "x", "version": "1", "outcome": "resolved",
    "person": "1", "presence": "present", "revision": "1",
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_only_who_runs_it_changes_anything(world: World, step: str) -> None:
    address, (place,) = running(world)
    path = f"{address}/{step.format(p=place)}"
    with world.read():
        before = one(Meeting).revision  # type: ignore[attr-defined]
    for name in ("tom", "lea", "ada", "pia"):
        fields = FIELDS | {"placement": place}
        assert world.sign_in(name).post(path, fields).status == 403, name
    assert world.stranger().get(f"{address}/room").status == 302
    if step != "close":
        assert world.sign_in("maya").get(path).status == 405
    with world.read():
        assert one(Meeting).revision == before  # type: ignore[attr-defined]


def test_going_on_books_the_time(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        address, (first, second) = running(world, "First", "Second")
        maya = world.sign_in("maya")
        clock.shift(timedelta(minutes=4))
        assert "04:00" in maya.get(f"{address}/room").text
        maya.post(f"{address}/current", {"placement": second})
        clock.shift(timedelta(minutes=3))
        maya.post(f"{address}/current", {"placement": first})
        clock.shift(timedelta(minutes=2))
        assert maya.post(f"{address}/wrap-up").location == f"{address}/close"
    with world.read():
        spent = dict(db.session.execute(sa.select(Placement.id, Placement.seconds_spent)).all())
        assert spent == {first: 360, second: 180}
        assert one(Meeting).state is MeetingState.wrap_up  # type: ignore[attr-defined]


def test_a_meeting_started_on_a_later_day_runs_no_clock(world: World) -> None:
    with world.write() as cast:
        propose(cast)
        address = f"/meetings/{plan(cast).id}"
    with time_machine.travel(NOW + timedelta(days=5), tick=False) as clock:
        maya = world.sign_in("maya")
        assert maya.post(f"{address}/start").location == f"{address}/room"
        clock.shift(timedelta(hours=30))
        maya = world.sign_in("maya")
        assert "data-seconds" not in maya.get(f"{address}/room").text
        maya.post(f"{address}/wrap-up")
    with world.read():
        assert db.session.scalars(sa.select(Placement.seconds_spent)).one() == 0
        assert one(Meeting).started_at is None  # type: ignore[attr-defined]


def test_outcomes_are_set_changed_and_taken_back(world: World) -> None:
    address, (place,) = running(world)
    maya = world.sign_in("maya")
    path = f"{address}/placements/{place}/outcome"

    def say(**fields: object) -> int:
        form = maya.get(f"{address}/room").form(path)
        return maya.post(path, form | fields).status

    assert say(outcome="decided") == 302
    assert say(outcome="") == 302
    assert say(outcome="deferred", verdict="drop") == 422  # without a reason
    assert say(outcome="deferred", verdict="executive") == 422  # without a name
    assert say(outcome="deferred", verdict="executive", executive=world.cast.person["tom"]) == 422
    assert say(outcome="deferred", verdict="executive", executive=world.cast.person["lea"]) == 302
    assert say(outcome="finished") == 422
    assert maya.post(path, {"outcome": "resolved", "version": "1"}).status == 409
    with world.read():
        row = one(Placement)
        assert isinstance(row, Placement)
        assert (row.outcome, row.verdict) == (Outcome.DEFERRED, Verdict.EXECUTIVE)


def test_the_poll_answers_only_when_something_changed(world: World) -> None:
    address, (place,) = running(world)
    tom, maya = world.sign_in("tom"), world.sign_in("maya")
    with world.read():
        revision = one(Meeting).revision  # type: ignore[attr-defined]
    poll = f"{address}/room?rev={revision}"
    headers = {"HX-Request": "true"}
    assert tom.get(poll, headers=headers).status == 204
    maya.post(f"{address}/placements/{place}/lines", {"line": "d Decided"})
    answer = tom.get(poll, headers=headers)
    assert answer.status == 200 and "Decided" in answer.text and "<html" not in answer.text


def test_before_and_after_the_room_leads_elsewhere(world: World) -> None:
    with world.write() as cast:
        propose(cast)
        address = f"/meetings/{plan(cast).id}"
    maya = world.sign_in("maya")
    assert maya.get(f"{address}/room").location == address
    with world.write() as cast:
        hold(cast, THURSDAY, Outcome.RESOLVED)
    assert maya.get(f"{address}/room").location == f"{address}/minutes"
    place = world.sign_in("maya")
    with world.read():
        placement = one(Placement).id  # type: ignore[attr-defined]
    answer = place.post(f"{address}/placements/{placement}/lines", {"line": "d Late"})
    assert answer.status in (302, 409, 422)
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Decision.id))) == 0


def test_everybody_at_once_and_a_guest(world: World) -> None:
    address, _ = running(world)
    maya = world.sign_in("maya")
    lea = world.cast.person["lea"]
    maya.post(f"{address}/attendance", {"person": lea, "presence": "excused"})
    maya.post(f"{address}/attendance", {"everybody": "1"})
    maya.post(f"{address}/attendance", {"person": world.cast.person["olga"], "presence": "present"})
    text = maya.get(f"{address}/room").text
    assert "5 of 6" in text and "Lea Novak · excused" in text
    assert maya.post(f"{address}/attendance", {"person": "x", "presence": "here"}).status == 409


def test_next_is_the_next_item_that_is_still_open(world: World) -> None:
    address, (_first, second, third) = running(world, "One", "Two", "Three")
    maya = world.sign_in("maya")
    outcome = f"{address}/placements/{second}/outcome"
    fields = maya.get(f"{address}/room?item={second}").form(outcome)
    assert maya.post(outcome, fields | {"outcome": "decided"}).status == 302
    page = maya.get(f"{address}/room")
    assert f'name="placement" value="{third}"' in page.text
    assert f'name="placement" value="{second}"' not in page.text
