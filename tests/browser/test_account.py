"""The switch that shows a password, and signing out another device, in a browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.conftest import Live


def test_a_password_is_shown_while_its_box_is_ticked(
    live: Live, new_page: Callable[..., Page]
) -> None:
    page = new_page(allow=(422,))
    page.goto(f"{live.url}/login")
    field = page.get_by_label("Password", exact=True)
    page.get_by_label("Mail address").fill("sam@example.com")
    field.fill("not the password")
    expect(field).to_have_attribute("type", "password")
    page.get_by_label("Show it").check()
    expect(field).to_have_attribute("type", "text")
    page.evaluate(
        """() => document.forms[0].addEventListener("submit", (event) => {
             sessionStorage.sent = event.target.elements.password.type })"""
    )
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    assert page.evaluate("sessionStorage.sent") == "password", "never kept as a text"


def test_without_script_nothing_is_offered_that_does_nothing(
    live: Live, new_page: Callable[..., Page]
) -> None:
    page = new_page(javascript=False)
    page.goto(f"{live.url}/login")
    expect(page.get_by_label("Show it")).to_be_hidden()


def test_a_phone_left_behind_is_signed_out_from_the_laptop(
    live: Live, new_page: Callable[..., Page]
) -> None:
    phone, laptop = new_page(phone=True), new_page()
    for page in (phone, laptop):
        page.goto(f"{live.url}/login")
        page.get_by_label("Mail address").fill("sam@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live.url}/")
    laptop.locator("details.me summary").click()
    laptop.get_by_role("link", name="My account").click()
    laptop.get_by_role("button", name="Sign out everywhere else").click()
    expect(laptop.get_by_role("status")).to_contain_text("Every other device is signed out.")
    phone.goto(f"{live.url}/account")
    expect(phone).to_have_url(f"{live.url}/login?next=/account")
