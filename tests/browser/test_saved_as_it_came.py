"""A form that is opened and saved without a word changed changes nothing."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from meetingtracker.models.series import Series
from tests.browser.test_week import sign_in
from tests.busy import fill
from tests.conftest import Live


def last_event(live: Live) -> int | None:
    with live.world.read():
        return db.session.scalar(sa.select(sa.func.max(Event.id)))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("sam", "/agenda/{item}/edit"),
        ("sam", "/issues/{issue}/edit"),
        ("sam", "/actions/{action}/edit"),
        ("maya", "/meetings/series/{series}/edit"),
        ("ada", "/settings"),
        ("ada", "/departments/{department}/leaders"),
    ],
)
def test_saved_as_it_came(live: Live, new_page: Callable[..., Page], name: str, path: str) -> None:
    with live.world.write() as cast:
        fill(cast)
        weekly = db.session.get_one(Series, cast.series)
        guests = frozenset({cast.person["sam"], cast.person["pia"]})
        weekly.seat(guests, by=cast.actor("maya"), at=clock.now())
    with live.world.read() as cast:
        sam = cast.person["sam"]
        ids = {
            "item": db.session.scalar(sa.select(sa.func.min(AgendaItem.id))),
            "issue": db.session.scalar(sa.select(Issue.id).filter_by(raised_by_id=sam)),
            "action": db.session.scalar(sa.select(Action.id).filter_by(owner_id=sam)),
            "series": cast.series,
            "department": cast.department["Tech"],
        }
    page = sign_in(new_page(), live, name)
    address = live.url + path.format(**ids)
    page.goto(address)
    before = last_event(live)
    with page.expect_request(lambda sent: sent.method == "POST"):  # the browser lets it go
        page.get_by_role("main").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    assert page.locator("#error-summary").count() == 0
    assert last_event(live) == before
