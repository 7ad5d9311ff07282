"""Every script through every field and into every page; in a browser none of them runs."""

import re
import time
from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Browser, Dialog, Page

from tests.attacks.outputs import Shapes, check, shapes_of_templates, sown
from tests.attacks.scripts import BLOCKS, SCRIPTS
from tests.browser.conftest import browser
from tests.cast import NOW
from tests.conftest import Live, Stage, World

__all__ = ["browser"]
pytestmark = pytest.mark.prove
PARTS = 8
Tell = Callable[[str, object], None]
# Whatever runs calls hit(); a page of ours never does.
TRAP = """
window.__hits = [];
window.hit = what => window.__hits.push(`hit(${what})`);
for (const name of ["alert", "confirm", "prompt", "open", "print"])
    window[name] = what => { window.__hits.push(`${name}(${what})`); };
addEventListener("securitypolicyviolation", event =>
    window.__hits.push(`${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture(scope="session")
def own_shapes(sqlite_stage: Stage) -> Shapes:
    return shapes_of_templates(sqlite_stage)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_script_through_every_field(
    sqlite_world: World, own_shapes: Shapes, part: int, record_property: Tell
) -> None:
    texts, blocks = SCRIPTS[part::PARTS], BLOCKS[part::PARTS]
    seen = check(sqlite_world, own_shapes, texts, blocks)
    record_property("figure", f"{len(texts) + len(blocks)} scripts, {seen} pages: 0 faults")


class Trap:
    """A page that counts what runs in it and what its policy had to refuse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hits: list[str] = []
        page.add_init_script(TRAP)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.hits.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _dialog(self, dialog: Dialog) -> None:
        self.hits.append(f"a dialog on {self.page.url}")
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        if not re.match(r"http://127\.0\.0\.1:\d+/|data:image/svg", url):
            self.hits.append(f"{self.page.url} asks for {url}")

    def look(self, address: str) -> None:
        self.page.goto(address)
        # What waits for a finger or a key: every field is entered, every thing pointed at.
        self.page.evaluate(
            """() => document.querySelectorAll("main *").forEach(one => {
                for (const kind of ["mouseover", "pointerenter", "focus", "toggle", "error"])
                    one.dispatchEvent(new Event(kind));
            })"""
        )
        self.hits += [f"{address}: {hit}" for hit in self.page.evaluate("window.__hits")]


@time_machine.travel(NOW, tick=True)
def test_no_script_runs_in_a_browser(live: Live, browser: Browser, record_property: Tell) -> None:
    seed = sown(live.world, SCRIPTS[::4], BLOCKS)
    began, looked = time.perf_counter(), 0
    for who in sorted({who for who, _, _ in seed.pages}):
        context = browser.new_context()
        _carry_session(seed.visit(who).client, context, live.url)
        trap = Trap(context.new_page())
        for path in dict.fromkeys(path for name, path, _ in seed.pages if name == who):
            trap.look(live.url + path)
            looked += 1
        assert trap.hits == []
        context.close()
    assert looked > 200
    seconds = time.perf_counter() - began
    record_property("figure", f"Chromium: {looked} pages in {seconds:.0f} s, 0 scripts ran")


def test_the_trap_bites(live: Live, browser: Browser) -> None:
    page = browser.new_page()
    trap = Trap(page)
    trap.look(live.url + "/login")
    assert trap.hits == []
    for text in ("<img src=q onerror=hit(1)>", "<svg onload=hit(2)>"):
        page.evaluate("text => { document.querySelector('main').innerHTML += text }", text)
        page.wait_for_timeout(200)
    assert len(page.evaluate("window.__hits")) >= 2  # the policy refused them, and it was heard
    page.close()


def _carry_session(client: object, context: object, url: str) -> None:
    """The browser is signed in as the test's own client."""
    cookie = client.get_cookie("meetingtracker")  # type: ignore[attr-defined]
    context.add_cookies(  # type: ignore[attr-defined]
        [{"name": cookie.key, "value": cookie.value, "url": url}]
    )
