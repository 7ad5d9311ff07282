"""What ends a session: time, signing out, the person themselves, a new password, a new role."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.change_role import change_role
from meetingtracker.models.acts.deactivate_person import HandOver, deactivate_person
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import IDLE, LONGEST, ON_PHONE, SignIn
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import SYSTEM, Role
from meetingtracker.web.devices import device_name
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.conftest import Visit, World
from tests.pages.account.doors import is_in

SECOND = timedelta(seconds=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


def row(cast: Cast, name: str) -> Person:
    found = db.session.get(Person, cast.person[name])
    assert found is not None
    return found


def ids(world: World, name: str) -> list[int]:
    with world.read() as cast:
        rows = sa.select(SignIn.id).filter_by(person_id=cast.person[name], ended_at=None)
        return list(db.session.scalars(rows.order_by(SignIn.id)))


def on_phone(world: World, name: str) -> Visit:
    visit = world.stranger()
    fields = {"email": f"{name}@example.com", "password": PASSWORD, "on_phone": "y"}
    assert visit.post("/login", fields, page="/login").status == 302
    visit.token = ""
    return visit


# --- time -------------------------------------------------------------------------------------


def test_a_session_ends_after_eight_hours_without_use(world: World) -> None:
    for late, holds in ((IDLE - SECOND, True), (IDLE, False)):
        with time_machine.travel(NOW, tick=False) as at:
            visit = world.sign_in("sam")
            at.move_to(NOW + late)
            assert is_in(visit) is holds


def test_a_session_in_use_ends_after_seven_days(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as at:
        visit = world.sign_in("sam")
        for hours in range(7, 7 * 24, 7):
            at.move_to(NOW + timedelta(hours=hours))
            assert is_in(visit), hours
        at.move_to(NOW + LONGEST - SECOND)
        assert is_in(visit)
        at.move_to(NOW + LONGEST)
        assert not is_in(visit)


def test_a_phone_stays_signed_in_for_ninety_days(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as at:
        visit = on_phone(world, "sam")
        at.move_to(NOW + ON_PHONE - SECOND)
        assert is_in(visit)
        at.move_to(NOW + ON_PHONE)
        assert not is_in(visit)


# --- what somebody does -----------------------------------------------------------------------


def test_signing_in_again_begins_a_new_session_and_ends_the_old(world: World) -> None:
    visit = world.sign_in("sam")
    old = visit.client.get_cookie("meetingtracker")
    assert old is not None
    first = ids(world, "sam")
    fields = {"email": "sam@example.com", "password": PASSWORD}
    assert visit.post("/login", fields, page="/people").status == 302
    assert len(ids(world, "sam")) == 1
    assert ids(world, "sam") != first
    thief = world.stranger()
    thief.client.set_cookie("meetingtracker", old.value)
    assert not is_in(thief)


def _leaves(cast: Cast) -> None:
    to = HandOver(row(cast, "max"))
    deactivate_person(row(cast, "sam"), to, by=SYSTEM, at=clock.now(), on=TODAY)


def _becomes_executive(cast: Cast) -> None:
    change_role(row(cast, "sam"), role=Role.executive, by=SYSTEM, at=clock.now())


def _becomes_admin(cast: Cast) -> None:
    change_role(row(cast, "sam"), is_admin=True, by=SYSTEM, at=clock.now())


@pytest.mark.parametrize("happens", [_leaves, _becomes_executive, _becomes_admin])
def test_a_session_ends_with_the_next_request(
    world: World, happens: Callable[[Cast], None]
) -> None:
    visits = [world.sign_in("sam"), on_phone(world, "sam")]
    other = world.sign_in("tom")
    with world.write() as cast:
        # A department needs somebody who leads it when sam leaves.
        from meetingtracker.models.department import Department

        sales = db.session.get(Department, cast.department["Sales"])
        assert sales is not None
        sales.appoint(leader_id=cast.person["sam"], deputy_id=cast.person["max"], by=SYSTEM, at=NOW)
        happens(cast)
    assert not any(is_in(visit) for visit in visits)
    for visit in visits:
        assert visit.post("/account/sessions/end").status == 401
    assert is_in(other)


def test_a_role_that_stays_ends_nothing(world: World) -> None:
    visit = world.sign_in("sam")
    with world.write() as cast:
        same = row(cast, "sam")
        assert not change_role(same, role=same.role, by=SYSTEM, at=clock.now())
    assert is_in(visit)


def test_the_last_administrator_keeps_the_switch(world: World) -> None:
    with pytest.raises(RuleBroken, match="last administrator"), world.write() as cast:
        change_role(row(cast, "ada"), is_admin=False, by=SYSTEM, at=clock.now())
    with world.write() as cast:
        change_role(row(cast, "tom"), is_admin=True, by=SYSTEM, at=clock.now())
        assert change_role(row(cast, "ada"), is_admin=False, by=SYSTEM, at=clock.now())


# --- the list of devices ----------------------------------------------------------------------


def test_the_devices_are_listed_and_this_one_is_marked(world: World) -> None:
    world.sign_in("sam")
    visit = world.stranger()
    visit.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    fields = {"email": "sam@example.com", "password": PASSWORD}
    assert visit.post("/login", fields, page="/login").status == 302
    text = visit.get("/account").text
    assert "Firefox on Windows" in text
    assert text.count("/account/sessions/") == 3, "two devices, and all others"
    assert text.count("This device") == 1
    assert text.index("Firefox on Windows") < text.index("This device") < text.index("Unknown")


def test_one_device_is_signed_out(world: World) -> None:
    here, there = world.sign_in("sam"), world.sign_in("sam")
    first, second = ids(world, "sam")
    assert here.post(f"/account/sessions/{second}/end").location == "/account"
    assert is_in(here)
    assert not is_in(there)
    assert here.post(f"/account/sessions/{second}/end").status == 404, "it has ended"
    assert here.post(f"/account/sessions/{first}/end").location == "/login"
    assert not is_in(here)


def test_other_devices_are_signed_out_only_after_being_asked_again(world: World) -> None:
    here, there = world.sign_in("sam"), world.sign_in("sam")
    _first, second = ids(world, "sam")
    with time_machine.travel(NOW + timedelta(minutes=11)):
        for path in (f"/account/sessions/{second}/end", "/account/sessions/end"):
            assert here.post(path).location == "/account/confirm?next=/account"
        assert is_in(there)
        confirm = {"current_password": PASSWORD, "next": "/account"}
        asked = here.post("/account/confirm", confirm, page="/account/confirm")
        assert asked.location == "/account"
        here.token = ""
        assert here.post(f"/account/sessions/{second}/end").location == "/account"
        assert not is_in(there)


def test_being_asked_again_renews_the_token(world: World) -> None:
    here = world.sign_in("sam")
    (held,) = ids(world, "sam")
    old = here.client.get_cookie("meetingtracker")
    assert old is not None
    confirm = {"current_password": PASSWORD}
    assert here.post("/account/confirm", confirm, page="/account/confirm").status == 302
    assert is_in(here)
    assert ids(world, "sam") == [held]
    thief = world.stranger()
    thief.client.set_cookie("meetingtracker", old.value)
    assert not is_in(thief)


def through_the_door(world: World) -> None:
    fields = {"email": "sam@example.com", "password": PASSWORD}
    assert world.stranger().post("/login", fields, page="/login").status == 302


def test_a_hash_that_was_made_weaker_is_renewed_at_sign_in(world: World) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    with world.write() as cast:
        row(cast, "sam").password_hash = weak
    through_the_door(world)
    with world.read() as cast:
        renewed = row(cast, "sam").password_hash
    assert renewed != weak
    through_the_door(world)
    with world.read() as cast:
        assert row(cast, "sam").password_hash == renewed


def test_somebody_else_s_device_does_not_exist(world: World) -> None:
    mine, theirs = world.sign_in("sam"), world.sign_in("tom")
    (held,) = ids(world, "tom")
    refused = mine.post(f"/account/sessions/{held}/end")
    missing = mine.post("/account/sessions/999999/end")
    assert (refused.status, missing.status) == (404, 404)
    assert is_in(theirs)
    assert mine.get(f"/account/sessions/{held}/end").status == 405


def test_every_other_device_is_signed_out(world: World) -> None:
    here, there, other = world.sign_in("sam"), on_phone(world, "sam"), world.sign_in("tom")
    assert here.post("/account/sessions/end").location == "/account"
    assert is_in(here)
    assert not is_in(there)
    assert is_in(other)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/18.1 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("curl/8.5.0", "Unknown device"),
    ],
)  # fmt: skip
def test_a_browser_s_line_in_plain_words(world: World, line: str, name: str) -> None:
    with world.app.test_request_context():
        assert device_name(line) == name
