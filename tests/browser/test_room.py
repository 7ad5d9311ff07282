"""The room in real browsers: typing while it is swapped, and with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from meetingtracker import clock
from meetingtracker.models.acts.capture import capture_note
from meetingtracker.models.acts.run_meeting import start_meeting
from meetingtracker.models.meeting import locked_meeting
from tests.browser.test_week import sign_in
from tests.cast import ZONE
from tests.conftest import Live
from tests.meetings import plan, propose, standing

POLL = 5_000  # milliseconds in which a screen has followed: it asks every two seconds


@pytest.fixture
def room(live: Live) -> str:
    """The address of a room at the first of two items; maya runs it, tom writes."""
    today = clock.today(ZONE)
    with live.world.write() as cast:
        propose(cast, "Stock count", on=today)
        propose(cast, "Returns portal", on=today)
        meeting = plan(cast, today)
        meeting.take_notes(cast.person["tom"], by=cast.actor("maya"), at=clock.now())
        start_meeting(meeting, by=cast.actor("maya"), at=clock.now(), on=today)
        return f"{live.url}/meetings/{meeting.id}/room"


def note(live: Live, address: str, text: str) -> None:
    """Something that somebody else writes down meanwhile."""
    with live.world.write() as cast:
        meeting = locked_meeting(int(address.split("/")[-2]))
        assert meeting is not None
        capture_note(
            meeting, standing(meeting)[0], text=text, html=f"<p>{text}</p>",
            by=cast.actor("tom"), at=clock.now(),
        )  # fmt: skip


def test_typing_while_the_room_is_swapped_loses_no_character(
    live: Live, room: str, new_page: Callable[..., Page]
) -> None:
    maya = sign_in(new_page(), live, "maya")
    maya.goto(room)
    line = maya.get_by_label("Write it down, one line each")
    line.click()
    typed = ""
    for number in range(4):  # each note swaps the room in the middle of a word
        note(live, room, f"Meanwhile {number}")
        seen = maya.get_by_text(f"Meanwhile {number}")
        for _ in range(400):
            if seen.count():
                break
            maya.keyboard.type("ab ", delay=10)
            typed += "ab "
        expect(seen).to_be_visible()
    maya.keyboard.type("end")
    assert line.input_value() == typed + "end"
    expect(line).to_be_focused()
    maya.keyboard.press("Home")  # the caret is kept too, not only the words
    maya.keyboard.type("d ")
    note(live, room, "The last one")
    expect(maya.get_by_text("The last one")).to_be_visible(timeout=POLL)
    maya.keyboard.type("We ")
    assert line.input_value() == f"d We {typed}end"


def test_enter_twice_writes_once_and_typing_on_loses_nothing(
    live: Live, room: str, new_page: Callable[..., Page]
) -> None:
    maya = sign_in(new_page(), live, "maya")
    maya.goto(room)
    answers: list[Route] = []

    def wait(route: Route) -> None:
        answers.append(route)

    maya.route("**/lines", wait)
    line = maya.get_by_label("Write it down, one line each")
    line.fill("n Sales pauses the banner")
    line.press("Enter")
    line.press("Enter")
    maya.keyboard.type("d We go on")
    answers[0].continue_()
    expect(maya.locator(".captured").get_by_text("Sales pauses the banner")).to_have_count(1)
    expect(line).to_have_value("d We go on")
    expect(line).to_be_focused()
    maya.wait_for_timeout(500)  # a second request, had it waited in a queue, would go now
    assert len(answers) == 1


def test_one_room_with_and_without_javascript(
    live: Live, room: str, new_page: Callable[..., Page]
) -> None:
    maya = sign_in(new_page(), live, "maya")
    tom = sign_in(new_page(javascript=False), live, "tom")
    for page in (maya, tom):
        page.goto(room)
        expect(page.get_by_role("heading", level=1)).to_have_text("Stock count")
    for page, line, text in (
        (maya, "d The evening count moves to 17:30", "The evening count moves to 17:30"),
        (tom, "a Write it into the plan @maya tomorrow", "Write it into the plan"),
        (tom, "Sales will pause the banner", "Sales will pause the banner"),
    ):
        page.get_by_label("Write it down, one line each").fill(line)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".captured").get_by_text(text)).to_be_visible()
    outcome = tom.get_by_role("group", name="Outcome")
    outcome.get_by_role("button", name="Decided").click()
    tom.get_by_role("button", name="Next item").click()
    expect(tom.get_by_role("heading", level=1)).to_have_text("Returns portal")
    # The other screen follows by itself, and both show the same.
    expect(maya.get_by_role("heading", level=1)).to_have_text("Returns portal", timeout=POLL)
    for page in (maya, tom):
        page.goto(f"{room}?item=1")
        expect(page.locator(".captured > li")).to_have_count(3)
        expect(page.get_by_role("button", name="Decided")).to_have_attribute("aria-pressed", "true")
    shown = [page.locator(".captured").inner_text().split() for page in (maya, tom)]
    assert shown[0] == shown[1]


def test_everybody_is_led_to_the_minutes(
    live: Live, room: str, new_page: Callable[..., Page]
) -> None:
    maya = sign_in(new_page(), live, "maya")
    pia = sign_in(new_page(phone=True), live, "pia")
    pia.goto(room)
    maya.goto(room.replace("/room", "/close"))
    maya.get_by_role("button", name="Stop the clock").click()
    maya.get_by_role("button", name="Mark the open ones as not reached").click()
    maya.get_by_role("button", name="Issue the minutes").click()
    expect(maya.get_by_role("heading", level=1)).to_contain_text("Minutes of")
    expect(pia.get_by_role("heading", level=1)).to_contain_text("Minutes of", timeout=POLL)
