"""Idempotency-Key: the same request twice is done once."""

import threading
from datetime import timedelta

import pytest
import time_machine

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.api_token import ApiAnswer
from meetingtracker.models.issue import Issue
from tests.api.program import Program, program
from tests.cast import NOW
from tests.conftest import World

KEY = {"Idempotency-Key": "a-1"}
BODY = {"title": "Labels print wrong"}


def issues(world: World) -> int:
    with world.read():
        return db.session.scalar(db.select(db.func.count()).select_from(Issue)) or 0


def test_a_repeat_gives_the_first_answer_byte_for_byte(world: World) -> None:
    sam = program(world, "sam")
    first = sam.post("/issues", BODY, headers=KEY)
    sam.changed(f"/issues/{first.json['id']}", title="Other words")
    again = sam.post("/issues", BODY, headers=KEY)
    assert (first.status, again.status) == (201, 201)
    assert again.raw == first.raw
    assert issues(world) == 1


def test_another_body_key_path_or_token_is_another_request(world: World) -> None:
    sam, tom = program(world, "sam"), program(world, "tom")
    sam.post("/issues", BODY, headers=KEY)
    other = sam.post("/issues", {"title": "Other"}, headers=KEY)
    assert (other.status, list(other.fields)) == (422, ["Idempotency-Key"])
    assert sam.post("/issues", BODY, headers={"Idempotency-Key": "a-2"}).status == 201
    assert tom.post("/issues", BODY, headers=KEY).status == 201
    action = {"title": "x", "due_on": "2026-12-01"}
    assert sam.post("/actions", action, headers=KEY).status == 201
    assert issues(world) == 3


def test_what_was_refused_gives_its_key_back(world: World) -> None:
    sam = program(world, "sam")
    for body in ({}, {"title": "x", "point_person": "ghost@example.com"}):
        assert sam.post("/issues", body, headers=KEY).status == 422
    assert sam.post("/issues", BODY, headers=KEY).status == 201
    with world.read():
        assert db.session.scalars(db.select(ApiAnswer.status)).all() == [201]


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_that_is_none(world: World, key: str) -> None:
    answer = program(world, "sam").post("/issues", BODY, headers={"Idempotency-Key": key})
    assert (answer.status, list(answer.fields)) == (422, ["Idempotency-Key"])
    assert issues(world) == 0


def _claim(world: World, by: Program, at_ago: timedelta) -> None:
    """A first request that was killed between its claim and its change."""
    by.post("/issues", BODY, headers=KEY)
    with world.app.app_context(), writing() as session:
        session.execute(db.update(ApiAnswer).values(status=None, body=None, at=NOW - at_ago))


def test_one_that_still_runs_is_waited_for_and_a_dead_one_taken_over(world: World) -> None:
    sam = program(world, "sam")
    _claim(world, sam, timedelta(seconds=30))
    running = sam.post("/issues", BODY, headers=KEY)
    assert (running.status, running.code, issues(world)) == (409, "conflict", 1)
    with world.app.app_context(), writing() as session:
        session.execute(db.update(ApiAnswer).values(at=NOW - timedelta(seconds=61)))
    taken = sam.post("/issues", BODY, headers=KEY)
    assert (taken.status, issues(world)) == (201, 2)
    assert sam.post("/issues", BODY, headers=KEY).raw == taken.raw


def test_whoever_was_thought_dead_does_not_do_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim was taken over while it was slow: its change is undone with its answer."""
    sam = program(world, "sam")
    real = clock.now

    def slow(*args: object, **kwargs: object) -> object:
        monkeypatch.undo()
        with time_machine.travel(real() + timedelta(seconds=90), tick=True):
            other = Program(world.app.test_client(), sam.token)
            answers.append(other.post("/issues", BODY, headers=KEY))
        return visible(*args, **kwargs)

    import meetingtracker.api.writes as writes

    answers: list[object] = []
    visible = writes._created
    monkeypatch.setattr(writes, "_created", slow)
    late = sam.post("/issues", BODY, headers=KEY)
    assert late.status == 409
    assert answers[0].status == 201  # type: ignore[attr-defined]
    assert issues(world) == 1


def test_after_a_day_the_key_is_free(world: World) -> None:
    sam = program(world, "sam")
    sam.post("/issues", BODY, headers=KEY)
    with world.app.app_context(), writing() as session:
        session.execute(db.update(ApiAnswer).values(at=NOW - timedelta(hours=24, seconds=1)))
    assert sam.post("/issues", {"title": "Other"}, headers=KEY).status == 201
    with world.read():
        assert db.session.scalar(db.select(db.func.count()).select_from(ApiAnswer)) == 1


def test_many_at_once_make_one(world: World) -> None:
    token = program(world, "sam").token
    answers: list[tuple[int, bytes]] = []

    def send() -> None:
        by = Program(world.app.test_client(), token)
        answer = by.post("/issues", BODY, headers=KEY)
        answers.append((answer.status, answer.raw))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert issues(world) == 1
    made = {raw for status, raw in answers if status == 201}
    assert len(made) == 1
    assert {status for status, _ in answers} <= {201, 409}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/issues", {"title": "x", "raising_department": "Tech", "external_id": "J-1"}),
        ("/actions", {"title": "x", "due_on": "2026-12-01", "external_id": "J-1"}),
        ("/people", {"name": "x", "email": "new@example.com"}),
        ("/departments", {"name": "Returns"}),
    ],
)
def test_what_is_unique_stays_so_when_many_make_it(
    world: World, path: str, body: dict[str, object]
) -> None:
    token = program(world, "ada").token
    statuses: list[int] = []

    def send() -> None:
        answer = Program(world.app.test_client(), token).post(path, body)
        statuses.append(answer.status)
        assert answer.status != 409 or answer.json["current"]["external_id"] == "J-1"

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = 409 if "external_id" in body else 422
    assert sorted(statuses) == [201, *[refused] * 5]


def test_two_writers_of_one_version_one_is_told(world: World) -> None:
    sam = program(world, "sam")
    path = f"/issues/{sam.made('/issues', BODY)['id']}"
    statuses: list[int] = []

    def send(title: str) -> None:
        by = Program(world.app.test_client(), sam.token)
        answer = by.patch(path, {"version": 1, "title": title})
        statuses.append(answer.status)
        if answer.status == 409:
            assert answer.json["current"]["version"] == 2
            assert answer.json["current"]["title"] != title

    threads = [threading.Thread(target=send, args=(f"Words {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409, 409, 409]


def test_which_version_was_read_must_be_said(world: World) -> None:
    sam = program(world, "sam")
    issue = sam.made("/issues", BODY)
    path = f"/issues/{issue['id']}"
    missing = sam.patch(path, {"title": "x"})
    assert (missing.status, missing.code) == (428, "precondition_required")
    for body, match in (({"version": 0}, None), ({"version": 2}, None), ({}, '"7"'), ({}, "x"),
                        ({"version": 1}, '"2"')):  # fmt: skip
        headers = {"If-Match": match} if match else {}
        stale = sam.patch(path, {"title": "x", **body}, headers=headers)
        assert (stale.status, stale.code, stale.json["current"]) == (409, "conflict", issue)
    done = sam.patch(path, {"title": "x"}, headers={"If-Match": '"1"'})
    assert (done.status, done.headers["ETag"], done.json["version"]) == (200, '"2"', 2)
    assert sam.patch(path, {"title": "x", "version": 2}).json == done.json
