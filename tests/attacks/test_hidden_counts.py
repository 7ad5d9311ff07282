"""What came out of an item that one may not read is in no number either."""

import re

from meetingtracker.db import db
from meetingtracker.models.acts.capture import capture_action, capture_decision
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask, Outcome
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.meetings import end, issue, plan, propose, standing, start


def held(cast: Cast, *, issued: bool) -> int:
    """A meeting with one open item and a confidential one of Tech; a decision and a promise each.

    sam leads neither side of the confidential one, tom does.
    """
    make = Busy(cast)
    secret = make.issue("Hush", "Support", "Tech", by="noor", confidential=True)
    db.session.flush()
    meeting = plan(cast, TODAY)
    propose(cast, "In the open")
    propose(cast, "Behind doors", issue_id=secret.id, by=cast.actor("tom"),
            department_id=cast.department["Tech"])  # fmt: skip
    start(cast, meeting)
    by = cast.actor("maya")
    for place in standing(meeting):
        capture_decision(meeting, place, text="So be it", reason=None, owner_id=None,
                         review_on=None, by=by, at=NOW, on=TODAY)  # fmt: skip
        capture_action(meeting, place, title="Do it", owner_id=cast.person["tom"], due_on=TODAY,
                       by=by, at=NOW, on=TODAY)  # fmt: skip
    db.session.flush()
    end(cast, meeting, Outcome.DECIDED)
    db.session.flush()
    if issued:
        issue(cast, meeting)
    return meeting.id


def so_far(world: World, name: str, meeting_id: int) -> tuple[str, str]:
    text = world.sign_in(name).get(f"/meetings/{meeting_id}/room").text
    found = [re.search(rf"<dt>{word}</dt>\s*<dd>(\d+)</dd>", text)
             for word in ("Decisions", "New actions")]  # fmt: skip
    assert all(found)
    return found[0][1], found[1][1]  # type: ignore[index]


def test_the_room_counts_what_one_may_read(world: World) -> None:
    with world.write() as cast:
        meeting_id = held(cast, issued=False)
    assert so_far(world, "sam", meeting_id) == ("1", "1")
    assert so_far(world, "ada", meeting_id) == ("1", "1")
    assert so_far(world, "tom", meeting_id) == ("2", "2")


def test_the_list_of_meetings_counts_what_one_may_read(world: World) -> None:
    with world.write() as cast:
        held(cast, issued=True)
    for name, n in (("sam", 1), ("ada", 1), ("tom", 2)):
        text = world.sign_in(name).get("/meetings").text
        assert re.search(rf">{n} decisions?<", text) and re.search(rf">{n} settled<", text), name
        assert re.search(rf">{n} (?:new )?actions?<", text), name


def test_the_minutes_count_what_they_tell(world: World) -> None:
    with world.write() as cast:
        meeting_id = held(cast, issued=True)
    text = world.sign_in("sam").client.get(f"/meetings/{meeting_id}/minutes.md").text
    assert "Hush" not in text and "Behind doors" not in text
    assert re.search(r"Decisions\W+1\b", text) and re.search(r"New actions\W+1\b", text)


def test_my_week_does_not_tell_whose_the_hidden_item_is(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("Hush", "Support", "Fulfilment", by="noor", confidential=True)
        db.session.flush()
        plan(cast)
        propose(cast, "Behind doors", issue_id=secret.id, by=cast.actor("noor"),
                department_id=cast.department["Support"])  # fmt: skip
    assert "Support" in silent(world, "tom")
    assert "Support" not in silent(world, "noor")


def silent(world: World, name: str) -> str:
    """The sentence about departments that have added nothing."""
    found = re.search(
        r"(.*) (?:has|have) not added anything yet", world.sign_in(name).get("/").text
    )
    assert found
    return found[1]


def test_an_item_about_a_hidden_promise_is_hidden(world: World) -> None:
    """An item that names a promise speaks of the promise's issue."""
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("Hush", "Support", "Tech", by="noor", confidential=True)
        db.session.flush()
        action = make.action("Hush too", "pia", 1, by="tom", issue=secret)
        db.session.flush()
        series = db.session.get_one(Series, cast.series)
        item = propose_item(
            series=series, title=action.title, ask=Ask.VERDICT, minutes=1, action_id=action.id,
            department_id=cast.department["Tech"], by=cast.actor("tom"), at=NOW, on=TODAY,
        )  # fmt: skip
        assert isinstance(item, AgendaItem)
        item_id = item.id
    assert world.sign_in("sam").get(f"/agenda/{item_id}").status == 404
    assert "Hush too" not in world.sign_in("sam").get("/agenda").text
    assert "Hush too" in world.sign_in("tom").get("/agenda").text
