"""What no browser sends: it is refused with a sentence, never with a failure of ours."""

import io
from typing import Any

import pytest

from meetingtracker.web.access import Bearer, Public, permission_of
from tests.conftest import World
from tests.pages.issues.test_issues import raised

JSON = [[1], {"title": 5}, {"title": {"a": 1}}, {"title": ["a"]}, {"version": 1e400}, "x", None]


@pytest.mark.parametrize("path", ["/issues/new", "/issues/1/edit", "/issues/1/triage", "/login"])
def test_json_is_not_a_form(sqlite_world: World, path: str) -> None:
    raised(sqlite_world)
    visit = sqlite_world.sign_in("sam") if path != "/login" else sqlite_world.stranger()
    visit.get("/login" if path == "/login" else "/people")
    for body in JSON:
        answer = visit.client.post(path, json=body, headers={"X-CSRFToken": visit.token})
        assert answer.status_code in (400, 422), body


@pytest.mark.parametrize("name", ["title", "version", "owning_department", "severity", "reason"])
def test_a_file_is_not_a_text(sqlite_world: World, name: str) -> None:
    raised(sqlite_world)
    visit = sqlite_world.sign_in("sam")
    visit.get("/people")
    for path in ("/issues/new", "/issues/1/edit", "/issues/1/triage", "/issues/1/declining"):
        sent: dict[str, Any] = {"csrf_token": visit.token, name: (io.BytesIO(b"x"), "a.txt")}
        assert visit.client.post(path, data=sent).status_code == 422


def test_a_text_that_is_far_too_long_is_refused(sqlite_world: World) -> None:
    visit = sqlite_world.sign_in("sam")
    for size in (300, 1_900_000, 3_000_000):
        assert visit.post("/issues/new", {"title": "x" * size}).status in (413, 422)


def test_no_change_without_the_token_of_the_session(sqlite_world: World) -> None:
    """Every route that changes something, with each method that could."""
    visit = sqlite_world.sign_in("ada")
    visit.get("/people")
    tried, from_mail = 0, set[str]()
    for rule in sqlite_world.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        assert path is not None
        declared = permission_of(sqlite_world.app.view_functions[rule.endpoint])
        refusal = 401 if isinstance(declared, Bearer) else 400  # a session alone is nobody there
        if isinstance(declared, Public) and declared.from_mail:
            from_mail.add(rule.endpoint)
            refusal = 404  # the secret in the address is the right, and 1 is none
        for sent in ({}, {"csrf_token": "guessed"}):
            assert visit.client.post(path[1], data=sent).status_code == refusal, rule
            tried += 1
    assert tried > 100
    assert from_mail == {"answers.answer", "answers.unsubscribe"}
