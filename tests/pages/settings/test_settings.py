"""The organisation's settings."""

from meetingtracker.models.organisation import the_organisation, working_calendar
from tests.cast import TODAY
from tests.conftest import World

FIELDS = {
    "name": "Northwind",
    "zone": "Europe/Vienna",
    "weekdays": ["1", "2", "3", "4"],
    "holidays": "2026-11-16 A day off\n2026-12-25 Christmas Day",
}


def test_zone_weekdays_and_holidays_decide_the_calendar(world: World) -> None:
    ada = world.sign_in("ada")
    version = ada.get("/settings").form("/settings")["version"]
    assert ada.post("/settings", {**FIELDS, "version": version}).status == 302
    with world.read():
        row = the_organisation()
        assert row is not None
        assert (row.zone, row.weekdays) == ("Europe/Vienna", "1234")
        assert not working_calendar(row).is_working(TODAY)
    assert "2026-12-25 Christmas Day" in ada.get("/settings").text
    assert ada.post("/settings", {**FIELDS, "version": version}).status == 409


def test_bad_input_is_named_by_its_line(world: World) -> None:
    ada = world.sign_in("ada")
    version = ada.get("/settings").form("/settings")["version"]
    wrong = {**FIELDS, "version": version, "holidays": "2026-12-25 Christmas Day\nnext week"}
    answer = ada.post("/settings", wrong)
    assert answer.status == 422
    assert "Line 2: write it like" in answer.text
    assert "next week" in answer.text


def test_an_executive_reads_and_an_administrator_changes(world: World) -> None:
    lea = world.sign_in("lea")
    page = lea.get("/settings")
    assert page.status == 200
    assert "disabled" in page.text
    assert (
        lea.post("/settings", {**FIELDS, "version": page.form("/settings")["version"]}).status
        == 403
    )
    assert world.sign_in("sam").get("/settings").status == 403


def test_two_who_change_the_holidays_see_each_other(world: World) -> None:
    """The days are rows of their own, but a change of the organisation all the same."""
    ada = world.sign_in("ada")
    version = ada.get("/settings").form("/settings")["version"]
    same = {"name": "Northwind Outdoor", "zone": "Europe/Berlin", "weekdays": list("12345")}
    first = {**same, "version": version, "holidays": "2026-12-25 Christmas Day"}
    assert ada.post("/settings", first).status == 302
    answer = ada.post("/settings", {**first, "holidays": "2026-12-24 Christmas Eve"})
    assert answer.status == 409
    assert "2026-12-25 Christmas Day" in answer.text
    assert "2026-12-24 Christmas Eve" in answer.text
    assert "Christmas Day" in ada.get("/settings").text


def test_a_weekday_counts_once(world: World) -> None:
    ada = world.sign_in("ada")
    version = ada.get("/settings").form("/settings")["version"]
    typed = {**FIELDS, "version": version, "weekdays": ["1"] * 9}
    assert ada.post("/settings", typed).status == 302
    with world.read():
        row = the_organisation()
        assert row is not None
        assert row.weekdays == "1"
