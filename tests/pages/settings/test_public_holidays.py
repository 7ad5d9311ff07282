"""Public holidays of a country are added to the organisation's list, and nothing is lost."""

from datetime import date

import sqlalchemy as sa

from meetingtracker.db import db, writing
from meetingtracker.models.organisation import Holiday, the_organisation
from meetingtracker.pages.settings.public_holidays import country_of, public_holidays, regions
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW
from tests.conftest import World

PAGE = "/settings/public-holidays"


def _kept(world: World) -> dict[date, str]:
    with world.read():
        return {row.day: row.name for row in db.session.scalars(sa.select(Holiday))}


def test_the_days_of_a_region_are_added(world: World) -> None:
    with world.app.app_context(), writing():
        row = the_organisation()
        assert row is not None
        own = {date(2026, 12, 25): "The day of the tree", date(2026, 12, 28): "Closed"}
        row.set_holidays(own, by=SYSTEM, at=NOW)
    ada = world.sign_in("ada")
    page = ada.get(f"{PAGE}?country=DE&region=BY")
    assert "The day of the tree" in page.text, "as it is called here"
    assert "Epiphany" in page.text
    posted = next(form for form in page.forms if "region" in form)
    answer = ada.post(PAGE, {**posted, "csrf_token": ada.token})
    assert answer.status == 302
    kept = _kept(world)
    assert kept[date(2026, 12, 25)] == "The day of the tree"
    assert kept[date(2026, 12, 28)] == "Closed"
    assert kept[date(2027, 1, 6)] == "Epiphany"
    assert date(2028, 1, 6) not in kept
    assert "All of them are in the list." in ada.get(f"{PAGE}?country=DE&region=BY").text


def test_the_country_of_the_zone_is_offered_first(sqlite_world: World) -> None:
    page = sqlite_world.sign_in("ada").get(PAGE)
    assert 'selected value="DE"' in page.text
    assert "German Unity Day" in page.text
    assert "Epiphany" not in page.text, "a day of some regions alone"


def test_odd_input(world: World) -> None:
    ada = world.sign_in("ada")
    for country, region in (("XX", ""), ("", ""), ("DE", "TX")):
        assert ada.get(f"{PAGE}?country={country}&region={region}").status == 200
        fields = {"version": "1", "country": country, "region": region}
        assert ada.post(PAGE, fields).status == 422
    assert ada.post(PAGE, {"version": "99", "country": "DE"}).status == 409
    assert _kept(world) == {}


def test_only_administrators(sqlite_world: World) -> None:
    lea = sqlite_world.sign_in("lea")
    assert lea.get(PAGE).status == 403
    assert lea.post(PAGE, {"version": "1", "country": "DE"}).status == 403


def test_names_are_in_the_asked_language_where_there_are_some() -> None:
    day = date(2026, 1, 1)
    assert public_holidays("DE", None, [2026], "en")[day] == "New Year's Day"
    assert public_holidays("DE", None, [2026], "de")[day] == "Neujahr"
    assert public_holidays("DE", None, [2026], "xx")[day] == "Neujahr", "its own otherwise"
    assert dict(regions("DE"))["BY"] == "Bayern"
    assert (country_of("Europe/Berlin"), country_of("UTC")) == ("DE", "")
