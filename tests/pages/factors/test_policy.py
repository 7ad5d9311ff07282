"""Who must have a second factor is led to set one up; an administrator helps who lost theirs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from meetingtracker.models.organisation import the_organisation
from meetingtracker.rules.accounts import FactorPolicy
from meetingtracker.web import passkeys, totp
from tests.cast import NOW, PASSWORD
from tests.conftest import World
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


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (FactorPolicy.nobody, ""),
        (FactorPolicy.admins, "ada"),
        (FactorPolicy.overseers, "ada lea"),
        (FactorPolicy.everybody, "ada lea sam max"),
    ],
)
def test_who_is_asked(world: World, policy: FactorPolicy, asked: str) -> None:
    require_of(world, policy)
    for name in ("ada", "lea", "sam", "max"):
        visit = world.stranger()
        fields = {"email": f"{name}@example.com", "password": PASSWORD}
        location = visit.post("/login", fields, page="/login").location
        assert location == ("/sign-in/factor" if name in asked.split() else "/"), name


def test_who_must_have_one_sets_it_up_on_the_way_in(world: World) -> None:
    require_of(world, FactorPolicy.everybody)
    visit = first_step(world, next="/board")
    assert visit.get("/sign-in/factor").has_form("/sign-in/factor/setup")
    assert not is_in(visit)
    page = visit.post("/sign-in/factor/setup")
    assert page.status == 200
    seed = seed_on(page)
    assert seed_on(visit.get("/sign-in/factor/setup")) == seed
    assert visit.post("/sign-in/factor/setup", {"code": "000000"}).status == 422
    assert not is_in(visit)
    done = visit.post("/sign-in/factor/setup", {"code": code(seed, steps=-1)})
    assert len(codes_on(done)) == 10
    assert 'href="/board"' in done.text
    assert is_in(visit)
    again = first_step(world)
    assert again.post("/sign-in/factor", {"code": code(seed)}).status == 302


def test_nobody_gets_round_their_factor_by_setting_up_another(world: World) -> None:
    with_app(world)
    before_it = first_step(world)
    assert before_it.get("/sign-in/factor/setup").location == "/sign-in/factor"
    assert before_it.post("/sign-in/factor/setup", {"code": "1"}).location == "/sign-in/factor"
    require_of(world, FactorPolicy.everybody)
    waits = first_step(world, "tom")
    seed = seed_on(waits.get("/sign-in/factor/setup"))
    other = first_step(world, "tom")
    theirs = seed_on(other.get("/sign-in/factor/setup"))
    assert other.post("/sign-in/factor/setup", {"code": code(theirs)}).status == 200
    late = waits.post("/sign-in/factor/setup", {"code": code(seed)})
    assert late.location == "/sign-in/factor"
    assert not is_in(waits)
    assert len(factors(world, "tom")) == 1


def test_of_four_who_set_up_at_once_one_does(world: World) -> None:
    require_of(world, FactorPolicy.everybody)
    visits = [first_step(world) for _ in range(4)]
    seeds = [seed_on(visit.get("/sign-in/factor/setup")) for visit in visits]

    def set_up(n: int) -> int:
        return visits[n].post("/sign-in/factor/setup", {"code": code(seeds[n])}).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(set_up, range(4))) == [200, 302, 302, 302]
    assert len(factors(world, "sam")) == 1
    assert sum(is_in(visit) for visit in visits) == 1


def test_without_the_first_proof_nothing_is_set_up(world: World) -> None:
    require_of(world, FactorPolicy.everybody)
    visit = world.stranger()
    visit.get("/login")
    assert visit.get("/sign-in/factor/setup").location == "/login?again=1"
    assert visit.post("/sign-in/factor/setup", {"code": "1"}).location == "/login?again=1"


def test_what_was_typed_comes_back_after_setting_up(world: World) -> None:
    require_of(world, FactorPolicy.everybody)
    visit = world.stranger()
    lost = visit.post("/issues/new", {"title": "Labels print wrong"}, page="/login")
    held = lost.form("/login")["carried"]
    fields = {"email": "sam@example.com", "password": PASSWORD, "carried": held}
    asked = visit.post("/login", fields)
    visit.token = asked.token
    carried = asked.form("/sign-in/factor/setup")["carried"]
    page = visit.post("/sign-in/factor/setup", {"carried": carried})
    typed = {"code": code(seed_on(page)), "carried": carried}
    done = visit.post("/sign-in/factor/setup", typed)
    assert "Labels print wrong" in done.text
    visit.token = done.token
    assert visit.post("/issues/new", {"title": "Labels print wrong"}).status == 302


def test_an_administrator_takes_away_what_somebody_lost(world: World) -> None:
    there = world.sign_in("sam")
    set_up_app(there)
    ada = world.sign_in("ada")
    path = f"/people/{world.cast.person['sam']}/factors/removal"
    with mail(world):
        assert ada.post(path).location == path.removesuffix("/factors/removal")
        assert [row[0] for row in queued(world)] == ["account.factor_changed"]
    assert not is_in(there)
    assert unused_codes(world, "sam") == 0
    assert is_in(world.sign_in("sam"))
    assert ada.post(path).status == 302, "a second time changes nothing"


def test_only_an_administrator_may_and_proves_it_anew(world: World) -> None:
    with_app(world)
    path = f"/people/{world.cast.person['sam']}/factors/removal"
    for name in ("tom", "lea"):
        assert world.sign_in(name).post(path).status == 403
    ada = world.sign_in("ada")
    assert ada.post("/people/999999/factors/removal").status == 404
    with time_machine.travel(NOW + timedelta(minutes=11)):
        assert ada.post(path).location.startswith("/account/confirm?next=/people/")
    assert factors(world, "sam")[0].removed_at is None


def test_the_policy_is_a_setting(world: World) -> None:
    visit = world.sign_in("ada")
    form = visit.get("/settings").form("/settings")
    fields = {**form, "weekdays": ["1", "2"], "holidays": "", "factor_policy": "admins"}
    assert visit.post("/settings", fields).status == 302
    with world.read():
        organisation = the_organisation()
        assert organisation is not None
        assert organisation.factor_policy is FactorPolicy.admins
    form = visit.get("/settings").form("/settings")
    fields = {**form, "weekdays": ["1", "2"], "holidays": "", "factor_policy": "somebody"}
    assert visit.post("/settings", fields).status == 422


def test_nothing_can_be_required_that_is_not_installed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, codes = with_app(world)
    monkeypatch.setattr(totp, "AVAILABLE", False)
    monkeypatch.setattr(passkeys, "AVAILABLE", False)
    visit = world.sign_in("ada")
    page = visit.get("/settings")
    assert 'value="admins"' not in page.text
    assert "mfa" in page.text
    form = page.form("/settings")
    fields = {**form, "weekdays": ["1"], "holidays": "", "factor_policy": "admins"}
    assert visit.post("/settings", fields).status == 422
    assert "mfa" in visit.get("/account/factors").text
    assert visit.post("/account/factors/app", {"code": "1"}).status == 200
    require_of(world, FactorPolicy.everybody)
    stuck = first_step(world, "tom")
    assert "mfa" in stuck.get("/sign-in/factor").text
    assert stuck.post("/sign-in/factor/setup", {"code": "1"}).status == 200
    assert not is_in(stuck)
    assert first_step(world).post("/sign-in/factor", {"code": codes[0]}).status == 302
