"""Who is let in by single sign-on, their department and role, and our own second factor."""

import time

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import SignIn
from meetingtracker.rules.accounts import FactorPolicy
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW
from tests.models.test_rebuild import rebuilt_wrongly
from tests.pages.account.doors import is_in
from tests.pages.factors.phone import require_of, with_app
from tests.pages.sso.asked import is_refused
from tests.pages.sso.conftest import Door

UNKNOWN = "There is no account here for you."

# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("claims", [
    {"email_verified": False}, {"email_verified": None}, {"email_verified": "yes"},
    {"email": None}, {"email": "nobody@example.com"}, {"email": ["sam@example.com"]},
    {"email": "gone@example.com"},
])  # fmt: skip
def test_unknown_unverified_and_left_get_the_same_sentence(
    door: Door, claims: dict[str, object]
) -> None:
    door.provider.claims = claims
    is_refused(door, UNKNOWN)


@pytest.mark.parametrize(
    "email", ["plain words", "a@b", "a\u202e@example.com", "x" * 250 + "@e.de"]
)
def test_what_is_no_mail_address_makes_no_account(sqlite_door: Door, email: str) -> None:
    sqlite_door.configure(create=True)
    sqlite_door.provider.claims = {"sub": "new", "email": email}
    is_refused(sqlite_door, UNKNOWN)


def test_whoever_leaves_is_refused_though_the_provider_still_knows_them(door: Door) -> None:
    assert door.walk(door.world.stranger()).status == 302
    with door.world.write() as cast:
        db.session.get_one(Person, cast.person["sam"]).deactivate(by=SYSTEM, at=NOW)
    visit = door.world.stranger()
    assert UNKNOWN in door.walk(visit).text
    assert not is_in(visit)


def test_an_address_that_was_given_to_somebody_new_opens_no_account(door: Door) -> None:
    assert door.walk(door.world.stranger()).status == 302
    door.provider.claims = {"sub": "sam-2"}
    visit = door.world.stranger()
    assert UNKNOWN in door.walk(visit).text
    assert not is_in(visit)


def test_people_get_an_account_where_that_is_wanted(door: Door) -> None:
    door.configure(create=True)
    door.provider.claims = {"sub": "n", "email": "New@Example.com", "name": "Nele  New"}
    visit = door.world.stranger()
    assert door.walk(visit).status == 302
    assert is_in(visit)
    with door.world.read():
        made = db.session.scalars(sa.select(Person).filter_by(email="new@example.com")).one()
        assert (made.name, made.role.value, made.is_admin) == ("Nele New", "member", False)
        assert made.password_hash is None
        assert rebuilt_wrongly(db.session) == []
    door.provider.claims = {"sub": "g", "email": "gone@example.com"}
    assert UNKNOWN in door.walk(door.world.stranger()).text


# --- department and role ------------------------------------------------------------------------


def person(door: Door, name: str) -> Person:
    with door.world.read() as cast:
        return db.session.get_one(Person, cast.person[name])


def test_department_and_role_follow_the_provider_at_each_sign_in(door: Door) -> None:
    roles = {"board": "executive", "it": "admin", "heads": "leader"}
    door.configure(department_claim="unit", role_claim="groups", role_map=roles)
    for claims, department, role, is_admin in (
        ({"unit": "tech", "groups": ["heads", "board"]}, "Tech", "executive", False),
        ({"unit": "Nowhere", "groups": ["it", "x", 7]}, "Tech", "member", True),
        ({"groups": "heads"}, "Tech", "leader", False),
        ({"unit": ["Sales"]}, "Tech", "leader", False),
        ({"unit": "Sales", "groups": []}, "Sales", "member", False),
    ):
        door.provider.claims = claims
        visit = door.world.stranger()
        assert door.walk(visit).status == 302
        assert is_in(visit)
        sam = person(door, "sam")
        got = (sam.department_id, sam.role.value, sam.is_admin)
        assert got == (door.world.cast.department[department], role, is_admin), claims
    with door.world.read():
        assert rebuilt_wrongly(db.session) == []


def test_what_no_group_decides_stays_as_it_is(door: Door) -> None:
    door.configure(role_claim="groups", role_map={"it": "admin"})
    door.provider.claims = {"groups": ["it"]}
    assert door.walk(door.world.stranger()).status == 302
    sam = person(door, "sam")
    assert (sam.role.value, sam.is_admin) == ("leader", True)


def test_the_last_administrator_stays_one(door: Door) -> None:
    door.configure(role_claim="groups", role_map={"it": "admin", "heads": "leader"})
    door.provider.claims = {"sub": "ada", "email": "ada@example.com", "groups": ["heads"]}
    visit = door.world.stranger()
    assert door.walk(visit).status == 302
    assert is_in(visit)
    ada = person(door, "ada")
    assert (ada.role.value, ada.is_admin) == ("leader", True)


# --- beside the own second factor -----------------------------------------------------------------


def test_our_own_second_factor_is_asked_only_where_the_policy_wants_one(door: Door) -> None:
    with_app(door.world)
    visit = door.world.stranger()
    assert door.walk(visit).location == "/"
    require_of(door.world, FactorPolicy.everybody)
    assert door.walk(door.world.stranger()).location == "/sign-in/factor"
    door.provider.claims = {"amr": ["pwd", "mfa"]}
    assert door.walk(door.world.stranger()).location == "/"
    door.provider.claims = {"amr": "mfa"}
    assert door.walk(door.world.stranger()).location == "/sign-in/factor"


def _confirmed(door: Door) -> bool:
    with door.world.read() as cast:
        rows = sa.select(SignIn).filter_by(person_id=cast.person["sam"]).order_by(SignIn.id)
        return db.session.scalars(rows).all()[-1].confirmed_at is not None


def test_only_what_the_provider_asked_just_now_confirms_who_one_is(door: Door) -> None:
    visit = door.world.stranger()
    assert door.walk(visit).status == 302
    assert not _confirmed(door)
    confirm = visit.get("/account/factors").location
    assert confirm == "/account/confirm?next=/account/factors"
    assert "again=1" in visit.get(confirm).text
    asked = door.leave(visit, "/sso?next=/account/factors&again=1")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    door.provider.claims = {"auth_time": int(time.time())}
    back = door.come_back(visit, code=door.provider.authorize(asked), state=asked["state"])
    assert back.location == "/account/factors"
    assert _confirmed(door)
    assert visit.get("/account/factors").status == 200


def test_the_password_still_opens(door: Door) -> None:
    assert is_in(door.world.sign_in("sam"))
