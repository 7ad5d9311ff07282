"""A real browser for the tests beside this file, and an ear for all that goes wrong in it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.browser.find_chromium import NoBrowser, find_chromium

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = ("127.0.0.1", "localhost")
TIMEOUT = 10_000  # milliseconds that a page may take to do as it is asked


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("browser")


class Trouble:
    """What went wrong in a page: console errors (refusals of the content policy are such),
    errors thrown in scripts, answers from 400 up, requests that failed or left the machine.
    """

    def __init__(self, page: Page, allow: tuple[int, ...]) -> None:
        self.allow = allow
        self.found: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"error in a script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # The answer itself is judged in _response; the console only repeats it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # Leaving a page, or calling off a poll, aborts its requests: that is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"request failed: {request.url} {request.failure}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.hostname not in LOCAL:
            self.found.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allow:
            self.found.append(f"{response.status} for {response.request.method} {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per test process. Without one: skipped, but an error where CI is set."""
    try:
        path = find_chromium()
    except NoBrowser as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each in a context (cookies, storage) of its own; the end is free of trouble.

    `new_page(width=1360, height=900, phone=False, javascript=True, allow=(), **options)`:
    `phone` is 390 x 844 with touch; `allow` names the statuses from 400 up that the test provokes;
    other options are those of Playwright's `new_context` (color_scheme, reduced_motion,
    forced_colors, locale, timezone_id, storage_state …).
    """
    opened: list[tuple[Page, Trouble]] = []

    def open_page(  # noqa: PLR0913  (each is a property of one visitor)
        *,
        width: int = 1360,
        height: int = 900,
        phone: bool = False,
        javascript: bool = True,
        allow: tuple[int, ...] = (),
        **options: Any,
    ) -> Page:
        if phone:
            width, height = 390, 844
            options = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2, **options}
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=javascript, **options
        )
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        opened.append((page, Trouble(page, allow)))
        return page

    yield open_page
    for page, _ in opened:
        page.context.close()
    trouble = [line for _, heard in opened for line in heard.found]
    assert not trouble, "\n".join(trouble)
