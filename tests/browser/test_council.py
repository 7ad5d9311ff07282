"""Three years of real minutes: imported, continued by a meeting, zombies put to a verdict."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from meetingtracker import clock
from meetingtracker.config import ROOT
from meetingtracker.db import db, writing
from meetingtracker.models.acts.import_file import plan_import
from meetingtracker.models.acts.import_plan import Context
from meetingtracker.models.agenda_item import AgendaItem, Note, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.rules.agenda import Outcome
from tests.browser.test_week import sign_in
from tests.cast import ZONE
from tests.conftest import Live

FILE = ROOT.parent / "shared" / "data" / "meetings" / "council-2019-2022.json"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is not beside the project")


def imported(live: Live, path: Path = FILE) -> dict[str, object]:
    with live.world.app.app_context():
        by = live.world.cast.actor("ada")
        plan = plan_import(
            "meetings", path.read_bytes(), Context(by=by, at=clock.now(), on=clock.today(ZONE))
        )
        assert not plan.bad
        with writing():
            plan.store()
        return plan.result


def words(text: str) -> set[str]:
    """Every word, those of addresses included; the numbers of a list are drawn, not written."""
    return set(re.findall(r"[^\W_]*[^\W\d_][^\W_]*", html.unescape(text)))


def in_line(item: AgendaItem) -> tuple[bool, object, object, int]:
    """Not reached before put off, then the older: none of them has an issue or points."""
    unreached = item.carried is Outcome.UNREACHED
    return not unreached, item.first_placed_on, item.created_at, item.id


def test_the_council_goes_on(live: Live, new_page: Callable[..., Page]) -> None:
    result = imported(live)
    wanted = {
        "meetings": 134, "items": 224, "placements": 958, "people": 174,
        "returned_3_times": 108,
    }  # fmt: skip
    assert {key: result[key] for key in wanted} == wanted
    with live.world.read():
        events = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
        for note in db.session.scalars(sa.select(Note)):
            assert words(note.text) <= words(note.html), note.id
        oldest = db.session.scalar(sa.select(AgendaItem).order_by(AgendaItem.placed.desc()))
        assert oldest is not None
        waiting = db.session.scalars(sa.select(AgendaItem).where(AgendaItem.in_pool)).all()
        waiting = sorted(waiting, key=in_line)
        expected = [item.title for item in waiting]
        zombies = {item.title for item in waiting if item.placed >= 2}
    assert len(expected) == 12
    assert len(zombies) == 10

    ada = sign_in(new_page(), live, "ada")
    ada.goto(f"{live.url}/agenda/{oldest.id}")
    expect(ada.get_by_text("42 meetings, 41 times carried over")).to_be_visible()
    expect(ada.get_by_role("main").get_by_text("Deferred", exact=True)).to_have_count(40)

    # A second import changes nothing, not even the history.
    assert imported(live)["created"] == 0
    with live.world.read():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == events

    # The next meeting is planned; what was put off is there, in order.
    ada.goto(f"{live.url}/meetings")
    ada.get_by_role("region").filter(has_text="Cross project council").or_(
        ada.locator("section", has_text="Cross project council")
    ).get_by_role("link", name="Plan the next").first.click()
    ada.get_by_role("main").get_by_role("button", name="Plan", exact=False).first.click()
    meeting_url = ada.url
    meeting_id = int(meeting_url.rsplit("/", 1)[1])
    with live.world.read():
        titles = db.session.scalars(
            sa.select(AgendaItem.title)
            .join(Placement, Placement.item_id == AgendaItem.id)
            .where(Placement.meeting_id == meeting_id)
            .order_by(Placement.position)
        ).all()
    assert list(titles) == expected
    shown = ada.locator(".agenda li a").all_inner_texts()
    assert [title for title in shown if title in expected] == expected

    # It is run: everything is put off once more, without a verdict.
    ada.get_by_role("button", name="Start the meeting").click()
    for _ in expected:
        ends = ada.locator("#how-it-ends")
        ends.get_by_role("button", name="Deferred", exact=True).click()
        expect(ends.get_by_role("button", name="Deferred", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        following = ada.get_by_role("button", name="Next item")
        if following.count():
            heading = ada.get_by_role("heading", level=1).inner_text()
            following.click()
            expect(ada.get_by_role("heading", level=1)).not_to_have_text(heading)
    ada.get_by_role("button", name="Close the meeting").click()
    blocked = ada.locator(".item.late h3")
    expect(blocked).to_have_count(len(zombies))
    expect(ada.get_by_role("button", name="Issue the minutes")).to_be_disabled()

    # Each zombie gets its verdict; then the minutes are issued and the rest is carried over.
    for _ in zombies:
        blocked.first.get_by_role("link").click()
        ends = ada.locator("#how-it-ends")
        ends.get_by_label("Verdict").select_option(label="Drop it, with a reason")
        ends.get_by_label("Why, in one line").fill("Nobody has carried it for a year")
        ends.get_by_role("button", name="Withdrawn", exact=True).click()
        expect(ends.get_by_role("button", name="Withdrawn", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        ada.goto(f"{meeting_url}/close")
    ada.get_by_role("button", name="Issue the minutes").click()
    expect(ada.get_by_text("SHA-256 of the text:")).to_be_visible()
    with live.world.read():
        minutes = db.session.scalar(sa.select(MinutesVersion).filter_by(meeting_id=meeting_id))
        assert minutes is not None
        following_id = db.session.scalar(
            sa.select(Meeting.id).where(Meeting.id > meeting_id).order_by(Meeting.id)
        )
        carried = db.session.scalars(
            sa.select(AgendaItem.title)
            .join(Placement, Placement.item_id == AgendaItem.id)
            .where(Placement.meeting_id == following_id)
        ).all()
    assert set(carried) == set(expected) - zombies
