"""/account and what hangs on it: name and zone, address, password, confirming."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.make_token import make_token
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import SignIn
from meetingtracker.rules.accounts import Scope
from tests.cast import NOW, PASSWORD
from tests.conftest import Visit, World
from tests.pages.account.doors import NEW, is_in, link, mail, opens, queued


def person(world: World, name: str) -> Person:
    with world.read():
        row = db.session.get(Person, world.cast.person[name])
        assert row is not None
        db.session.expunge(row)
        return row


def confirmed_at(world: World, name: str) -> object:
    with world.read():
        return db.session.scalar(
            sa.select(SignIn.confirmed_at).filter_by(person_id=world.cast.person[name])
        )


def without_password(world: World, name: str) -> Visit:
    """Signed in by a link, and never had a password."""
    with world.write() as cast:
        row = db.session.get(Person, cast.person[name])
        assert row is not None
        row.password_hash = None
    path = f"/sign-in/{link(world, 'sign_in', name)}"
    visit = world.stranger()
    assert visit.post(path, page=path).status == 302
    visit.token = ""
    return visit


# --- name, language, zone ---------------------------------------------------------------------


def test_a_person_changes_their_name_and_zone(world: World) -> None:
    visit = world.sign_in("sam")
    page = visit.get("/account")
    assert "Like the company: Europe/Berlin" in page.text
    fields = {**page.form("/account"), "name": "Samuel Reid", "zone": "America/New_York"}
    assert visit.post("/account", fields).location == "/account"
    row = person(world, "sam")
    assert (row.name, row.zone, row.language) == ("Samuel Reid", "America/New_York", None)
    fields = {**visit.get("/account").form("/account"), "zone": ""}
    assert visit.post("/account", fields).status == 302
    assert person(world, "sam").zone is None


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 121}, {"zone": "Mars/Olympus"}, {"language": "tlh"}]
)
def test_bad_answers_are_refused(world: World, wrong: dict[str, str]) -> None:
    visit = world.sign_in("sam")
    fields = {**visit.get("/account").form("/account"), **wrong}
    assert visit.post("/account", fields).status == 422
    assert person(world, "sam").version == 1


def test_it_leads_to_what_else_is_ones_own(world: World) -> None:
    pia = world.cast.person["pia"]
    links = set(world.sign_in("pia").get("/account").links)
    assert {"/account/factors", f"/people/{pia}/absence", f"/history?person={pia}"} <= links
    assert "/account/tokens" not in links
    assert "/account/tokens" in world.sign_in("ada").get("/account").links
    with world.write() as cast:
        make_token(
            db.session.get(Person, pia), name="wall screen", scope=Scope.read,
            by=cast.actor("ada"), at=NOW,
        )  # fmt: skip
    assert "/account/tokens" in world.sign_in("pia").get("/account").links
    assert "/account/tokens" not in world.sign_in("lea").get("/account").links, "not hers"


def test_a_stale_page_shows_both(world: World) -> None:
    visit = world.sign_in("sam")
    fields = visit.get("/account").form("/account")
    assert visit.post("/account", {**fields, "name": "Sam One"}).status == 302
    stale = visit.post("/account", {**fields, "name": "Sam Two"})
    assert stale.status == 409
    assert "Sam One" in stale.text
    assert "Sam Two" in stale.text
    assert person(world, "sam").name == "Sam One"


def test_nobody_gives_themselves_rights(world: World) -> None:
    visit = world.sign_in("max")
    fields = visit.get("/account").form("/account")
    more = {"role": "executive", "is_admin": "y", "email": "x@example.com", "id": "1"}
    visit.post("/account", {**fields, **more})
    row = person(world, "max")
    assert (row.role, row.is_admin, row.email) == ("member", False, "max@example.com")


# --- password ---------------------------------------------------------------------------------


def test_a_new_password_signs_out_every_other_device_and_tells(world: World) -> None:
    here, there = world.sign_in("sam"), world.sign_in("sam")
    reset = link(world, "reset", "sam")
    fields = {"current_password": PASSWORD, "password": NEW}
    with mail(world):
        assert here.post("/account/password", fields).location == "/account"
    assert is_in(here)
    assert not is_in(there)
    assert world.stranger().get(f"/reset/{reset}").status == 404
    assert opens(world, "sam", NEW)
    assert not opens(world, "sam")
    assert queued(world) == [("account.password_changed", world.cast.person["sam"], None)]
    with world.read():
        told = db.session.scalar(sa.select(Event).filter_by(kind="person.password_changed"))
        assert told is not None
        assert told.changes == {}


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("not it", NEW, "That is not your password."),
        ("", NEW, "Enter your password."),
        (PASSWORD, "short", "at least 12 characters"),
        (PASSWORD, "sam.reid.2024", "easy to guess"),
        (PASSWORD, "x" * 129, "at most 128"),
        (PASSWORD, "", "Choose a password."),
    ],
)
def test_a_password_is_refused(world: World, current: str, new: str, sentence: str) -> None:
    visit = world.sign_in("sam")
    page = visit.post("/account/password", {"current_password": current, "password": new})
    assert page.status == 422
    assert sentence in page.text
    assert opens(world, "sam")


def test_a_password_is_kept_as_it_was_typed_in_whatever_form_of_letters(world: World) -> None:
    visit = world.sign_in("sam")
    spaced = " a lamp över the hill "
    fields = {"current_password": PASSWORD, "password": spaced}
    assert visit.post("/account/password", fields).status == 302
    assert opens(world, "sam", spaced.replace("ö", "o\u0308"))
    assert not opens(world, "sam", spaced.strip())


@pytest.mark.parametrize("path", ["/account/password", "/account/address", "/account/confirm"])
def test_guessing_the_current_password_closes_the_door(world: World, path: str) -> None:
    visit = world.sign_in("sam")
    fields = {"password": NEW, "email": "new@example.com", "current_password": "wrong"}
    for _ in range(5):
        assert visit.post(path, fields).status == 422
    closed = visit.post(path, {**fields, "current_password": PASSWORD})
    assert closed.status == 429
    assert "Retry-After" in closed.answer.headers
    assert not opens(world, "sam"), "it is one measure for all doors of the account"
    assert opens(world, "tom")
    assert is_in(visit)


def test_the_right_current_password_forgets_the_failures(world: World) -> None:
    visit = world.sign_in("sam")
    for _ in range(2):
        for _ in range(4):
            assert visit.post("/account/confirm", {"current_password": "wrong"}).status == 422
        assert visit.post("/account/confirm", {"current_password": PASSWORD}).status == 302
        visit.token = ""  # the session has a new token, and so have its forms


def test_who_has_no_password_sets_one_when_freshly_signed_in(world: World) -> None:
    visit = without_password(world, "sam")
    assert "None: you sign in by links" in visit.get("/account").text
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=True):
        answer = visit.post("/account/password", {"password": NEW})
        assert answer.location == "/account/confirm?next=/account/password"
        assert "you have no password" in visit.get(answer.location).text
    assert visit.post("/account/password", {"password": NEW}).location == "/account"
    assert opens(world, "sam", NEW)


# --- mail address -----------------------------------------------------------------------------


def test_without_mail_the_address_changes_at_once(world: World) -> None:
    visit = world.sign_in("sam")
    fields = {"email": "Sam.Reid@Example.com", "current_password": PASSWORD}
    assert visit.post("/account/address", fields).location == "/account"
    assert person(world, "sam").email == "sam.reid@example.com"
    taken = visit.post(
        "/account/address", {"email": "tom@example.com", "current_password": PASSWORD}
    )
    assert taken.status == 422
    assert "Somebody has this mail address already" in taken.text
    assert queued(world) == []


def test_with_mail_the_new_address_is_asked_and_a_taken_one_looks_free(world: World) -> None:
    visit = world.sign_in("sam")
    pages = []
    with mail(world):
        for email in ("new@example.com", "tom@example.com"):
            fields = {"email": email, "current_password": PASSWORD}
            assert visit.post("/account/address", fields).location == "/account"
            pages.append(visit.get("/account").text.replace(email, ""))
    assert "A mail is on its way" in pages[0]
    assert "A mail is on its way" in pages[1]
    assert person(world, "sam").email == "sam@example.com"
    told = ("account.new_address", world.cast.person["sam"], "new@example.com")
    assert queued(world) == [told]


def test_nobody_mails_the_world_from_here(world: World) -> None:
    visit = world.sign_in("sam")
    with mail(world):
        for n in range(5):
            fields = {"email": f"new{n}@example.com", "current_password": PASSWORD}
            assert visit.post("/account/address", fields).status == 302
    assert len(queued(world)) == 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"email": "new@example.com"}, 422),
        ({"email": "new@example.com", "current_password": "wrong"}, 422),
        ({"email": "not an address", "current_password": PASSWORD}, 422),
        ({"email": "x" * 250 + "@example.com", "current_password": PASSWORD}, 422),
    ],
)
def test_an_address_is_refused(world: World, fields: dict[str, str], status: int) -> None:
    visit = world.sign_in("sam")
    assert visit.post("/account/address", fields).status == status
    assert person(world, "sam").email == "sam@example.com"


def test_who_has_no_password_needs_a_fresh_sign_in(world: World) -> None:
    visit = without_password(world, "sam")
    assert visit.post("/account/address", {"email": "new@example.com"}).location == "/account"
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=True):
        late = visit.post("/account/address", {"email": "newer@example.com"})
        assert late.location == "/account/confirm?next=/account/address"
    assert person(world, "sam").email == "new@example.com"


# --- confirming -------------------------------------------------------------------------------


def test_confirming_sets_the_time_and_goes_on(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as at:
        visit = world.sign_in("sam")
        assert confirmed_at(world, "sam") == NOW
        at.move_to(NOW + timedelta(hours=1))
        fields = {"current_password": PASSWORD, "next": "/account/address"}
        assert visit.post("/account/confirm", fields).location == "/account/address"
        assert confirmed_at(world, "sam") == NOW + timedelta(hours=1)
        visit.token = ""
        elsewhere = {"current_password": PASSWORD, "next": "//evil.example"}
        assert visit.post("/account/confirm", elsewhere).location == "/account"
