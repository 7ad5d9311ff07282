"""Who comes in: a token that holds, and nothing else; what is not there answers JSON, too."""

from datetime import timedelta

import pytest

from meetingtracker.api import limits
from meetingtracker.db import Busy, db
from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.person import Person
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import SYSTEM
from tests.api.program import BASE, Program, program
from tests.cast import NOW
from tests.conftest import World


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Bearer ", "Bearer mt_guessed", "Basic c2FtOnNhbQ==", "mt_x",
        "Bearer \xff\xfe", "Bearer a b c", "Bearer " + "x" * 5000,
    ],
)  # fmt: skip
def test_without_a_token_that_holds(world: World, header: str | None) -> None:
    client = world.app.test_client()
    answer = client.get(f"{BASE}/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "unauthorized"


def test_a_session_alone_is_nobody_and_a_token_opens_no_page(world: World) -> None:
    visit = world.sign_in("sam")
    assert visit.client.get(f"{BASE}/me").status_code == 401
    assert visit.client.post(f"{BASE}/issues", json={"title": "x"}).status_code == 401
    token = program(world, "sam").token
    stranger = world.app.test_client()
    answer = stranger.get("/board", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.location[:6]) == (302, "/login")
    assert visit.client.get(
        f"{BASE}/me", headers={"Authorization": f"Bearer {program(world, 'tom').token}"}
    ).json["email"] == "tom@example.com"  # fmt: skip


def test_a_token_for_reading_writes_nothing(world: World) -> None:
    sam = program(world, "sam", Scope.read)
    assert sam.get("/issues").status == 200
    answer = sam.post("/issues", {"title": "x"})
    assert (answer.status, answer.code) == (403, "forbidden")
    assert sam.patch("/issues/1", {}).status == 403
    assert sam.get("/issues").json["total"] == 0


def test_a_token_dies_with_its_owner_and_with_its_revocation(world: World) -> None:
    sam, tom = program(world, "sam"), program(world, "tom")
    with world.write() as cast:
        db.session.get_one(Person, cast.person["sam"]).deactivate(by=SYSTEM, at=NOW)
        (row,) = db.session.scalars(db.select(ApiToken).filter_by(person_id=cast.person["tom"]))
        row.revoke(by=SYSTEM, at=NOW)
    assert sam.get("/me").status == 401
    assert tom.get("/me").status == 401


def test_its_last_use_is_noted_every_five_minutes(world: World) -> None:
    sam = program(world, "sam")

    def used() -> object:
        with world.read():
            return db.session.scalars(db.select(ApiToken.last_used_at)).one()

    assert used() is None
    sam.get("/me")
    first = used()
    assert first is not None
    sam.get("/me")
    assert used() == first
    with world.write():
        db.session.execute(db.update(ApiToken).values(last_used_at=NOW - timedelta(minutes=6)))
    sam.get("/me")
    assert used() >= first  # type: ignore[operator]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/issues/", 404, "not_found"),
        ("GET", "/issues/x", 404, "not_found"),
        ("GET", "/issues/-1", 404, "not_found"),
        ("GET", "/issues/999", 404, "not_found"),
        ("GET", "/issues/99999999999999999999999999", 404, "not_found"),
        ("GET", "/issues/9999999999", 404, "not_found"),
        ("POST", "/issues/9999999999/comments", 415, "unsupported_media_type"),
        ("PATCH", "/issues/99999999999", 404, "not_found"),
        ("GET", "/issues/" + "9" * 5000, 404, "not_found"),
        ("DELETE", "/issues", 405, "method_not_allowed"),
        ("PUT", "/issues/1", 405, "method_not_allowed"),
        ("PATCH", "/me", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_answers_json(
    world: World, method: str, path: str, status: int, code: str
) -> None:
    answer = program(world, "sam").send(method, path)
    assert (answer.status, answer.code) == (status, code)
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_what_one_may_not_see_is_byte_for_byte_what_is_not_there(world: World) -> None:
    hidden = program(world, "noor").made("/issues", {"title": "Secret", "confidential": True})
    sam = program(world, "sam")
    for method, body in (("GET", None), ("PATCH", {"version": 1, "title": "Mine"})):
        here = sam.send(method, f"/issues/{hidden['id']}", body)
        there = sam.send(method, "/issues/999", body)
        assert (here.status, here.raw) == (404, there.raw)


def test_too_many_requests_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    sam, tom = program(world, "sam"), program(world, "tom")
    answers = [sam.get("/me") for _ in range(5)]
    assert [a.status for a in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].code == "too_many_requests"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert tom.get("/me").status == 200


def test_a_busy_database_says_when_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = program(world, "sam")
    sam.get("/me")

    def busy(*args: object, **kwargs: object) -> None:
        raise Busy

    monkeypatch.setattr("meetingtracker.api.issues.raise_issue", busy)
    answer = sam.post("/issues", {"title": "x"})
    assert (answer.status, answer.code) == (503, "unavailable")


def test_a_failure_of_ours_tells_nothing_of_the_inside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = program(world, "sam")

    def fail(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr("meetingtracker.api.issues.raise_issue", fail)
    answer = sam.post("/issues", {"title": "x"})
    assert (answer.status, answer.code) == (500, "internal")
    assert b"inside" not in answer.raw


def test_me(world: World) -> None:
    assert program(world, "dina").get("/me").json | {"id": 0} == {
        "id": 0, "email": "dina@example.com", "name": "Dina Frey", "role": "member",
        "is_admin": False, "department": "Tech", "leads": ["Tech"], "token": "test",
        "scope": "write",
    }  # fmt: skip


def test_the_readable_page_and_the_description_are_public(world: World) -> None:
    page = world.stranger().get("/api")
    assert page.status == 200
    assert "/api/v1/issues/{issue_id}" in page.text
    described = world.app.test_client().get("/openapi.json")
    assert described.json["openapi"] == "3.1.0"
    assert Program(world.app.test_client(), "").get("/issues").status == 401


def test_a_number_that_no_row_has_finds_nothing_on_a_page_either(world: World) -> None:
    visit = world.sign_in("sam")
    for path in (
        "/issues/9999999999",
        "/issues/99999999999",
        "/agenda/new?issue=99999999999999999999",
    ):
        assert visit.get(path).status == 404
