"""/login/link, /reset, /sign-in/<token>, /reset/<token>, /account/address/<token>."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.make_link import make_link
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import COPIED_LASTS, LASTS, OneTimeLink
from meetingtracker.web.access import Public, permission_of
from tests.cast import NOW, PASSWORD
from tests.conftest import World
from tests.page import Page
from tests.pages.account.doors import NEW, headers, is_in, link, mail, opens, plain, queued

SECOND = timedelta(seconds=1)
ASKS = ("/login/link", "/reset")


def ask(world: World, path: str, email: str, *, address: str = "203.0.113.7") -> Page:
    visit = world.stranger()
    visit.get(path)
    data = {"csrf_token": visit.token, "email": email}
    return Page(
        visit.client.post(path, data=data, environ_overrides={"REMOTE_ADDR": address}), path
    )


# --- asking for a mail ------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "kind"), [("/login/link", "sign_in"), ("/reset", "reset")])
def test_a_mail_is_queued_for_who_has_an_account(world: World, path: str, kind: str) -> None:
    with mail(world):
        assert path in world.stranger().get("/login").links
        assert ask(world, path, "Sam@Example.com").status == 200
        assert queued(world) == [(f"account.{kind}", world.cast.person["sam"], None)]


@pytest.mark.parametrize("path", ASKS)
def test_the_answer_is_the_same_for_nobody(world: World, path: str) -> None:
    emails = [f"{name}@example.com" for name in ("sam", "nobody", "gone")]
    with mail(world), time_machine.travel(NOW, tick=False) as at:
        for _ in range(5):  # the fourth is dropped, silently
            at.shift(1)
            pages = [ask(world, path, email) for email in emails]
            assert {page.status for page in pages} == {200}
            assert len({plain(page) for page in pages}) == 1
            assert all(headers(page) == headers(pages[0]) for page in pages)
    assert len(queued(world)) == 3


@pytest.mark.parametrize("path", ASKS)
def test_without_mail_an_administrator_helps(world: World, path: str) -> None:
    door = world.stranger().get("/login")
    assert not set(ASKS) & set(door.links)
    assert "An administrator can make you a link" in door.text
    assert "Ask an administrator" in world.stranger().get(path).text
    visit = world.stranger()
    assert visit.post(path, {"email": "sam@example.com"}, page="/login").status == 200
    assert queued(world) == []


def test_three_mails_an_account_in_fifteen_minutes(world: World) -> None:
    with mail(world), time_machine.travel(NOW, tick=False) as at:
        for _ in range(6):
            ask(world, "/reset", "sam@example.com")
            at.shift(1)
        ask(world, "/reset", "tom@example.com")
        assert len(queued(world)) == 4
        at.move_to(NOW + timedelta(minutes=15))
        ask(world, "/reset", "sam@example.com")
        assert len(queued(world)) == 5


def test_twenty_asks_an_address(world: World) -> None:
    with mail(world):
        for n in range(20):
            assert ask(world, "/login/link", f"p{n}@example.com").status == 200
        closed = ask(world, "/login/link", "sam@example.com")
        assert closed.status == 429
        assert "works meanwhile" not in closed.text
        assert int(closed.answer.headers["Retry-After"]) > 0
        assert ask(world, "/login/link", "sam@example.com", address="198.51.100.1").status == 200
        assert opens(world, "sam"), "asking is no failure"


@pytest.mark.parametrize("path", ASKS)
def test_an_ask_without_an_address_is_refused(world: World, path: str) -> None:
    with mail(world):
        assert ask(world, path, " ").status == 422
        assert ask(world, path, "x" * 300).status == 422
    assert queued(world) == []


# --- signing in by a link ---------------------------------------------------------------------


def test_a_link_signs_in_once_and_opening_it_changes_nothing(world: World) -> None:
    path = f"/sign-in/{link(world, 'sign_in', 'sam')}"
    for _ in range(3):
        scanner = world.stranger()
        assert "Sam Reid" in scanner.get(path).text
        assert scanner.client.head(path).status_code == 200
        assert not is_in(scanner)
    visit = world.stranger()
    assert visit.post(path, page=path).location == "/"
    assert is_in(visit)
    again = world.stranger()
    assert again.post(path, page="/login").status == 404
    assert not is_in(again)


def test_a_link_opens_a_closed_door_and_forgets_the_failures(world: World) -> None:
    for _ in range(5):
        assert not opens(world, "sam", "wrong")
    assert not opens(world, "sam")
    path = f"/sign-in/{link(world, 'sign_in', 'sam')}"
    assert world.stranger().post(path, page=path).location == "/"
    assert opens(world, "sam")


@pytest.mark.parametrize("kind", ["sign_in", "reset", "new_address", "invitation"])
def test_a_link_ends_to_the_second(world: World, kind: str) -> None:
    way = {"sign_in": "/sign-in/", "reset": "/reset/", "invitation": "/welcome/"}
    path = way.get(kind, "/account/address/") + link(world, kind, "sam", address="s@example.com")
    made = clock.now()
    with time_machine.travel(made + LASTS[kind] - SECOND, tick=False):
        assert world.stranger().get(path).status == 200
    with time_machine.travel(made + LASTS[kind], tick=False):
        assert world.stranger().get(path).status == 404
        late = world.stranger().post(path, {"password": NEW}, page="/login")
        assert late.status == 404
        assert "This link does not work any more" in late.text
    assert opens(world, "sam")


def test_a_link_by_hand_lasts_longer_and_ends_all_others(world: World) -> None:
    old = link(world, "sign_in", "sam")
    with world.write() as cast:
        person = db.session.get(Person, cast.person["sam"])
        assert person is not None
        made = clock.now()
        token = make_link(person, "reset", at=made)
    assert COPIED_LASTS["reset"] == timedelta(minutes=60)
    with time_machine.travel(made + timedelta(minutes=60) - SECOND, tick=False):
        assert world.stranger().get(f"/reset/{token}").status == 200
    with time_machine.travel(made + timedelta(minutes=60), tick=False):
        assert world.stranger().get(f"/reset/{token}").status == 404
    assert world.stranger().get(f"/sign-in/{old}").status == 404


def test_a_newer_link_ends_the_older_of_its_kind(world: World) -> None:
    old, other, new = (link(world, kind, "sam") for kind in ("sign_in", "reset", "sign_in"))
    assert world.stranger().get(f"/sign-in/{old}").status == 404
    assert world.stranger().get(f"/sign-in/{new}").status == 200
    assert world.stranger().get(f"/reset/{other}").status == 200


@pytest.mark.parametrize("kind", ["sign_in", "reset", "invitation"])
def test_a_link_of_somebody_who_has_left_is_nothing(world: World, kind: str) -> None:
    way = {"sign_in": "/sign-in/", "reset": "/reset/", "invitation": "/welcome/"}[kind]
    path = way + link(world, kind, "gone")
    assert world.stranger().get(path).status == 404
    assert world.stranger().post(path, {"password": NEW}, page="/login").status == 404


def test_a_link_of_another_kind_is_nothing(world: World) -> None:
    token = link(world, "sign_in", "sam")
    for way in ("/reset/", "/welcome/", "/account/address/", "/setup/"):
        assert world.stranger().get(way + token).status == 404


@pytest.mark.parametrize("way", ["/sign-in/", "/reset/"])
def test_a_link_pressed_by_eight_at_once_works_once(world: World, way: str) -> None:
    path = way + link(world, "sign_in" if way == "/sign-in/" else "reset", "sam")
    visits = [world.stranger() for _ in range(8)]
    for visit in visits:
        visit.get(path)
    statuses: list[int] = []

    def press(n: int) -> None:
        statuses.append(visits[n].post(path, {"password": NEW}).status)

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302] + [404] * 7
    assert sum(is_in(visit) for visit in visits) == 1


# --- a forgotten password ---------------------------------------------------------------------


def test_a_reset_changes_the_password_and_ends_all_else(world: World) -> None:
    at_work, unused = world.sign_in("sam"), link(world, "sign_in", "sam")
    path = f"/reset/{link(world, 'reset', 'sam')}"
    visit = world.stranger()
    with mail(world):
        assert visit.post(path, {"password": NEW}, page=path).location == "/"
    assert is_in(visit)
    assert not is_in(at_work)
    assert world.stranger().get(f"/sign-in/{unused}").status == 404
    assert not opens(world, "sam")
    assert opens(world, "sam", NEW)
    told = ("account.password_changed", world.cast.person["sam"], None)
    assert queued(world) == [told]


def test_a_refused_password_leaves_the_link_whole(world: World) -> None:
    path = f"/reset/{link(world, 'reset', 'sam')}"
    visit = world.stranger()
    for bad in ("", "short", "password1234", "northwind outdoor", "sam reid 2024", "x" * 1001):
        page = visit.post(path, {"password": bad}, page=path)
        assert page.status == 422, bad
        assert not bad or bad not in page.text
    assert visit.post(path, {"password": NEW}, page=path).status == 302


# --- a new mail address -----------------------------------------------------------------------


def test_a_new_address_proves_itself(world: World) -> None:
    visit = world.sign_in("sam")
    path = f"/account/address/{link(world, 'new_address', 'sam', address='sam.reid@example.com')}"
    elsewhere = world.stranger()
    assert "sam.reid@example.com" in elsewhere.get(path).text
    assert opens(world, "sam"), "opening it changes nothing"
    with mail(world):
        assert elsewhere.post(path, page=path).location == "/login"
    assert not is_in(elsewhere)
    assert is_in(visit)
    assert opens(world, "sam.reid")
    assert not opens(world, "sam")
    told = ("account.address_changed", world.cast.person["sam"], "sam@example.com")
    assert queued(world) == [told]


def test_an_address_taken_meanwhile_stays_with_whom_it_is(world: World) -> None:
    path = f"/account/address/{link(world, 'new_address', 'sam', address='tom@example.com')}"
    visit = world.stranger()
    answer = visit.post(path, page=path)
    assert answer.status == 409
    assert "Somebody has this mail address already" in answer.text
    assert opens(world, "sam")


# --- secrets in addresses ---------------------------------------------------------------------


def test_every_route_with_a_secret_sends_no_referrer(world: World) -> None:
    seen = 0
    for rule in world.app.url_map.iter_rules():
        declared = permission_of(world.app.view_functions[rule.endpoint])
        if "token" in rule.arguments:
            assert isinstance(declared, Public), rule
            assert declared.by_link, rule
            answer = world.stranger().get(rule.rule.replace("<token>", "guess"))
            assert answer.answer.headers["Referrer-Policy"] == "no-referrer", rule
            seen += 1
    assert seen >= 7


def test_a_form_without_a_referrer_is_taken_there_under_https(world: World) -> None:
    """Elsewhere https asks for one; the form's token is asked for everywhere."""
    path = f"/sign-in/{link(world, 'sign_in', 'sam')}"
    here = {"base_url": "https://localhost"}
    client = world.stranger().client
    page = Page(client.get(path, **here), path)
    assert client.post(path, data={"csrf_token": "guessed"}, **here).status_code == 400
    assert client.post(path, **here).status_code == 400
    other = client.post("/login", data={"csrf_token": page.token}, **here)
    assert other.status_code == 400
    assert client.post(path, data={"csrf_token": page.token}, **here).status_code == 302


def test_secrets_never_reach_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    tokens = []
    for kind, way in (("sign_in", "/sign-in/"), ("reset", "/reset/"), ("invitation", "/welcome/")):
        token = link(world, kind, "sam")
        tokens.append(token)
        visit = world.stranger()
        visit.post(way + token, {"password": "short"}, page=way + token)
        visit.post(way + token, {"password": NEW})
        visit.post(way + token, {"password": NEW})
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(OneTimeLink, "find", lambda *a, **k: 1 / 0)
        assert world.stranger().get(f"/reset/{tokens[0]}").status == 500
    assert "sign-in of person" in caplog.text
    assert "failed: GET /reset/<token>" in caplog.text
    for secret in (*tokens, NEW, PASSWORD):
        assert secret not in caplog.text


def test_links_are_kept_as_hashes(world: World) -> None:
    token = link(world, "reset", "sam")
    with world.read():
        rows = db.session.execute(sa.select(OneTimeLink.__table__)).all()
    assert rows
    assert token not in str(rows)
