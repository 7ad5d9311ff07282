"""Asking on the action's page to hand it over or drop it, and answering there and in My week."""

import pytest

from meetingtracker.db import db
from meetingtracker.models.acts.change_request import ask_to_drop, ask_to_hand_over, open_change
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.rules.states import Status
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.pages.actions.test_actions import action, post


def promise(world: World, wish: str = "", to: str | None = None) -> int:
    """Pia's promise to Tom, who leads her; with a wish of hers if one is named."""
    with world.write() as cast:
        row = give_action(
            title="Ship the sample", owner_id=cast.person["pia"], due_on=TODAY,
            by=cast.actor("tom"), at=NOW, on=TODAY,
        )  # fmt: skip
        by = cast.actor("pia")
        if wish == "drop":
            ask_to_drop(row, reason="No longer sold", by=by, at=NOW)
        elif wish:
            to_id = cast.person[to] if to else None
            ask_to_hand_over(row, to_person_id=to_id, reason="I am full", by=by, at=NOW)
        return row.id


def wish_of(world: World, action_id: int) -> tuple[str, int | None, bool | None, bool]:
    with world.read():
        rows = db.session.query(ChangeRequest).filter_by(action_id=action_id).all()
        (row,) = rows
        return row.change.value, row.to_person_id, row.granted, row.answered_at is not None


def test_the_owner_asks_to_hand_over(world: World) -> None:
    action_id = promise(world)
    dina = world.cast.person["dina"]
    fields = {"next_owner": dina, "reason": "I am full"}
    assert post(world, "pia", action_id, "hand-over-request", **fields) == 302
    assert wish_of(world, action_id) == ("hand_over", dina, None, False)
    page = world.sign_in("pia").get(f"/actions/{action_id}")
    assert "Pia Lund asks to hand it to Dina Frey" in page.text
    assert not page.has_form(f"/actions/{action_id}/hand-over-request")
    assert "Pia Lund asks: Hand it over? “I am full”" in page.text
    assert post(world, "pia", action_id, "change-request/withdrawal") == 302
    assert wish_of(world, action_id) == ("hand_over", dina, None, True)


def test_the_owner_asks_to_drop(world: World) -> None:
    action_id = promise(world)
    assert post(world, "pia", action_id, "drop-request", reason="No longer sold") == 302
    assert wish_of(world, action_id) == ("drop", None, None, False)


def test_whoever_decides_has_the_forms_that_act_at_once(world: World) -> None:
    action_id = promise(world)
    for name, decides in (("tom", True), ("lea", True), ("pia", False), ("sam", None)):
        page = world.sign_in(name).get(f"/actions/{action_id}")
        assert page.has_form(f"/actions/{action_id}/owner") is (decides is True)
        assert page.has_form(f"/actions/{action_id}/hand-over-request") is (decides is False)


@pytest.mark.parametrize("path", ["hand-over-request", "drop-request"])
@pytest.mark.parametrize("name", ["tom", "lea", "sam", "ada"])
def test_nobody_else_asks(world: World, name: str, path: str) -> None:
    action_id = promise(world)
    assert post(world, name, action_id, path, reason="Why not") == 403
    assert action(world, action_id).version == 1


@pytest.mark.parametrize("path", ["hand-over-request", "drop-request"])
def test_it_needs_a_reason(world: World, path: str) -> None:
    action_id = promise(world)
    dina = world.cast.person["dina"]
    visit = world.sign_in("pia")
    fields = {"version": 1, "next_owner": dina, "reason": " "}
    answer = visit.post(f"/actions/{action_id}/{path}", fields)
    assert answer.status == 422
    assert "Give the reason" in answer.errors
    if path == "hand-over-request":
        assert f'<option selected value="{dina}"' in answer.text


def test_a_stale_form_asks_nothing(world: World) -> None:
    action_id = promise(world)
    visit = world.sign_in("pia")
    fields = {"version": 7, "reason": "I am full"}
    assert visit.post(f"/actions/{action_id}/drop-request", fields).status == 409


@pytest.mark.parametrize(
    ("wish", "named", "answer", "owner", "status"),
    [
        ("over", "dina", "yes", "dina", Status.open),
        ("over", "max", "other", "dina", Status.open),
        ("over", None, "other", "dina", Status.open),
        ("over", "dina", "no", "pia", Status.open),
        ("drop", None, "yes", "pia", Status.cancelled),
        ("drop", None, "no", "pia", Status.open),
    ],
)
def test_the_leader_answers(
    world: World, wish: str, named: str | None, answer: str, owner: str, status: Status
) -> None:
    action_id = promise(world, wish, named)
    fields = {"answer": answer, "owner": world.cast.person["dina"]}
    page = world.sign_in("tom").get("/")
    assert f"/actions/{action_id}/change-request/answer" in page.text
    assert post(world, "tom", action_id, "change-request/answer", **fields) == 302
    row = action(world, action_id)
    assert (row.owner_id, row.status) == (world.cast.person[owner], status)
    assert wish_of(world, action_id)[2:] == (answer != "no", True)


def test_somebody_has_to_be_named(world: World) -> None:
    action_id = promise(world, "over")
    for fields in ({"answer": "yes"}, {"answer": "other", "owner": ""}):
        assert post(world, "tom", action_id, "change-request/answer", **fields) == 422
    with world.read():
        assert open_change(action_id) is not None


@pytest.mark.parametrize("name", ["pia", "sam", "ada"])
def test_nobody_else_answers(world: World, name: str) -> None:
    action_id = promise(world, "drop")
    assert post(world, name, action_id, "change-request/answer", answer="yes") == 403
    assert action(world, action_id).status is Status.open


def test_an_answered_wish_is_not_answered_again(world: World) -> None:
    action_id = promise(world, "over", "dina")
    assert post(world, "tom", action_id, "change-request/answer", answer="no") == 302
    assert post(world, "lea", action_id, "change-request/answer", answer="yes") == 422
    assert post(world, "pia", action_id, "change-request/withdrawal") == 422
    assert action(world, action_id).owner_id == world.cast.person["pia"]
