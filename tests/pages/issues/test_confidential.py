"""Confidential issues: nobody comes to read one who was not named by somebody who may."""

from meetingtracker.db import db
from meetingtracker.models.action import Action
from tests.cast import TODAY
from tests.conftest import World
from tests.pages.issues.test_issues import issue, raised, step


def confidential(world: World, *readers: str) -> int:
    """Sales' own, raised by sam; `readers` are named."""
    issue_id = raised(world, "sam", confidential="y")
    sam = world.sign_in("sam")
    for name in readers:
        path = f"/issues/{issue_id}/readers"
        assert sam.post(path, {"reader": world.cast.person[name]}).status == 302
    return issue_id


def test_giving_an_action_is_no_way_to_tell_others(sqlite_world: World) -> None:
    world = sqlite_world
    issue_id = confidential(world, "pia")
    typed = {"title": "Look", "due_on": TODAY, "issue": issue_id}
    pia = world.sign_in("pia")
    refused = pia.post("/actions/new", {**typed, "owner": world.cast.person["olga"]})
    assert refused.status == 422
    assert "may not read this confidential issue" in refused.text
    assert world.sign_in("olga").get(f"/issues/{issue_id}").status == 404
    assert pia.post("/actions/new", {**typed, "owner": world.cast.person["pia"]}).status == 302
    sam = world.sign_in("sam")
    assert sam.post("/actions/new", {**typed, "owner": world.cast.person["olga"]}).status == 302
    assert world.sign_in("olga").get(f"/issues/{issue_id}").status == 200


def test_handing_over_is_no_way_to_tell_others(sqlite_world: World) -> None:
    world = sqlite_world
    issue_id = confidential(world, "tom")
    typed = {"title": "Look", "due_on": TODAY, "issue": issue_id}
    tom = world.sign_in("tom")
    made = tom.post("/actions/new", {**typed, "owner": world.cast.person["tom"]})
    path = f"{made.location}/owner"
    answer = tom.post(path, {"owner": world.cast.person["pia"], "reason": "holidays", "version": 1})
    assert answer.status == 422
    assert world.sign_in("pia").get(f"/issues/{issue_id}").status == 404
    with world.read():
        row = db.session.get_one(Action, int(made.location.rsplit("/", 1)[1]))
        assert row.owner_id == world.cast.person["tom"]


def test_whoever_is_asked_to_lend_somebody_reads_what_for(sqlite_world: World) -> None:
    world = sqlite_world
    issue_id = confidential(world)
    assert step(world, "sam", issue_id, "point-person", point_person=world.cast.person["pia"]) == (
        302
    )
    assert world.sign_in("pia").get(f"/issues/{issue_id}").status == 404
    assert world.sign_in("tom").get("/").has_form(f"/issues/{issue_id}/point-person/acceptance")
    assert step(world, "tom", issue_id, "point-person/acceptance") == 302
    assert issue(world, issue_id).point_person_id == world.cast.person["pia"]


def test_a_reader_who_was_removed_keeps_the_own_promise_but_not_the_issue(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    issue_id = confidential(world)
    olga = world.cast.person["olga"]
    typed = {"title": "Look", "due_on": TODAY, "issue": issue_id, "owner": olga}
    sam = world.sign_in("sam")
    assert sam.post("/actions/new", typed).status == 302
    removal = f"/issues/{issue_id}/readers/{olga}/removal"
    assert world.sign_in("max").post(removal).status == 404
    assert world.sign_in("olga").post(removal).status == 403
    assert sam.post(removal).status == 302
    assert sam.post(removal).status == 302
    mine = world.sign_in("olga")
    assert mine.get(f"/issues/{issue_id}").status == 404
    assert "Look" in mine.get("/actions?scope=mine").text
    hidden = mine.get(f"/actions?issue={issue_id}")
    assert (hidden.total, mine.get("/actions?issue=424242").total) == (0, 0)


def test_whoever_removes_the_own_name_is_led_away(sqlite_world: World) -> None:
    world = sqlite_world
    issue_id = raised(world, "max", confidential="y")
    max_ = world.sign_in("max")
    answer = max_.post(f"/issues/{issue_id}/readers/{world.cast.person['max']}/removal")
    assert (answer.status, answer.location) == (302, "/board")
    assert max_.get(f"/issues/{issue_id}").status == 404
