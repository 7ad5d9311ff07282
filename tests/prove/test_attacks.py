"""Every script through every field and into every page; in a browser none of them runs."""

import time
from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Browser

from tests.attacks.outputs import Shapes, check, shapes_of_templates, sown
from tests.attacks.scripts import BLOCKS, SCRIPTS
from tests.attacks.seed import Seed
from tests.attacks.trap import Trap, carry_session
from tests.browser.conftest import browser
from tests.cast import NOW
from tests.conftest import Live, Stage, World

__all__ = ["browser"]
pytestmark = pytest.mark.prove
PARTS = 8
Tell = Callable[[str, object], None]


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


@pytest.mark.parametrize("part", range(PARTS))
@time_machine.travel(NOW, tick=True)
def test_no_script_runs_in_a_browser(
    live: Live, browser: Browser, part: int, record_property: Tell
) -> None:
    texts, blocks = SCRIPTS[part::PARTS], BLOCKS[part::PARTS]
    seed = sown(live.world, texts, blocks)
    began = time.perf_counter()
    looked = opened(seed, seed.pages, browser, live) + opened(seed, seed.issued(), browser, live)
    assert looked > 10 * len(texts)
    seconds = time.perf_counter() - began
    told = f"{len(texts) + len(blocks)} scripts, {looked} pages in {seconds:.0f} s, 0 ran"
    record_property("figure", f"Chromium: {told}")


def opened(seed: Seed, pages: list[tuple[str, str, str]], browser: Browser, live: Live) -> int:
    """How many pages were opened; nothing ran in any of them."""
    wanted = list(dict.fromkeys((who, path) for who, path, _ in pages))
    for who in sorted({who for who, _ in wanted}):
        context = browser.new_context()
        carry_session(seed.visit(who), context, live.url)
        trap = Trap(context.new_page())
        for path in (path for name, path in wanted if name == who):
            trap.look(live.url + path)
        assert trap.hits == []
        context.close()
    return len(wanted)


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
