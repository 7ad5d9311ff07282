"""A button pressed twice while the server is busy."""

import time
from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import Page

from meetingtracker.db import db
from meetingtracker.models.issue import Issue
from tests.browser.test_week import sign_in
from tests.conftest import Live


def test_an_issue_is_raised_once(live: Live, new_page: Callable[..., Page]) -> None:
    page = sign_in(new_page(), live, "sam")
    page.goto(f"{live.url}/issues/new")
    page.get_by_label("What is in the way?").fill("Late parcels")
    button = page.get_by_role("button", name="Raise it")
    with live.world.write():  # a busy moment: the answer comes when both presses are made
        button.evaluate("button => { button.click(); setTimeout(() => button.click(), 300) }")
        time.sleep(1)
    page.wait_for_url("**/issues/1")
    with live.world.read():
        assert db.session.scalar(sa.select(sa.func.count(Issue.id))) == 1
