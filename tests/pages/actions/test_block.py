"""Blocked: who has to move first, what they see of it, and what nobody else may see."""

from datetime import timedelta

from tests.cast import TODAY
from tests.conftest import World
from tests.pages.actions.test_actions import action, given, post

LOOK = TODAY + timedelta(days=2)


def block(world: World, name: str, action_id: int, **fields: object) -> int:
    typed = {"need": "The new price list", "next_look_on": LOOK, **fields}
    return post(world, name, action_id, "block", **typed)


def test_the_title_of_a_hidden_blocker_is_shown_to_its_readers_only(sqlite_world: World) -> None:
    world = sqlite_world
    sam = world.sign_in("sam")
    made = sam.post("/issues/new", {"title": "Salaries", "confidential": "y"}, page="/issues/new")
    hidden = given(world, "sam", "sam", title="Cut wages", issue=made.location.rsplit("/", 1)[1])
    made = sam.post("/issues/new", {"title": "Late parcels"}, page="/issues/new")
    issue = int(made.location.rsplit("/", 1)[1])
    waiting = given(world, "sam", "max", issue=issue)
    assert block(world, "sam", waiting, blocker_action=hidden) == 302
    for path in (f"/actions/{waiting}", f"/issues/{issue}", "/actions"):
        seen = world.sign_in("pia").get(path).text
        assert "another action" in seen, path
        assert "Cut wages" not in seen, path
    assert "Cut wages" in world.sign_in("sam").get(f"/actions/{waiting}").text


def test_whoever_owns_the_blocking_action_has_it_on_my_week(sqlite_world: World) -> None:
    world = sqlite_world
    mine = given(world, "pia", "pia", title="Print the price list")
    waiting = given(world, "max", "max", title="Call the customers")
    assert block(world, "max", waiting, blocker_action=f"#{mine}") == 302
    assert world.sign_in("pia").get("/").has_form(f"/actions/{waiting}/unblocking")
    assert not world.sign_in("olga").get("/").has_form(f"/actions/{waiting}/unblocking")
    assert post(world, "pia", waiting, "unblocking", answer="done") == 302
    assert action(world, waiting).status == "in_progress"


def test_a_blocker_has_to_be_able_to_move(sqlite_world: World) -> None:
    world = sqlite_world
    waiting, done = given(world, "max", "max"), given(world, "pia", "pia")
    assert post(world, "pia", done, "completion") == 302
    assert block(world, "max", waiting, blocker_action=done) == 422
    assert block(world, "max", waiting, blocker_person=world.cast.person["max"]) == 422
    assert block(world, "max", waiting, blocker_action=waiting) == 422
    assert action(world, waiting).status == "open"
