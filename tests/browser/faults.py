"""What is wrong with an open page for those who see, hear or read it on a phone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Colours that change move there in a moment: what is read before it ends is neither of the two.
SETTLED = """() => new Promise(requestAnimationFrame)
    .then(() => new Promise(requestAnimationFrame))
    .then(() => Promise.allSettled(document.getAnimations().map(moving => moving.finished)))
    .then(() => null)"""


def faults(page: Page) -> list[str]:
    """What axe finds in the page as it is shown now, and whether it scrolls sideways."""
    found = [
        f"{violation['id']} in {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found


def faults_in_all_looks(page: Page) -> list[str]:
    """The same on a laptop and on a phone, light and dark, without loading the page again."""
    found = []
    for width in (1360, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(SETTLED)
            found += [f"{page.url} {width} {scheme}: {fault}" for fault in faults(page)]
    return found
