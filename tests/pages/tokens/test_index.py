"""/account/tokens: administrators make them, owners see and revoke their own."""

import re

import pytest

from meetingtracker.db import db
from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import SYSTEM
from tests.api.program import Program, program
from tests.cast import NOW
from tests.conftest import Visit, World
from tests.page import Page

PATH = "/account/tokens"


def made(visit: Visit, **more: object) -> Page:
    return visit.post(PATH, {"name": "Wall screen", "scope": "read", **more}, page=PATH)


def shown(page: Page) -> str:
    found = re.search(r'value="(mt_[\w-]{43})"', page.text)
    assert found is not None, page.text
    return found.group(1)


def test_an_administrator_makes_one_for_anybody_and_sees_it_once(world: World) -> None:
    ada = world.sign_in("ada")
    token = shown(made(ada, person=world.cast.person["sam"]))
    me = Program(world.app.test_client(), token).get("/me").json
    assert (me["email"], me["scope"], me["token"]) == ("sam@example.com", "read", "Wall screen")
    again = ada.get(PATH)
    assert token not in again.text
    assert (again.total, "Wall screen" in again.text, "Sam Reid" in again.text) == (1, True, True)
    with world.read():
        row = db.session.scalars(db.select(ApiToken)).one()
        assert token not in (row.token_hash, row.name)
        event = db.session.scalars(db.select(Event).filter_by(subject_type="api_token")).one()
        assert (event.kind, event.actor_id) == ("token.made", world.cast.person["ada"])
        assert row.token_hash not in str(event.changes)


@pytest.mark.parametrize(("name", "total"), [("ada", 2), ("lea", 2), ("sam", 1), ("max", 0)])
def test_who_sees_which(world: World, name: str, total: int) -> None:
    program(world, "sam")
    program(world, "tom")
    program(world, "olga")
    with world.write() as cast:  # what was hers opens nothing any more
        db.session.get_one(Person, cast.person["olga"]).deactivate(by=SYSTEM, at=NOW)
    assert world.sign_in(name).get(PATH).total == total


@pytest.mark.parametrize("name", ["lea", "sam", "max"])
def test_nobody_else_makes_one(world: World, name: str) -> None:
    visit = world.sign_in(name)
    assert "<form" not in visit.get(PATH).text.split("<main")[1].split("data-total")[0]
    assert visit.post(PATH, {"name": "x", "scope": "read", "person": 1}).status == 403


@pytest.mark.parametrize(
    ("name", "status"), [("ada", 302), ("sam", 302), ("lea", 403), ("tom", 404)]
)
def test_who_revokes_one(world: World, name: str, status: int) -> None:
    sam = program(world, "sam")
    assert sam.get("/me").status == 200
    with world.read():
        token_id = db.session.scalars(db.select(ApiToken.id)).one()
    answer = world.sign_in(name).post(f"{PATH}/{token_id}/revocation", {"version": 1}, page=PATH)
    assert answer.status == status
    assert sam.get("/me").status == (401 if status == 302 else 200)


def test_a_missing_one_and_a_wrong_method(world: World) -> None:
    visit = world.sign_in("ada")
    assert visit.post(f"{PATH}/999/revocation", {"version": 1}, page=PATH).status == 404
    assert visit.get(f"{PATH}/1/revocation").status == 405


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"name": "x" * 81}, {"person": ""}, {"person": 999}, {"scope": "all"}]
)
def test_bad_input_is_shown_again(world: World, fields: dict[str, object]) -> None:
    given = {"person": world.cast.person["sam"], **fields}
    answer = made(world.sign_in("ada"), **given)
    assert answer.status == 422
    assert answer.errors


def test_for_somebody_who_has_left_there_is_none(world: World) -> None:
    answer = made(world.sign_in("ada"), person=world.cast.person["gone"])
    assert answer.status == 422
