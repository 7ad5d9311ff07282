"""From an empty installation to the first captured action: at most 40 clicks and fields."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.conftest import Empty, serving

MOST = 40


class Counted:
    """Does what a person does, and counts every click and every field."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, what: Locator) -> None:
        self.count += 1
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.count += 1
        what.fill(text)

    def enter(self, what: Locator) -> None:
        self.count += 1
        what.press("Enter")


def test_ten_minutes_to_value(empty: Empty, new_page: Callable[..., Page]) -> None:
    """A laptop runs the meeting; a phone comes in by the copied link and sees its promise."""
    do = Counted()
    laptop, phone = new_page(), new_page(phone=True)
    with serving(empty.app) as url:
        laptop.goto(f"{url}/setup/{empty.token}")
        for label, text in (
            ("Company", "Northwind Outdoor"),
            ("Time zone", "Europe/Berlin"),
            ("Departments and their leaders", "Sales: Sam Reid, sam@example.com\nTech"),
            ("Your name", "Lea Novak"),
            ("Your mail address", "lea@example.com"),
            ("A password", "four words that rhyme"),
        ):
            do.fill(laptop.get_by_label(label), text)
        do.click(laptop.get_by_role("button", name="Set it up"))
        link = laptop.get_by_label("Link for Sam Reid").input_value()

        phone.goto(link)
        do.fill(phone.get_by_label("Choose a password"), "a lamp on the hill")
        do.click(phone.get_by_role("button", name="Come in"))

        do.click(laptop.get_by_role("link", name="Put the first item on the agenda"))
        do.fill(laptop.get_by_label("What is it about?"), "Labels without the suite number")
        do.count += 1
        laptop.get_by_label("For which department?").select_option("Sales")
        do.click(laptop.get_by_role("button", name="Propose it"))
        do.click(laptop.get_by_role("navigation", name="Main").get_by_role("link", name="Meetings"))
        do.click(laptop.get_by_role("main").get_by_role("link", name="Leader meeting").first)
        do.click(laptop.get_by_role("button", name="Start the meeting"))
        do.click(laptop.locator("#attendance").get_by_role("button", name="Sam Reid").first)
        expect(
            laptop.locator("#attendance").get_by_role("button", name="Sam Reid").first
        ).to_have_attribute("aria-pressed", "true")
        line = laptop.get_by_label("Write it down, one line each")
        do.fill(line, "a Ask the carrier for the address format @sam in 3 days")
        do.enter(line)
        expect(
            laptop.locator("#room").get_by_text("Ask the carrier for the address format").first
        ).to_be_visible()

        phone.goto(f"{url}/")
        expect(
            phone.get_by_role("link", name="Ask the carrier for the address format", exact=True)
        ).to_be_visible()
        laptop.goto("about:blank")  # the room asks for news for as long as it is open
    print(f"clicks and fields: {do.count}")
    assert do.count <= MOST
