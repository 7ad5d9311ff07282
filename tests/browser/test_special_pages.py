"""Pages of one hour: the first start, the doors, a meeting while it runs, an import under way."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meetingtracker import clock
from meetingtracker.models.acts.run_meeting import end_talking, start_meeting
from meetingtracker.models.import_run import ImportRun, ImportState
from meetingtracker.models.meeting import locked_meeting
from meetingtracker.rules.accounts import FactorPolicy
from tests.browser.faults import faults_in_all_looks
from tests.browser.test_week import sign_in
from tests.cast import PASSWORD, ZONE
from tests.conftest import Empty, Live, serving
from tests.meetings import plan, propose
from tests.pages.factors.phone import code, require_of

ANSWERS = {
    "Company": "Northwind Outdoor",
    "Time zone": "Europe/Berlin",
    "Departments and their leaders": "Sales: Sam Reid, sam@example.com\nTech",
    "Your name": "Lea Novak",
    "Your mail address": "lea@example.com",
    "A password": "four words that rhyme",
}


def test_the_first_start(empty: Empty, new_page: Callable[..., Page]) -> None:
    page = new_page(allow=(422,))
    with serving(empty.app) as url:
        page.goto(f"{url}/setup")
        wrong = faults_in_all_looks(page)
        page.goto(f"{url}/setup/{empty.token}")
        wrong += faults_in_all_looks(page)
        for label, words in (ANSWERS | {"Time zone": "Nowhere", "A password": "short"}).items():
            page.get_by_label(label).fill(words)
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("alert")).to_be_visible()
        wrong += faults_in_all_looks(page)
        for label, words in ANSWERS.items():
            page.get_by_label(label).fill(words)
        page.get_by_role("button", name="Set it up").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("It is set up")
        wrong += faults_in_all_looks(page)
        invited = new_page()
        invited.goto(page.get_by_label("Link for Sam Reid").input_value())
        expect(invited.get_by_role("heading", level=1)).to_have_text("Welcome, Sam Reid")
        wrong += faults_in_all_looks(invited)
    assert not wrong, "\n".join(wrong)


def test_the_doors_and_the_refusals(live: Live, new_page: Callable[..., Page]) -> None:
    stranger, lea = new_page(allow=(404,)), new_page(allow=(403,))
    wrong = []
    for path in ("/login", "/login/link", "/reset", "/reset/long-used", "/nowhere"):
        stranger.goto(live.url + path)
        wrong += faults_in_all_looks(stranger)
    sign_in(lea, live, "lea").goto(f"{live.url}/people/new")
    expect(lea.get_by_role("heading", level=1)).to_have_text("Not yours to change")
    wrong += faults_in_all_looks(lea)
    assert not wrong, "\n".join(wrong)


def test_a_second_factor_where_everybody_needs_one(
    live: Live, new_page: Callable[..., Page]
) -> None:
    require_of(live.world, FactorPolicy.everybody)
    page = new_page(allow=(422,))
    page.goto(f"{live.url}/login")
    page.get_by_label("Mail address").fill("sam@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Set it up").wait_for()
    wrong = faults_in_all_looks(page)
    page.get_by_role("button", name="Set it up").click()
    for typed in ("000000", ""):
        page.get_by_text("Or type the key").click()
        wrong += faults_in_all_looks(page)
        seed = page.locator("code").inner_text().replace(" ", "")
        page.get_by_label("Code from the app").fill(typed or code(seed))
        page.get_by_role("button", name="It works").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    wrong += faults_in_all_looks(page)
    page.goto(f"{live.url}/account/factors")
    wrong += faults_in_all_looks(page)
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def running(live: Live) -> str:
    """The address of a meeting that runs, with two items; maya runs it."""
    today = clock.today(ZONE)
    with live.world.write() as cast:
        propose(cast, "Stock count", on=today)
        propose(cast, "Returns portal", on=today)
        meeting = plan(cast, today)
        start_meeting(meeting, by=cast.actor("maya"), at=clock.now(), on=today)
        return f"{live.url}/meetings/{meeting.id}"


def test_the_room_while_the_meeting_runs(
    live: Live, running: str, new_page: Callable[..., Page]
) -> None:
    maya = sign_in(new_page(), live, "maya")
    maya.goto(f"{running}/room")
    for line in ("a Count twice @tom tomorrow", "d We count in the evening", "n Six bins differ"):
        maya.get_by_label("Write it down, one line each").fill(line)
        maya.get_by_role("button", name="Save", exact=True).click()
        expect(maya.locator(".captured").get_by_text(line[2:9])).to_be_visible()
    wrong = faults_in_all_looks(maya)
    pia = sign_in(new_page(), live, "pia")  # who only looks on
    pia.goto(f"{running}/room")
    expect(pia.locator(".captured > li")).to_have_count(3)
    wrong += faults_in_all_looks(pia)
    assert not wrong, "\n".join(wrong)


def test_a_room_without_items(live: Live, new_page: Callable[..., Page]) -> None:
    today = clock.today(ZONE)
    with live.world.write() as cast:
        meeting = plan(cast, today)
        start_meeting(meeting, by=cast.actor("maya"), at=clock.now(), on=today)
        room = f"{live.url}/meetings/{meeting.id}/room"
    maya = sign_in(new_page(), live, "maya")
    maya.goto(room)
    expect(maya.get_by_role("heading", name="Nothing stands on the agenda")).to_be_visible()
    assert not (wrong := faults_in_all_looks(maya)), "\n".join(wrong)


def test_closing(live: Live, running: str, new_page: Callable[..., Page]) -> None:
    maya = sign_in(new_page(), live, "maya")
    maya.goto(f"{running}/close")
    expect(maya.get_by_role("heading", name="The clock still runs")).to_be_visible()
    wrong = faults_in_all_looks(maya)
    with live.world.write() as cast:
        meeting = locked_meeting(int(running.rsplit("/", 1)[1]))
        assert meeting is not None
        end_talking(meeting, by=cast.actor("maya"), at=clock.now())
    maya.reload()
    maya.get_by_text("Read them first").click()
    expect(maya.get_by_role("heading", name="To put right first")).to_be_visible()
    wrong += faults_in_all_looks(maya)
    assert not wrong, "\n".join(wrong)


BAD = [[3, "3", "department", "There is no department “%(name)s”.", {"name": "Nowhere"}]]
COUNTED = {"rows": 9, "created": 5, "changed": 3, "unchanged": 1}


@pytest.mark.parametrize(
    ("rows", "end", "words"),
    [
        (0, None, "Reading a-file-with-a-long-name"),
        (100, None, "Checking a-file-with-a-long-name"),
        (100, (ImportState.refused, {"bad": BAD}), "Nothing was stored: there is 1 fault"),
        (100, (ImportState.done, COUNTED), "Everything is stored"),
        (100, (ImportState.failed, {}), "It did not work"),
    ],
)
def test_an_import(
    live: Live,
    new_page: Callable[..., Page],
    rows: int,
    end: tuple[ImportState, dict[str, Any]] | None,
    words: str,
) -> None:
    with live.world.write() as cast:
        run = ImportRun.begin(
            kind="actions", filename=f"a-file-with-a-long-name-{'x' * 120}.csv", dry_run=False,
            by_id=cast.person["ada"], at=clock.now(),
        )  # fmt: skip
        run.tell(40 if rows else 0, rows, at=clock.now())
        if end:
            run.end(*end, at=clock.now())
        address = f"{live.url}/imports/{run.id}"
    ada = sign_in(new_page(), live, "ada")
    ada.goto(address)
    expect(ada.locator("#run").get_by_text(words)).to_be_visible()
    wrong = faults_in_all_looks(ada)
    ada.goto(f"{live.url}/imports")
    wrong += faults_in_all_looks(ada)
    assert not wrong, "\n".join(wrong)
