"""My week: what needs the person, each row with its answers, nothing that is somebody else's."""

from datetime import UTC, datetime

import pytest
import time_machine

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.rules.states import Status
from tests.busy import Busy, fill
from tests.cast import NOW
from tests.conftest import World


def test_it_shows_what_is_late_today_and_this_week_with_four_answers(world: World) -> None:
    with world.write() as cast:
        late = Busy(cast).action("Send the carrier the file", "pia", -2, by="tom").id
        Busy(cast).action("Call the courier", "pia", 0, by="tom")
        Busy(cast).action("Count the bin", "pia", 3, by="tom")
        Busy(cast).action("Not hers", "tom", -2, by="tom")
    page = world.sign_in("pia").get("/")
    assert page.status == 200
    assert page.total == 2
    assert page.counts["/"] == 2
    for words in ("2 days late", "Due today", "Count the bin", "Two things need you"):
        assert words in page.text
    assert "Not hers" not in page.text
    assert page.flags == ["overdue", "due_soon"]
    assert page.form(f"/actions/{late}/completion") == {"version": "1", "back": "/"}
    assert page.has_form(f"/actions/{late}/on-track")
    assert {f"/actions/{late}/block", f"/actions/{late}/move"} <= set(page.links)


def test_done_in_one_tap_and_back_again(world: World) -> None:
    with world.write() as cast:
        late = Busy(cast).action("Send the carrier the file", "pia", -2, by="tom").id
    visit = world.sign_in("pia")
    form = visit.get("/").form(f"/actions/{late}/completion")
    answer = visit.post(f"/actions/{late}/completion", form)
    assert (answer.status, answer.location) == (302, "/")
    assert visit.get("/").total == 0
    with world.read():
        assert db.session().get_one(Action, late).status is Status.done
    assert world.sign_in("tom").get("/").has_form(f"/actions/{late}/verification")


def test_every_section_says_what_to_answer(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    maya = world.sign_in("maya").get("/")
    for words in (
        "To accept", "To verify", "Please confirm", "Waiting on others", "My open issues",
        "Leader meeting", "1 item, 15 of 60 minutes.", "have not added anything yet",
    ):  # fmt: skip
        assert words in maya.text, words
    sam = world.sign_in("sam").get("/")
    for words in ("Dates to decide", "Max Stern asks for", "Blocked on me", "My part is done"):
        assert words in sam.text, words
    tom = world.sign_in("tom").get("/")
    assert "Sales asks for Pia Lund as point person." in tom.text


def test_the_meeting_that_one_attends_is_shown_with_who_has_added_nothing(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    text = world.sign_in("sam").get("/").text
    assert "Fulfilment, Support, and Tech have not added anything yet." in text
    assert "Thu 19 Nov, 10:00" in text


def test_an_empty_week_helps(world: World) -> None:
    page = world.sign_in("pia").get("/")
    assert page.total == 0
    assert "Nothing needs you right now." in page.text
    assert "Nothing is waiting for you" in page.text
    assert "/issues/new" in page.links


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(10, "Good morning, Pia"), (11, "Good afternoon, Pia"), (16, "Good afternoon, Pia"),
     (17, "Good evening, Pia")],
)  # fmt: skip
def test_it_greets_by_the_organisations_hour(sqlite_world: World, hour: int, greeting: str) -> None:
    with time_machine.travel(datetime(2026, 11, 16, hour, 30, tzinfo=UTC)):
        assert greeting in sqlite_world.sign_in("pia").get("/").text


def test_a_stranger_is_asked_to_sign_in(world: World) -> None:
    for path in ("/", "/more", "/keyboard"):
        answer = world.stranger().get(path)
        assert answer.status == 302
        assert answer.location.startswith("/login")


@pytest.mark.parametrize("path", ["/", "/more", "/keyboard"])
def test_it_only_answers_to_reading(sqlite_world: World, path: str) -> None:
    assert sqlite_world.sign_in("pia").post(path).status == 405


def test_what_is_hidden_stays_hidden(world: World) -> None:
    """Asked by somebody who may no longer see it: neither a row nor a count."""
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("A secret", "Support", "Tech", by="noor", confidential=True)
        made = make.action("Look at the log", "pia", -1, by="max", issue=secret,
                           present_in_meeting=True)  # fmt: skip
        made.complete(by=cast.actor("pia"), at=NOW, on=NOW.date())
    page = world.sign_in("max").get("/")
    assert page.total == 0
    assert "Look at the log" not in page.text


def test_more_holds_every_place_and_the_way_out(world: World) -> None:
    page = world.sign_in("ada").get("/more")
    assert page.status == 200
    assert {"/", "/board", "/actions", "/people", "/settings"} <= set(page.links)
    assert page.has_form("/logout")


def test_the_keyboard_page_names_the_keys(world: World) -> None:
    page = world.sign_in("pia").get("/keyboard")
    assert page.status == 200
    assert "Go to Open issues" in page.text


@pytest.mark.parametrize(("path", "marked"), [("/", 1), ("/more", 0), ("/keyboard", 0)])
def test_my_week_is_marked_only_where_one_is(world: World, path: str, marked: int) -> None:
    text = world.sign_in("pia").get(path).text
    assert text.count('<a href="/" aria-current="page" data-key="g h"') == marked
