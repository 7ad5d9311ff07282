"""Passkeys in a real browser, with its own virtual authenticator."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.conftest import Live

PASSKEY = "Sign in with a passkey"


def with_authenticator(page: Page, *, verified: bool = True) -> None:
    """A device that has a passkey made in it, and asks its holder at each use."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def house(live: Live) -> str:
    """A number has no passkeys: they belong to a name."""
    return live.url.replace("127.0.0.1", "localhost")


def with_password(page: Page, live: Live) -> None:
    page.goto(f"{house(live)}/login")
    page.get_by_label("Mail address").fill("sam@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def add_passkey(page: Page, live: Live) -> None:
    with_password(page, live)
    page.wait_for_url(f"{house(live)}/")
    page.goto(f"{house(live)}/account/factors")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


def sign_out(page: Page) -> None:
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_passkey_is_added_and_signs_in_without_a_password(
    live: Live, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    with_authenticator(page)
    add_passkey(page, live)
    page.get_by_role("link", name="I have them safe").click()
    expect(page.get_by_role("heading", name="Chrome on Linux")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name=PASSKEY).click()
    page.wait_for_url(f"{house(live)}/")


def test_a_passkey_is_the_second_step_after_a_password(
    live: Live, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    with_authenticator(page)
    add_passkey(page, live)
    sign_out(page)
    with_password(page, live)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{house(live)}/")


def test_a_device_that_knows_nobody_says_so_and_the_password_still_works(
    live: Live, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    with_authenticator(page, verified=False)
    page.goto(f"{house(live)}/login")
    page.get_by_role("button", name=PASSKEY).click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    assert Axe().run(page).response["violations"] == []
    with_password(page, live)
    page.wait_for_url(f"{house(live)}/")


def test_without_script_no_passkey_is_offered(live: Live, new_page: Callable[..., Page]) -> None:
    page = new_page(javascript=False)
    page.goto(f"{house(live)}/login")
    expect(page.get_by_text(PASSKEY)).to_be_hidden()
