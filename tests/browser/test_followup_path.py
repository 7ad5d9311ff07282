"""The whole way of a reminder: overdue, mailed, moved on the phone, seen everywhere, taken back."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from meetingtracker import clock
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.rules.mail_server import Sender, mail_server
from meetingtracker.worker import followup
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.transport import Transport
from tests.browser.faults import faults_in_all_looks
from tests.browser.test_week import sign_in
from tests.cast import ZONE
from tests.conftest import Live, World
from tests.worker.smtp import Server, smtp_server

ISSUE, PROMISE = "The price list is out of date", "Write the price list"
REASON = "The supplier sends the figures on Friday"
MONDAY_THURSDAY = (0, 3)
FLAG = '[data-flag="overdue"]'


def overdue(world: World) -> tuple[int, int]:
    """Pia's promise to Tom, four weeks old, under an issue of two departments."""
    on = clock.today(ZONE) - timedelta(days=28)
    at = clock.now() - timedelta(days=28)
    with world.write() as cast:
        issue = raise_issue(
            title=ISSUE, raising_department_id=cast.department["Sales"],
            owning_department_id=cast.department["Tech"], by=cast.actor("sam"), at=at, on=on,
        )  # fmt: skip
        issue.name_point_person(cast.person["pia"], by=cast.actor("tom"), at=at)
        action = give_action(
            title=PROMISE, owner_id=cast.person["pia"], due_on=on + timedelta(days=14),
            issue_id=issue.id, by=cast.actor("tom"), at=at, on=on,
        )  # fmt: skip
        return issue.id, action.id


def run(live: Live, server: Server) -> str:
    """Look and send, as `meetingtracker followup run` does on the next day that repeats all that is
    overdue; the link of Pia's mail."""
    transport = Transport(mail_server(server.url), Sender("Meetings", "meet@example.com"), live.url)
    with live.world.app.app_context():
        noon = clock.now().replace(hour=12)
        while noon.weekday() not in MONDAY_THURSDAY or noon < clock.now():
            noon += timedelta(days=1)
        report = followup.run(noon, mailing=True)
        assert report is not None
        while send_next(transport, on=report.day):
            pass
    (mail,) = [mail for mail in server.mails() if "pia@example.com" in mail["To"]]
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["Subject"] == f"Overdue: {PROMISE}"
    found = re.search(re.escape(live.url) + r"/a/\S+", body.get_content())
    assert found, body.get_content()
    return found[0]


def flags(page: Page, live: Live, issue_id: int, action_id: int) -> dict[str, int]:
    """How often each page says that it is overdue."""
    board = f"/board?q={ISSUE.split()[1]}"
    return {
        path: _flags(page, f"{live.url}{path}")
        for path in ("/", f"/actions/{action_id}", f"/issues/{issue_id}", board)
    }


def _flags(page: Page, address: str) -> int:
    page.goto(address)
    expect(page.get_by_text(PROMISE).or_(page.get_by_text(ISSUE)).first).to_be_visible()
    return page.locator(FLAG).count()


def move(phone: Page, to: date) -> None:
    phone.get_by_text("Another answer").click()
    form = phone.locator("details:has(> summary)").filter(has=phone.get_by_label("New date")).last
    form.locator("summary").click()
    form.get_by_label("New date").fill(to.isoformat())
    form.get_by_label("Why?").fill(REASON)
    form.get_by_role("button").click()


def test_from_overdue_to_a_new_date_and_back(live: Live, new_page: Callable[..., Page]) -> None:
    issue_id, action_id = overdue(live.world)
    pia = sign_in(new_page(), live, "pia")
    before = flags(pia, live, issue_id, action_id)
    assert min(before.values()) > 0, before
    with smtp_server() as server:
        link = run(live, server)

    phone = new_page(width=390)
    phone.goto(link)
    expect(phone.get_by_role("heading", name=PROMISE)).to_be_visible()
    wrong = faults_in_all_looks(phone)
    to = clock.today(ZONE) + timedelta(days=21)
    move(phone, to)
    expect(phone.get_by_role("button", name="Undo")).to_be_visible()
    wrong += faults_in_all_looks(phone)
    assert not wrong, "\n".join(wrong)

    after = flags(pia, live, issue_id, action_id)
    assert set(after.values()) == {0}, after
    pia.goto(f"{live.url}/actions/{action_id}")
    for place in ("#moves", ".timeline"):
        expect(pia.locator(place)).to_contain_text(REASON)

    phone.get_by_role("button", name="Undo").click()
    expect(phone.get_by_role("button", name="Done")).to_be_visible()
    assert flags(pia, live, issue_id, action_id) == before
