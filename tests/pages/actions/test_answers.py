"""Answers must not lose a promise, double one, change what is over, or reach into the past."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue
from meetingtracker.rules.states import Status
from tests.cast import TODAY
from tests.conftest import World
from tests.pages.actions.test_actions import DUE, LATER, action, given, post


def unfinished(world: World) -> list[str]:
    with world.read():
        rows = sa.select(Action.title).where(Action.status.in_(["open", "in_progress"]))
        return sorted(db.session.scalars(rows))


def test_a_promise_that_nobody_takes_over_goes_back_to_whoever_made_it(world: World) -> None:
    action_id = given(world, "sam", "max")
    pia, max_ = world.cast.person["pia"], world.cast.person["max"]
    assert post(world, "sam", action_id, "owner", owner=pia, reason="On leave") == 302
    assert action(world, action_id).status is Status.proposed
    assert post(world, "pia", action_id, "declining", reason="No time") == 302
    row = action(world, action_id)
    assert (row.owner_id, row.status) == (max_, Status.open)
    assert row.department_id == world.cast.department["Sales"]


def test_what_was_only_proposed_is_dropped_when_it_is_declined(world: World) -> None:
    action_id = given(world, "sam", "pia")
    assert (
        post(world, "tom", action_id, "owner", owner=world.cast.person["dina"], reason="x") == 302
    )
    assert post(world, "lea", action_id, "owner", owner=world.cast.person["max"], reason="x") == 302
    assert action(world, action_id).status is Status.open  # an executive binds at once
    other = given(world, "sam", "pia")
    assert post(world, "pia", other, "declining", reason="No time") == 302
    assert action(world, other).status is Status.cancelled


def test_undoing_done_takes_the_next_promise_back(sqlite_world: World) -> None:
    world = sqlite_world
    action_id = given(world, "max", "max", repeat="weekly")
    for _again in range(2):
        assert post(world, "max", action_id, "completion") == 302
        assert len(unfinished(world)) == 1
        assert post(world, "max", action_id, "completion/undo") == 302
        assert len(unfinished(world)) == 1


def test_sent_back_and_finished_again_opens_one_next_promise(sqlite_world: World) -> None:
    world = sqlite_world
    action_id = given(world, "sam", "max", repeat="weekly")
    assert post(world, "max", action_id, "completion") == 302
    assert post(world, "sam", action_id, "refusal", reason="A page is missing") == 302
    assert post(world, "max", action_id, "completion") == 302
    assert len(unfinished(world)) == 1


@pytest.mark.parametrize("path", ["move", "counter-proposal"])
def test_no_date_lies_in_the_past(sqlite_world: World, path: str) -> None:
    world = sqlite_world
    yesterday = TODAY - timedelta(days=1)
    typed = {"title": "x", "owner": world.cast.person["max"], "due_on": yesterday}
    assert world.sign_in("max").post("/actions/new", typed).status == 422
    owner = "max" if path == "move" else "pia"
    action_id = given(world, "sam", owner)
    assert post(world, owner, action_id, path, due_on=yesterday, reason="x") == 422
    assert post(world, owner, action_id, path, due_on=TODAY, reason="x") == 302


def test_a_proposal_is_answered_not_moved(sqlite_world: World) -> None:
    world = sqlite_world
    action_id = given(world, "sam", "pia")
    page = world.sign_in("pia").get(f"/actions/{action_id}")
    assert page.has_form(f"/actions/{action_id}/counter-proposal")
    assert not page.has_form(f"/actions/{action_id}/move")
    assert post(world, "pia", action_id, "move", due_on=LATER, reason="x") == 422
    assert action(world, action_id).due_on == DUE


def test_the_words_of_a_finished_promise_stay(sqlite_world: World) -> None:
    world = sqlite_world
    action_id = given(world, "max", "max")
    assert post(world, "max", action_id, "completion") == 302
    assert post(world, "max", action_id, "edit", title="Something smaller") == 422
    assert action(world, action_id).title == "Send the carrier the corrected file"


def test_a_closed_issue_gets_no_new_promise(sqlite_world: World) -> None:
    world = sqlite_world
    sam = world.sign_in("sam")
    made = sam.post("/issues/new", {"title": "Late parcels"}, page="/issues/new")
    issue_id = int(made.location.rsplit("/", 1)[1])
    typed = {"reason": "Not ours", "version": 1}
    assert sam.post(f"/issues/{issue_id}/declining", typed).status == 302
    typed = {"title": "x", "owner": world.cast.person["sam"], "due_on": DUE, "issue": issue_id}
    assert sam.post("/actions/new", typed).status == 422
    with world.read():
        assert not db.session.get_one(Issue, issue_id).stage.is_open
        assert db.session.scalar(sa.select(sa.func.count(Action.id))) == 0


def test_the_answer_to_a_wish_stays_in_the_history(sqlite_world: World) -> None:
    world = sqlite_world
    action_id = given(world, "sam", "max")
    assert post(world, "max", action_id, "move", due_on=LATER, reason="Ill") == 302
    wish = LATER + timedelta(days=7)
    assert post(world, "max", action_id, "move", due_on=wish, reason="Still ill") == 302
    path = "due-request/answer"
    assert post(world, "sam", action_id, path, due_on=wish, answer="no") == 302
    text = world.sign_in("max").get(f"/actions/{action_id}").text
    assert "asks for Thu 10 Dec: “Still ill”" in text
    assert "Sam Reid answered the wish for another date: no" in text


def test_a_refused_other_date_says_why(sqlite_world: World) -> None:
    world = sqlite_world
    action_id = given(world, "sam", "max")
    assert post(world, "max", action_id, "move", due_on=LATER, reason="Ill") == 302
    assert post(world, "max", action_id, "move", due_on=LATER + timedelta(7), reason="Ill") == 302
    sam = world.sign_in("sam")
    typed = {"version": action(world, action_id).version, "answer": "other"}
    for day, words in ((TODAY - timedelta(1), "That day has passed"), ("1900-01-01", "1970")):
        answer = sam.post(f"/actions/{action_id}/due-request/answer", {**typed, "due_on": day})
        assert answer.status == 422
        assert words in answer.text


def test_the_list_offers_what_the_state_allows(sqlite_world: World) -> None:
    world = sqlite_world
    running, proposed = given(world, "pia", "pia"), given(world, "sam", "pia")
    done = given(world, "pia", "pia")
    assert post(world, "pia", done, "completion") == 302
    page = world.sign_in("pia").get("/actions?status=all")
    assert page.has_form(f"/actions/{running}/completion")
    assert not page.has_form(f"/actions/{running}/acceptance")
    assert page.has_form(f"/actions/{proposed}/acceptance")
    assert not page.has_form(f"/actions/{proposed}/completion")
    assert not page.has_form(f"/actions/{done}/completion")
