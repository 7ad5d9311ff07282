"""One whole week in a browser: raise, meet, capture, issue minutes, update, resolve, confirm."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.series import Series
from tests.cast import PASSWORD, ZONE
from tests.conftest import Live

TITLE = "Courier labels print without the suite number"


def sign_in(page: Page, live: Live, name: str) -> Page:
    page.goto(f"{live.url}/login")
    page.get_by_label("Mail address").fill(f"{name}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live.url}/")
    return page


def test_one_whole_week(live: Live, new_page: Callable[..., Page]) -> None:
    with live.world.write() as cast:
        series = db.session.get(Series, cast.series)
        assert series is not None
        plan_meeting(
            series, held_on=clock.today(ZONE) + timedelta(days=1),
            by=cast.actor("maya"), at=clock.now(),
        )  # fmt: skip
    sam = sign_in(new_page(), live, "sam")
    maya = sign_in(new_page(), live, "maya")
    pia = sign_in(new_page(phone=True), live, "pia")
    lea = sign_in(new_page(), live, "lea")

    # A leader raises an issue in 15 seconds and puts it on the agenda with one tick.
    sam.keyboard.press("c")
    sam.get_by_label("What is in the way?").fill(TITLE)
    sam.get_by_label("Which department can solve it?").select_option("Tech")
    sam.get_by_label("Talk about it at the next meeting").check()
    sam.get_by_role("button", name="Raise it").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text(TITLE)
    issue_url = sam.url

    # The facilitator starts the meeting and takes the item.
    maya.goto(f"{live.url}/meetings")
    maya.get_by_role("link", name="Leader meeting", exact=False).first.click()
    expect(maya.get_by_role("link", name=TITLE)).to_be_visible()
    maya.get_by_role("button", name="Start the meeting").click()
    expect(maya.get_by_role("heading", level=1)).to_have_text(TITLE)

    # Everybody is here; an action, a decision and a note are captured, one line each.
    for name in ("Sam Reid", "Tom Becker", "Maya Ortiz"):
        here = maya.locator("#attendance").get_by_role("button", name=name).first
        here.click()
        expect(here).to_have_attribute("aria-pressed", "true")
    for line, words in (
        ("a Send the carrier the corrected address file @pia tomorrow", "Send the carrier"),
        ("d Labels are checked by hand until then", "Labels are checked by hand"),
        ("n Nine redeliveries this week", "Nine redeliveries this week"),
    ):
        box = maya.get_by_label("Write it down, one line each")
        box.fill(line)
        box.press("Enter")
        expect(maya.locator("#room").get_by_text(words).first).to_be_visible()
    ends = maya.locator("#how-it-ends").get_by_role("button", name="Became an action")
    ends.click()
    expect(ends).to_have_attribute("aria-pressed", "true")

    # Close: the minutes are issued, once, with their hash.
    maya.get_by_role("button", name="Close the meeting").click()
    maya.get_by_role("button", name="Issue the minutes").click()
    expect(maya.get_by_text("SHA-256").first).to_be_visible()
    expect(maya.locator("article[data-md=minutes]")).to_contain_text("Nine redeliveries this week")

    # The point person, on the phone: accepts what was given while she was away, and does it.
    pia.goto(f"{live.url}/")
    pia.get_by_role("button", name="Accept").click()
    pia.goto(f"{live.url}/")
    row = pia.locator("[data-row]", has_text="Send the carrier").first
    row.get_by_role("button", name="On track", exact=False).click()
    row = pia.locator("[data-row]", has_text="Send the carrier").first
    row.get_by_role("button", name="Done", exact=False).click()
    expect(pia.get_by_role("button", name="Undo")).to_be_visible()

    # The executive finds it on the board; the leader says it is solved, the raiser confirms.
    lea.goto(f"{live.url}/board")
    expect(lea.get_by_role("link", name=TITLE)).to_be_visible()
    sam.goto(issue_url)
    sam.get_by_role("link", name="Resolve").click()
    sam.locator("#resolve summary").click()
    sam.get_by_label("What was done?").fill("The address file carries the suite number.")
    sam.get_by_role("button", name="It is resolved").click()
    sam.goto(f"{live.url}/")
    sam.get_by_role("button", name="Yes, it works", exact=False).first.click()
    lea.goto(issue_url)
    expect(lea.get_by_text("Confirmed").first).to_be_visible()
    lea.goto(f"{live.url}/board")
    expect(lea.get_by_role("link", name=TITLE)).to_have_count(0)
