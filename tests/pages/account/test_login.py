"""/login and /logout."""

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.sign_in import SignIn
from tests.cast import PASSWORD
from tests.conftest import World
from tests.page import Page
from tests.pages.account.doors import plain


def test_a_person_signs_in_and_out(world: World) -> None:
    visit = world.sign_in("sam")
    assert visit.get("/").status == 200
    assert visit.post("/logout").location == "/login"
    assert visit.get("/").location == "/login"


def test_a_wrong_password_and_an_unknown_person_get_the_same_page(world: World) -> None:
    texts = []
    for email in ("sam@example.com", "nobody@example.com", "gone@example.com"):
        visit = world.stranger()
        answer = visit.post("/login", {"email": email, "password": "x" * 12}, page="/login")
        assert answer.status == 422
        texts.append(plain(answer).replace(email, ""))
    assert texts[0] == texts[1] == texts[2]


def test_sign_in_goes_on_to_where_one_wanted_to_go_but_never_elsewhere(world: World) -> None:
    for wanted, got in (
        ("/board", "/board"),
        ("//evil.example", "/"),
        ("/\\evil", "/"),
        ("https://e", "/"),
    ):
        visit = world.stranger()
        fields = {"email": "sam@example.com", "password": "a long enough password", "next": wanted}
        assert visit.post("/login", fields, page="/login").location == got


def test_what_was_typed_comes_back_after_a_lost_session(world: World) -> None:
    visit = world.stranger()
    lost = visit.post(
        "/issues/new", {"title": "Labels print <wrong>", "version": "3"}, page="/login"
    )
    assert lost.status == 401
    held = lost.form("/login")["carried"]
    fields = {"email": "sam@example.com", "password": "a long enough password", "carried": held}
    back = visit.post("/login", fields)
    assert back.status == 200
    assert "Labels print &lt;wrong&gt;" in back.text
    assert back.form("/issues/new")["version"] == "3"
    visit.token = back.token
    assert visit.post("/issues/new", {"title": "Labels print wrong"}).status == 302


def test_administrators_do_not_stay_signed_in_for_ninety_days(world: World) -> None:
    for name, on_phone in (("sam", True), ("ada", False)):
        visit = world.stranger()
        fields = {"email": f"{name}@example.com", "password": PASSWORD, "on_phone": "y"}
        assert visit.post("/login", fields, page="/login").status == 302
        with world.read() as cast:
            newest = sa.select(SignIn).filter_by(person_id=cast.person[name])
            assert db.session.scalars(newest).one().on_phone is on_phone


def test_a_session_that_ended_opens_nothing_when_its_cookie_comes_back(world: World) -> None:
    visit = world.sign_in("sam")
    kept = visit.client.get_cookie("meetingtracker")
    assert kept is not None
    assert visit.post("/logout").status == 302
    thief = world.stranger()
    thief.client.set_cookie("meetingtracker", kept.value)
    assert thief.get("/people").location == "/login?next=/people"


def test_a_letter_too_long_is_refused(world: World) -> None:
    fields = {"email": "x" * 300_000, "password": "y" * 300_000}
    assert world.stranger().post("/login", fields, page="/login").status == 422


def test_a_page_from_before_the_last_sign_in_loses_nothing(world: World) -> None:
    visit = world.sign_in("sam")
    visit.get("/issues/new")
    typed = {"title": "Labels print wrong", "csrf_token": "of an older session"}
    here = {"Sec-Fetch-Site": "same-origin"}
    back = Page(visit.client.post("/issues/new", data=typed, headers=here), "/issues/new")
    assert back.status == 400
    assert "Labels print wrong" in back.text
    again = visit.post("/issues/new", {"title": "Labels print wrong", "csrf_token": back.token})
    assert again.status == 302
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    forged = Page(visit.client.post("/issues/new", data=typed, headers=elsewhere), "/issues/new")
    assert forged.status == 400
    assert "Labels print wrong" not in forged.text


def test_signing_in_stays_under_the_path_of_the_house(world: World) -> None:
    """Under https://example.com/meet the server hands SCRIPT_NAME on; `next` comes without it."""
    visit = world.stranger()
    at = {"SCRIPT_NAME": "/meet"}
    asked = visit.client.get("/board", environ_overrides=at)
    assert asked.location == "/meet/login?next=/board"
    page = Page(visit.client.get("/login?next=/board", environ_overrides=at), "/login")
    fields = {"email": "sam@example.com", "password": PASSWORD, "next": "/board"}
    answer = visit.client.post(
        "/login", data={"csrf_token": page.token, **fields}, environ_overrides=at
    )
    assert answer.location == "/meet/board"
