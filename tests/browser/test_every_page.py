"""Every page, full and empty: axe finds nothing, nothing scrolls sideways, nothing fails."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.web.access import Bearer, permission_of
from tests.browser.faults import faults
from tests.browser.test_week import sign_in
from tests.busy import fill
from tests.conftest import Live

# Not pages: files, answers for machines; test_special_pages.py has what works once.
NOT_PAGES = {
    "api.openapi", "audit.export", "issues.attachment", "minutes.file", "minutes.frozen",
    "minutes.pdf", "setup.start", "setup.welcome", "setup.where", "sso.callback",
    "sso.start", "static", "system.healthz",
}  # fmt: skip
# One look of everything here; the others take a minute more and belong to the long proofs.
LOOKS = {
    "maya": ("maya", 360, "dark"), "maya-wide": ("maya", 1360, "light"),
    "ada-wide": ("ada", 1360, "dark"),
}  # fmt: skip
LONG = [pytest.param(look, marks=pytest.mark.prove) for look in LOOKS if look != "maya"]


def addresses(app: Flask, ids: dict[str, int]) -> list[str]:
    """Every GET route that is a page, with ids that exist."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES:
            continue
        if isinstance(permission_of(app.view_functions[rule.endpoint]), Bearer):
            continue
        if rule.arguments <= set(ids):
            built = rule.build({name: ids[name] for name in rule.arguments})
            assert built is not None
            found.append(built[1])
    return sorted(found)


def one(column: sa.ColumnElement[int]) -> int:
    found = db.session.scalar(sa.select(column).order_by(column))
    assert found is not None
    return found


def looked_at(page: Page, live: Live, paths: list[str]) -> int:
    wrong = []
    for path in paths:
        answer = page.goto(live.url + path)
        assert answer is not None
        if answer.status in (403, 404) or "json" in (answer.header_value("content-type") or ""):
            continue
        assert answer.status < 400, f"{path}: {answer.status}"
        wrong += [f"{path}: {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)
    return len(paths)


@pytest.mark.parametrize("look", ["maya", *LONG])
def test_full(live: Live, new_page: Callable[..., Page], look: str) -> None:
    with live.world.write() as cast:
        fill(cast)
    with live.world.read() as cast:
        ids = {
            "meeting_id": one(Meeting.id), "series_id": cast.series, "item_id": one(AgendaItem.id),
            "person_id": cast.person["pia"], "department_id": cast.department["Tech"],
            "issue_id": one(Issue.id), "action_id": one(Action.id),
        }  # fmt: skip
    paths = addresses(live.world.app, ids)
    name, width, scheme = LOOKS[look]
    page = new_page(width=width, color_scheme=scheme, allow=(403, 404))
    sign_in(page, live, name)
    assert looked_at(page, live, paths) > 25


def test_empty(live: Live, new_page: Callable[..., Page]) -> None:
    for width, scheme in ((360, "light"),):
        page = new_page(width=width, color_scheme=scheme, allow=(403, 404))
        looked_at(page, live, ["/login"])
        sign_in(page, live, "lea")
        looked_at(page, live, addresses(live.world.app, {}))
