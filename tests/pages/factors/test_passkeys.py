"""Passkeys: made, proved after a password or in its place, and every way in which one is false."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.rules.accounts import FactorPolicy
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, PASSWORD
from tests.conftest import Visit, World
from tests.models.test_rebuild import rebuilt_wrongly
from tests.pages.account.doors import is_in, mail, queued
from tests.pages.factors.device import Device, add_passkey, ask, options, sign_in
from tests.pages.factors.phone import (
    code,
    codes_on,
    factors,
    first_step,
    require_of,
    set_up_app,
    unused_codes,
)


def with_passkey(world: World, name: str = "sam", **made: object) -> Device:
    device = Device(**made)  # type: ignore[arg-type]
    assert add_passkey(world.sign_in(name), device).status == 200
    return device


def prove(visit: Visit, device: Device, **fields: str) -> int:
    """After the password."""
    visit.get("/sign-in/factor")
    answer = device.sign(options(visit, "/sign-in/factor/options"))
    return visit.post("/sign-in/factor", {"credential": answer, **fields}).status


def test_a_passkey_opens_in_place_of_the_password(world: World) -> None:
    device = with_passkey(world)
    visit = world.stranger()
    assert sign_in(visit, device, next="/board").location == "/board"
    assert is_in(visit)
    with world.read():
        assert rebuilt_wrongly(db.session) == []


def test_the_first_brings_recovery_codes_and_the_second_none(world: World) -> None:
    visit = world.sign_in("sam")
    assert len(codes_on(add_passkey(visit, Device()))) == 10
    assert add_passkey(visit, Device()).location == "/account/factors"
    assert unused_codes(world, "sam") == 10
    assert visit.get("/account/factors").text.count("data-row") == 2


def test_a_passkey_opens_after_the_password(world: World) -> None:
    device = with_passkey(world)
    visit = first_step(world)
    assert prove(visit, device) == 302
    assert is_in(visit)


def test_after_the_password_the_device_need_not_ask_who_holds_it(world: World) -> None:
    device = with_passkey(world, verifies=False)
    assert prove(first_step(world), device) == 302
    visit = world.stranger()
    refused = sign_in(visit, device)
    assert refused.status == 422
    assert "passkey did not work" in refused.text
    assert not is_in(visit)


def test_it_is_all_that_the_policy_asks_for(world: World) -> None:
    device = with_passkey(world)
    require_of(world, FactorPolicy.everybody)
    visit = world.stranger()
    assert sign_in(visit, device).location == "/"


FALSE = {
    "another site": {"origin": "http://evil.example"},
    "another port": {"origin": "http://localhost:81"},
    "https": {"origin": "https://localhost"},
    "another host": {"host": "evil.example"},
    "another key": {"key": Device().key},
    "unknown": {"id": b"x" * 16},
    "somebody else's handle": {"handle": b"person:999"},
}


@pytest.mark.parametrize("what", FALSE)
def test_a_false_answer_opens_nothing(sqlite_world: World, what: str) -> None:
    world = sqlite_world
    device = replace(with_passkey(world), **FALSE[what])  # type: ignore[arg-type]
    visit = world.stranger()
    assert sign_in(visit, device).status == 422
    assert not is_in(visit)
    visit = first_step(world)
    assert prove(visit, device) == 422
    assert not is_in(visit)


@pytest.mark.parametrize("what", ["another site", "another host"])
def test_a_key_made_elsewhere_is_not_added(sqlite_world: World, what: str) -> None:
    device = Device(**FALSE[what])  # type: ignore[arg-type]
    visit = sqlite_world.sign_in("sam")
    assert add_passkey(visit, device).location == "/account/factors"
    assert factors(sqlite_world, "sam") == []


def test_the_answer_to_another_word_opens_nothing(world: World) -> None:
    device = with_passkey(world)
    visit = world.stranger()
    visit.get("/login")
    answer = device.sign(options(visit, "/login/passkey/options"))
    options(visit, "/login/passkey/options")
    assert visit.post("/login/passkey", {"credential": answer}).status == 422


def test_a_word_is_for_one_purpose(world: World) -> None:
    """What was signed after a password does not open without it, nor the other way round."""
    device = with_passkey(world)
    visit = first_step(world)
    answer = device.sign(options(visit, "/sign-in/factor/options"))
    assert visit.post("/login/passkey", {"credential": answer}).status == 422
    visit = first_step(world)
    answer = device.sign(options(visit, "/login/passkey/options"))
    assert visit.post("/sign-in/factor", {"credential": answer}).status == 422


def test_a_word_is_good_for_five_minutes(world: World) -> None:
    device = with_passkey(world)
    visit = world.stranger()
    visit.get("/login")
    answer = device.sign(options(visit, "/login/passkey/options"))
    with time_machine.travel(NOW + timedelta(minutes=5, seconds=30)):
        assert visit.post("/login/passkey", {"credential": answer}).status == 422


def test_the_same_answer_opens_once_even_with_the_same_cookie(world: World) -> None:
    device = with_passkey(world, step=0)  # a passkey on several devices counts nothing
    visit = world.stranger()
    visit.get("/login")
    answer = device.sign(options(visit, "/login/passkey/options"))
    cookie = visit.client.get_cookie("meetingtracker")
    assert cookie is not None
    thieves = []
    for _ in range(4):
        thief = world.stranger()
        thief.client.set_cookie("meetingtracker", cookie.value)
        thief.token = visit.token
        thieves.append(thief)

    def play(one: Visit) -> int:
        return one.post("/login/passkey", {"credential": answer}).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(play, thieves)) == [302, 422, 422, 422]
    assert play(visit) == 422


def test_a_copy_whose_counter_lags_behind_is_refused_and_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    device = with_passkey(world, count=7)
    assert sign_in(world.stranger(), device).status == 302
    copy = replace(device, count=5)
    assert sign_in(world.stranger(), copy).status == 422
    assert "is there a copy?" in caplog.text
    assert sign_in(world.stranger(), device).status == 302


def test_nobody_opens_for_somebody_else(world: World) -> None:
    """tom's passkey, after sam's password."""
    toms = with_passkey(world, "tom")
    with_passkey(world, "sam")
    assert prove(first_step(world, "sam"), toms) == 422


def test_a_removed_passkey_opens_nothing(world: World) -> None:
    device = Device()
    visit = world.sign_in("sam")
    add_passkey(visit, device)
    set_up_app(visit)
    assert visit.post(f"/account/factors/{factors(world, 'sam')[0].id}/removal").status == 302
    assert sign_in(world.stranger(), device).status == 422
    waits = first_step(world)
    assert ask(waits, "/sign-in/factor/options").status == 404


def test_whoever_left_is_refused_like_an_unknown_passkey(world: World) -> None:
    device = with_passkey(world)
    with world.write() as cast:
        db.session.get_one(Person, cast.person["sam"]).deactivate(by=SYSTEM, at=NOW)
    refused = sign_in(world.stranger(), device)
    unknown = sign_in(world.stranger(), Device())
    assert refused.status == unknown.status == 422
    assert "passkey did not work" in refused.text
    assert len(refused.text) == len(unknown.text)


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[" * 9000, "{}", "null", '{"id": 1}', "x" * 11_000, '{"id":"AA","rawId":"AA",'
     '"type":"public-key","response":{"clientDataJSON":"AA","authenticatorData":"AA",'
     '"signature":"AA","attestationObject":"oA"}}', "\0", "9" * 5000],
)  # fmt: skip
def test_odd_answers_are_refused(sqlite_world: World, answer: str) -> None:
    visit = sqlite_world.stranger()
    visit.get("/login")
    options(visit, "/login/passkey/options")
    assert visit.post("/login/passkey", {"credential": answer}).status == 422
    mine = sqlite_world.sign_in("sam")
    mine.get("/account/factors")
    options(mine, "/account/passkeys/options")
    assert mine.post("/account/passkeys", {"credential": answer}).location == "/account/factors"
    assert factors(sqlite_world, "sam") == []


def test_a_key_counts_once_and_its_person_hears_of_it(world: World) -> None:
    device = Device()
    with mail(world):
        visit = world.sign_in("sam")
        add_passkey(visit, device)
        assert [row[0] for row in queued(world)] == ["account.factor_changed"]
    known = options(visit, "/account/passkeys/options")["excludeCredentials"]
    assert len(json.loads(json.dumps(known))) == 1


def test_adding_asks_first_who_one_is_if_that_was_long_ago(world: World) -> None:
    visit = world.sign_in("sam")
    visit.get("/account/factors")
    with time_machine.travel(NOW + timedelta(minutes=11)):
        confirm = "/account/confirm?next=/account/factors"
        assert ask(visit, "/account/passkeys/options").location == confirm
        assert visit.post("/account/passkeys", {"credential": "x"}).location == confirm


def test_the_words_are_given_only_with_the_forms_token(world: World) -> None:
    visit = world.stranger()
    visit.get("/login")
    for path in ("/login/passkey/options", "/sign-in/factor/options"):
        assert visit.client.post(path).status_code == 400


def test_at_an_address_that_is_a_number_there_are_no_passkeys(sqlite_world: World) -> None:
    world = sqlite_world
    visit = world.sign_in("sam")
    assert "data-passkey" in visit.get("/account/factors").text
    kept = world.app.extensions["meetingtracker"]
    try:
        for base in ("http://192.168.1.7:8000", "http://meet.example.com", "https://10.0.0.1"):
            world.app.extensions["meetingtracker"] = replace(kept, base_url=base)
            door = world.stranger()
            at = {"base_url": "http://127.0.0.1"}
            assert "data-passkey" not in door.get("/login", **at).text
        world.app.extensions["meetingtracker"] = replace(kept, base_url="https://meet.example.com")
        assert "data-passkey" in world.stranger().get("/login", base_url="http://127.0.0.1").text
    finally:
        world.app.extensions["meetingtracker"] = kept


def test_what_was_typed_comes_back_after_a_passkey(world: World) -> None:
    device = with_passkey(world)
    visit = world.stranger()
    lost = visit.post("/issues/new", {"title": "Labels print wrong"}, page="/login")
    held = lost.form("/login")["carried"]
    back = sign_in(visit, device, carried=held)
    assert "Labels print wrong" in back.text
    visit = world.stranger()
    visit.get("/login")
    fields = {"email": "sam@example.com", "password": PASSWORD, "carried": held}
    visit.token = visit.post("/login", fields).token
    answer = device.sign(options(visit, "/sign-in/factor/options"))
    typed = {"credential": answer, "carried": held}
    assert "Labels print wrong" in visit.post("/sign-in/factor", typed).text


def test_an_app_still_works_beside_a_passkey(world: World) -> None:
    visit = world.sign_in("sam")
    add_passkey(visit, Device())
    seed, none = set_up_app(visit)
    assert none == []
    assert first_step(world).post("/sign-in/factor", {"code": code(seed)}).status == 302
