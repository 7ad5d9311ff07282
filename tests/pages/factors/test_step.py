"""/sign-in/factor: the step between the right password and the session."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import SignIn
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, PASSWORD
from tests.conftest import Visit, World
from tests.pages.account.doors import is_in, link
from tests.pages.factors.phone import code, first_step, with_app


def test_the_apps_code_opens_after_the_password(world: World) -> None:
    seed, _ = with_app(world)
    visit = first_step(world, next="/board")
    assert not is_in(visit)
    assert visit.post("/sign-in/factor", {"code": code(seed)}).location == "/board"
    assert is_in(visit)


def test_an_address_too_long_for_a_cookie_is_forgotten(sqlite_world: World) -> None:
    seed, _ = with_app(sqlite_world)
    visit = first_step(sqlite_world, next="/search?q=" + "x" * 4000)
    assert visit.post("/sign-in/factor", {"code": code(seed)}).location == "/"


def test_nobody_without_a_factor_is_asked(world: World) -> None:
    with_app(world, "sam")
    assert is_in(world.sign_in("tom"))


def test_the_step_is_shown_to_nobody_who_has_not_proved_the_password(world: World) -> None:
    with_app(world)
    texts = []
    for email in ("sam@example.com", "tom@example.com", "nobody@example.com"):
        visit = world.stranger()
        answer = visit.post("/login", {"email": email, "password": "x" * 12}, page="/login")
        assert answer.status == 422
        texts.append(answer.text.replace(email, "").replace(answer.token, ""))
        assert visit.get("/sign-in/factor").location == "/login?again=1"
    assert texts[0].count("nonce") == texts[1].count("nonce") == texts[2].count("nonce")
    assert len({len(text) for text in texts}) == 1


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(world: World, steps: int) -> None:
    seed, _ = with_app(world)
    visit = first_step(world)
    refused = visit.post("/sign-in/factor", {"code": code(seed, steps=steps)})
    assert refused.status == 422
    assert "used already" in refused.errors
    assert not is_in(visit)


def test_a_code_opens_once(world: World) -> None:
    seed, _ = with_app(world)
    now = code(seed)
    assert first_step(world).post("/sign-in/factor", {"code": now}).status == 302
    assert first_step(world).post("/sign-in/factor", {"code": now}).status == 422
    older = code(seed, steps=-1)
    assert first_step(world).post("/sign-in/factor", {"code": older}).status == 422


@pytest.mark.parametrize("what", ["app", "recovery code"])
def test_of_four_at_once_with_one_code_one_enters(world: World, what: str) -> None:
    seed, codes = with_app(world)
    typed = code(seed) if what == "app" else codes[0]
    visits = [first_step(world) for _ in range(4)]

    def enter(visit: Visit) -> int:
        return visit.post("/sign-in/factor", {"code": typed}).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, visits)) == [302, 422, 422, 422]


def test_a_recovery_code_opens_once_however_it_is_typed(world: World) -> None:
    _, codes = with_app(world)
    assert len(set(codes)) == 10
    typed = codes[3].lower().replace("-", " ")
    assert first_step(world).post("/sign-in/factor", {"code": typed}).status == 302
    assert first_step(world).post("/sign-in/factor", {"code": codes[3]}).status == 422
    assert first_step(world).post("/sign-in/factor", {"code": codes[4]}).status == 302


def test_the_code_of_somebody_else_opens_nothing(world: World) -> None:
    seed, codes = with_app(world, "tom")
    with_app(world, "sam")
    visit = first_step(world, "sam")
    for typed in (code(seed), codes[0]):
        assert visit.post("/sign-in/factor", {"code": typed}).status == 422


@pytest.mark.parametrize("typed", ["", "12345", "١٢٣٤٥٦", "x" * 41, "\0", "A" * 10, "🂡" * 6])
def test_odd_codes_are_refused(world: World, typed: str) -> None:
    with_app(world)
    assert first_step(world).post("/sign-in/factor", {"code": typed}).status == 422


def test_five_wrong_codes_close_the_step_but_no_wrong_password_does(world: World) -> None:
    seed, _ = with_app(world)
    for _ in range(5):
        visit = world.stranger()
        fields = {"email": "sam@example.com", "password": "not the password"}
        assert visit.post("/login", fields, page="/login").status == 422
    with world.write() as cast:
        assert db.session.get(Person, cast.person["sam"]) is not None
    visit = world.stranger()
    token = link(world, "sign_in", "sam")
    visit.get(f"/sign-in/{token}")
    assert visit.post(f"/sign-in/{token}").location == "/sign-in/factor"
    visit.get("/sign-in/factor")
    for _ in range(5):
        assert visit.post("/sign-in/factor", {"code": "000000"}).status == 422
    closed = visit.post("/sign-in/factor", {"code": code(seed)})
    assert closed.status == 429
    assert "Too many tries" in closed.text
    assert int(closed.answer.headers["Retry-After"]) > 800
    with time_machine.travel(NOW + timedelta(minutes=16)):
        again = first_step(world)
        assert again.post("/sign-in/factor", {"code": code(seed)}).status == 302


def test_the_right_password_does_not_open_the_step_anew(world: World) -> None:
    seed, _ = with_app(world)
    for _ in range(5):
        assert first_step(world).post("/sign-in/factor", {"code": "000000"}).status == 422
    assert first_step(world).post("/sign-in/factor", {"code": code(seed)}).status == 429


def test_a_link_and_a_new_password_lead_to_the_step_too(world: World) -> None:
    seed, codes = with_app(world)
    for kind, path, fields in (
        ("sign_in", "/sign-in/", {}),
        ("reset", "/reset/", {"password": "a lamp on the hill"}),
        ("invitation", "/welcome/", {"password": "a lamp on the moor"}),
    ):
        visit = world.stranger()
        token = link(world, kind, "sam")
        visit.get(f"{path}{token}")
        assert visit.post(f"{path}{token}", fields).location == "/sign-in/factor", kind
        assert not is_in(visit), kind
        visit.get("/sign-in/factor")
        assert visit.post("/sign-in/factor", {"code": codes.pop()}).location == "/", kind
        assert is_in(visit), kind


def test_after_ten_minutes_one_begins_again(world: World) -> None:
    seed, _ = with_app(world)
    visit = first_step(world)
    with time_machine.travel(NOW + timedelta(minutes=10, seconds=30)):
        late = visit.post("/sign-in/factor", {"code": code(seed)})
        assert late.location == "/login?again=1"
        assert not is_in(visit)
        assert "took too long" in visit.get("/login").text


def test_whoever_left_or_was_changed_meanwhile_begins_again(world: World) -> None:
    seed, _ = with_app(world)
    waits, leaves = first_step(world), first_step(world)
    with world.write() as cast:
        person = db.session.get_one(Person, cast.person["sam"])
        person.set_password("another", by=SYSTEM, at=NOW)
    assert waits.post("/sign-in/factor", {"code": code(seed)}).status == 422
    with world.write() as cast:
        db.session.get_one(Person, cast.person["sam"]).deactivate(by=SYSTEM, at=NOW)
    gone = leaves.post("/sign-in/factor", {"code": code(seed)})
    assert gone.location == "/login?again=1"


def test_what_was_typed_comes_back_after_the_step(world: World) -> None:
    seed, _ = with_app(world)
    visit = world.stranger()
    lost = visit.post("/issues/new", {"title": "Labels print wrong"}, page="/login")
    held = lost.form("/login")["carried"]
    fields = {"email": "sam@example.com", "password": PASSWORD, "carried": held}
    asked = visit.post("/login", fields)
    assert asked.status == 200
    carried = asked.form("/sign-in/factor")["carried"]
    visit.token = asked.token
    wrong = visit.post("/sign-in/factor", {"code": "000000", "carried": carried})
    assert wrong.form("/sign-in/factor")["carried"] == carried
    back = visit.post("/sign-in/factor", {"code": code(seed), "carried": carried})
    assert back.status == 200
    assert "Labels print wrong" in back.text


def test_what_was_typed_survives_even_ten_minutes(world: World) -> None:
    with_app(world)
    visit = world.stranger()
    lost = visit.post("/issues/new", {"title": "Labels print wrong"}, page="/login")
    held = lost.form("/login")["carried"]
    fields = {"email": "sam@example.com", "password": PASSWORD, "carried": held}
    asked = visit.post("/login", fields)
    visit.token = asked.token
    with time_machine.travel(NOW + timedelta(minutes=11)):
        late = visit.post("/sign-in/factor", {"code": "000000", "carried": held})
    assert late.status == 401
    assert late.form("/login")["carried"] == held


def test_staying_signed_in_goes_through_the_step(world: World) -> None:
    seed, _ = with_app(world)
    visit = first_step(world, on_phone="y")
    assert visit.post("/sign-in/factor", {"code": code(seed)}).status == 302
    with world.read() as cast:
        newest = sa.select(SignIn).filter_by(person_id=cast.person["sam"]).order_by(SignIn.id)
        assert db.session.scalars(newest).all()[-1].on_phone


def test_the_step_begins_no_session_row(world: World) -> None:
    with_app(world)
    with world.read():
        before = db.session.scalar(sa.select(sa.func.count(SignIn.id)))
    first_step(world)
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == before


def test_one_may_start_over_as_somebody_else(world: World) -> None:
    with_app(world)
    visit = first_step(world)
    assert visit.get("/login").location == "/sign-in/factor"
    assert visit.get("/login?again=1").status == 200
    fields = {"email": "tom@example.com", "password": PASSWORD}
    assert visit.post("/login", fields, page="/login?again=1").location == "/"
    assert visit.get("/sign-in/factor").location == "/login?again=1"


def test_the_key_of_another_installation_is_said_and_not_a_failure(world: World) -> None:
    seed, _ = with_app(world)
    kept = world.app.secret_key
    visit = first_step(world)
    with world.write():
        db.session.execute(sa.text("UPDATE second_factor SET secret = 'AAAA' || secret"))
    assert world.app.secret_key == kept
    refused = visit.post("/sign-in/factor", {"code": code(seed)})
    assert refused.status == 422
    assert "read here any more" in refused.text
