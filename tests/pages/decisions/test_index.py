"""/decisions: the log, its search and its pages."""

import pytest

from meetingtracker.db import db
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.decision import Decision
from meetingtracker.models.series import Series
from meetingtracker.rules.states import Visibility
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.meetings import plan


def decide(world: World, count: int = 1, **values: object) -> None:
    with world.write() as cast:
        meeting = plan(cast)
        for number in range(count):
            words = {"text": f"Evening count {number} moves to 17:30"} | values
            Decision.take(by=cast.actor("maya"), at=NOW, on=TODAY, meeting_id=meeting.id, **words)


@pytest.mark.parametrize(
    ("words", "found"),
    [("", 1), ("evening", 1), ("COUNT 17:30", 1), ("sale", 1), ("count sale", 1), ("100%", 1),
     ("count nothing", 0), ("%%", 0), ("_____", 0), ("x\0y", 0)],
)  # fmt: skip
def test_every_word_must_occur(world: World, words: str, found: int) -> None:
    decide(world, reason="The sale counts 100% twice")
    page = world.sign_in("pia").get("/decisions", query_string={"q": words})
    assert page.total == found and page.text.count("data-row") == found


def test_it_comes_in_pages(world: World) -> None:
    decide(world, 60)
    visit = world.sign_in("sam")
    page = visit.get("/decisions?q=evening")
    assert page.total == 60 and page.text.count("data-row") == 50
    more = next(link for link in page.links if "after=" in link)
    page = visit.get(more)
    assert page.total == 60 and page.text.count("data-row") == 10
    assert visit.get("/decisions?after=x.y").status == 400


def test_an_empty_log_helps(world: World) -> None:
    assert "No decision yet" in world.sign_in("sam").get("/decisions").text


def test_what_one_may_not_see_is_neither_listed_nor_counted(world: World) -> None:
    with world.write() as cast:
        secret = raise_issue(
            title="Secret", raising_department_id=cast.department["Support"], confidential=True,
            by=cast.actor("noor"), at=NOW, on=TODAY,
        ).id  # fmt: skip
    decide(world, issue_id=secret)
    for name, total in (("noor", 1), ("lea", 1), ("sam", 0), ("ada", 0)):
        assert world.sign_in(name).get("/decisions").total == total, name
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.attendees, by=cast.actor("ada"), at=NOW)
    assert world.sign_in("noor").get("/decisions").total == 1
    assert world.sign_in("pia").get("/decisions").total == 0
