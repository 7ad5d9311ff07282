"""/account/factors: setting up an app, the sheet of recovery codes, taking a factor away."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.rules.accounts import FactorKind, FactorPolicy
from tests.cast import NOW
from tests.conftest import World
from tests.models.test_rebuild import rebuilt_wrongly
from tests.pages.account.doors import is_in, mail, queued
from tests.pages.factors.phone import (
    code,
    codes_on,
    factors,
    first_step,
    require_of,
    seed_on,
    set_up_app,
    unused_codes,
    with_app,
)

LATER = NOW + timedelta(minutes=11)


def test_an_app_counts_once_its_first_code_came(world: World) -> None:
    visit = world.sign_in("sam")
    assert "None yet." in visit.get("/account/factors").text
    page = visit.get("/account/factors/app")
    assert 'src="data:image/svg+xml' in page.text
    seed = seed_on(page)
    assert seed_on(visit.get("/account/factors/app")) == seed, "the camera saw it already"
    wrong = visit.post("/account/factors/app", {"code": code(seed, steps=5)})
    assert wrong.status == 422
    assert "code of this moment" in wrong.errors
    assert factors(world, "sam") == []
    done = visit.post("/account/factors/app", {"code": code(seed)})
    assert len(set(codes_on(done))) == 10
    assert "Authenticator app" in visit.get("/account/factors").text
    assert "Authenticator app" in visit.get("/account").text
    assert unused_codes(world, "sam") == 10


def test_neither_seed_nor_codes_can_be_read_in_the_database(world: World) -> None:
    seed, codes = with_app(world)
    with world.read():
        kept = str(db.session.execute(sa.text("SELECT * FROM second_factor")).all())
        kept += str(db.session.execute(sa.text("SELECT * FROM recovery_code")).all())
        kept += str(db.session.execute(sa.text("SELECT * FROM event")).all())
    assert seed not in kept
    assert not [one for one in codes if one in kept or one.replace("-", "") in kept]


def test_a_seed_is_bound_to_its_person(world: World) -> None:
    """Whoever can write to the database can't give somebody an app of their own."""
    seed, _ = with_app(world, "tom")
    with_app(world, "sam")
    tom, sam = factors(world, "tom")[0], factors(world, "sam")[0]
    with world.write():
        db.session.execute(
            sa.text("UPDATE second_factor SET secret = :secret, last_step = NULL WHERE id = :id"),
            {"secret": tom.secret, "id": sam.id},
        )
    refused = first_step(world, "sam").post("/sign-in/factor", {"code": code(seed)})
    assert "read here any more" in refused.text


def test_every_change_can_be_told_from_its_events(world: World) -> None:
    visit = world.sign_in("sam")
    set_up_app(visit)
    factor = factors(world, "sam")[0]
    assert visit.post(f"/account/factors/{factor.id}/removal").status == 302
    with world.read():
        assert rebuilt_wrongly(db.session) == []


def test_all_of_it_asks_first_who_one_is_if_that_was_long_ago(world: World) -> None:
    visit = world.sign_in("sam")
    set_up_app(visit)
    factor = factors(world, "sam")[0]
    with time_machine.travel(LATER):
        confirm = "/account/confirm?next=/account/factors"
        assert visit.get("/account/factors").location == confirm
        assert visit.get("/account/factors/app").location == confirm
        for path in ("app", "codes", f"{factor.id}/removal"):
            assert visit.post(f"/account/factors/{path}", {"code": "1"}).location == confirm
    assert factors(world, "sam")[0].removed_at is None
    assert unused_codes(world, "sam") == 10


def test_a_removed_app_is_asked_for_no_more_and_ends_every_other_session(world: World) -> None:
    here, there = world.sign_in("sam"), world.sign_in("sam")
    set_up_app(here)
    factor = factors(world, "sam")[0]
    done = here.post(f"/account/factors/{factor.id}/removal")
    assert done.location == "/account/factors"
    assert is_in(here)
    assert not is_in(there)
    assert unused_codes(world, "sam") == 0
    assert is_in(world.sign_in("sam"))
    assert here.post(f"/account/factors/{factor.id}/removal").status == 404


def test_the_factor_of_somebody_else_does_not_exist(world: World) -> None:
    with_app(world, "tom")
    factor = factors(world, "tom")[0]
    visit = world.sign_in("sam")
    assert visit.post(f"/account/factors/{factor.id}/removal").status == 404
    assert factors(world, "tom")[0].removed_at is None


def test_the_last_one_stays_while_the_policy_asks_for_it(world: World) -> None:
    visit = world.sign_in("sam")
    set_up_app(visit)
    require_of(world, FactorPolicy.everybody)
    first = factors(world, "sam")[0]
    refused = visit.post(f"/account/factors/{first.id}/removal")
    assert refused.status == 422
    assert "this is your last" in refused.text
    seed = seed_on(visit.get("/account/factors/app"))
    assert visit.post("/account/factors/app", {"code": code(seed)}).status == 302
    assert seed_on(visit.get("/account/factors/app")) != seed, "every app has its own"
    assert visit.post(f"/account/factors/{first.id}/removal").status == 302
    assert unused_codes(world, "sam") == 10
    assert [one.removed_at is None for one in factors(world, "sam")] == [False, True]


def test_new_codes_take_the_place_of_the_old(world: World) -> None:
    visit = world.sign_in("sam")
    _, old = set_up_app(visit)
    new = codes_on(visit.post("/account/factors/codes"))
    assert len(set(new) - set(old)) == 10
    assert first_step(world).post("/sign-in/factor", {"code": old[0]}).status == 422
    assert first_step(world).post("/sign-in/factor", {"code": new[0]}).status == 302
    assert "9 left" in visit.get("/account/factors").text


def test_there_are_no_codes_without_a_factor(world: World) -> None:
    visit = world.sign_in("sam")
    assert visit.post("/account/factors/codes").location == "/account/factors"
    assert unused_codes(world, "sam") == 0


def test_its_person_hears_of_each_change_by_mail(world: World) -> None:
    with mail(world):
        visit = world.sign_in("sam")
        set_up_app(visit)
        visit.post(f"/account/factors/{factors(world, 'sam')[0].id}/removal")
        assert [row[0] for row in queued(world)] == ["account.factor_changed"] * 2
        with world.read():
            told = [row.params for row in db.session.scalars(sa.select(Outbox).order_by("id"))]
    assert told == [
        {"factor": FactorKind.totp.value, "change": "added"},
        {"factor": FactorKind.totp.value, "change": "removed"},
    ]


@pytest.mark.parametrize("path", ["/account/factors", "/account/factors/app"])
def test_the_pages_are_for_the_signed_in(world: World, path: str) -> None:
    assert world.stranger().get(path).location.startswith("/login")
