"""What a mail's link opens, on a phone and without a sign-in: two taps, and Undo."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from meetingtracker import clock
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.rules.notices import Notice
from tests.browser.faults import faults_in_all_looks
from tests.conftest import Live
from tests.pages.answers.digests import mail


def test_answering_from_the_phone(live: Live, new_page: Callable[..., Page]) -> None:
    on = clock.today("Europe/Berlin")
    with live.world.write() as cast:
        action = give_action(
            title="Ship the sample", owner_id=cast.person["pia"], due_on=on,
            by=cast.actor("tom"), at=clock.now(), on=on,
        )  # fmt: skip
        sent = mail(cast, "pia", (Notice.due_today, action), at=clock.now())
    page = new_page(width=390, allow=(404,))
    page.goto(live.url + sent.path)
    page.get_by_text("Another answer", exact=False).first.click()
    wrong = faults_in_all_looks(page)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("You said it is done.")).to_be_visible()
    wrong += faults_in_all_looks(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Done")).to_be_visible()
    for path in (f"{sent.path}/unsubscribe", "/a/long-gone"):
        page.goto(live.url + path)
        wrong += faults_in_all_looks(page)
    assert not wrong, "\n".join(wrong)
