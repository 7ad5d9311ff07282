"""Every script in what goes out beside the pages; in a browser no mail of it runs."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.attacks.letters import check_digests, check_letters
from tests.attacks.outputs import Shapes, shapes_of_templates
from tests.attacks.programs import check_api, check_webhook
from tests.attacks.scripts import BLOCKS, SCRIPTS
from tests.attacks.sign_on import check_sign_on, come_in, named
from tests.attacks.trap import Trap, carry_session
from tests.browser.conftest import browser
from tests.conftest import Stage, World, serving
from tests.pages.sso.conftest import Door, running_provider, sqlite_door
from tests.worker.test_webhooks import Receiver, receiver

__all__ = ["browser", "receiver", "running_provider", "sqlite_door"]
pytestmark = pytest.mark.prove
Tell = Callable[[str, object], None]
HTML = "text/html; charset=utf-8"
PLACE = "http://127.0.0.1:1/mail"  # nobody listens there: the mail is handed in by the test


@pytest.fixture(scope="session")
def own_shapes(sqlite_stage: Stage) -> Shapes:
    return shapes_of_templates(sqlite_stage)


def test_mails(sqlite_world: World, browser: Browser, record_property: Tell) -> None:
    """Without any policy, as the mail's own program may show it."""
    letters = check_digests(sqlite_world, SCRIPTS) + check_letters(sqlite_world, SCRIPTS)
    page = browser.new_page()
    asked, shown = set(), [""]
    page.on("request", lambda request: asked.add(request.url))
    page.route(PLACE, lambda route: route.fulfill(body=shown[0], content_type=HTML))
    trap = Trap(page)
    for letter in letters:
        shown[0] = letter.html
        trap.look(PLACE)
    assert trap.hits == []
    assert asked == {PLACE}
    page.close()
    record_property("figure", f"{len(letters)} mails, in Chromium too: 0 scripts ran")


def test_the_trap_bites_in_a_mail(browser: Browser) -> None:
    page = browser.new_page()
    trap = Trap(page)
    html = "<main><p onmouseover=hit(1)>x</p><script>hit(2)</script></main>"
    page.route(PLACE, lambda route: route.fulfill(body=html, content_type=HTML))
    trap.look(PLACE)
    assert len(trap.hits) == 2
    page.close()


def test_answers_to_programs(sqlite_world: World, record_property: Tell) -> None:
    seen = check_api(sqlite_world, SCRIPTS)
    record_property("figure", f"{len(SCRIPTS)} scripts through the API, {seen} answers: JSON alone")


def test_webhooks(world: World, receiver: Receiver, record_property: Tell) -> None:
    seen = check_webhook(world, receiver, SCRIPTS)
    record_property("figure", f"{seen} deliveries of webhooks: whole, signed, no other header")


def test_single_sign_on(sqlite_door: Door, own_shapes: Shapes, record_property: Tell) -> None:
    seen = check_sign_on(sqlite_door, own_shapes, (*SCRIPTS, *BLOCKS))
    record_property("figure", f"{seen} pages of single sign-on: 0 faults")


def test_no_script_of_a_provider_runs(
    sqlite_door: Door, browser: Browser, record_property: Tell
) -> None:
    """The button, what is refused, and the pages of somebody who came in."""
    context, pages = browser.new_context(), 0
    trap = Trap(context.new_page())
    with serving(sqlite_door.world.app) as url:
        for number, text in enumerate((*SCRIPTS, *BLOCKS)):
            named(sqlite_door, text)
            begun = sqlite_door.world.stranger()
            state = sqlite_door.leave(begun)["state"]
            said = urlencode({"error": text, "error_description": text, "state": state})
            for visit, paths in (
                (begun, ("/login", f"/sso/callback?{said}")),
                (come_in(sqlite_door, text, number), ("/account", "/people")),
            ):
                carry_session(visit, context, url)
                for path in paths:
                    trap.look(url + path)
                    pages += 1
            assert trap.hits == [], text
    context.close()
    record_property("figure", f"Chromium: {pages} pages of single sign-on, 0 scripts ran")
