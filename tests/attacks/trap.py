"""A page in a browser that counts what runs in it, asks for other places or is refused."""

import re

from playwright.sync_api import BrowserContext, Dialog, Page

from tests.conftest import Visit

# Whatever runs calls hit(); a page of ours never does.
TRAP = """
window.__hits = [];
window.hit = what => window.__hits.push(`hit(${what})`);
for (const name of ["alert", "confirm", "prompt", "open", "print"])
    window[name] = what => { window.__hits.push(`${name}(${what})`); };
addEventListener("securitypolicyviolation", event =>
    window.__hits.push(`${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`));
"""
ENTER = """() => {
    for (const one of document.querySelectorAll("body *"))
        for (const kind of ["mouseover", "pointerenter", "focus", "toggle", "error"])
            one.dispatchEvent(new Event(kind));
    return window.__hits;
}"""


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
        """Open a page and do what waits for a finger or a key: enter every field, point at all."""
        self.page.goto(address)
        self.hits += [f"{address}: {hit}" for hit in self.page.evaluate(ENTER)]


def carry_session(visit: Visit, context: BrowserContext, url: str) -> None:
    """The browser is signed in as the test's own client."""
    cookie = visit.client.get_cookie("meetingtracker")
    assert cookie
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
