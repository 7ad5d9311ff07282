"""The API answers as /openapi.json says; the long run is in tests/prove."""

import json

import pytest
from schemathesis.core.failures import FailureGroup

from meetingtracker.api.declare import OPERATIONS, PREFIX
from tests.api.fuzz import Fuzz
from tests.conftest import World


def test_generated_requests_are_answered_as_described(sqlite_world: World) -> None:
    fuzz = Fuzz(sqlite_world)
    assert fuzz.run(examples=12) > 300
    assert {200, 201, 404, 422} <= fuzz.answers.keys()


def test_every_route_of_the_api_is_described(sqlite_world: World) -> None:
    paths = json.loads(sqlite_world.app.test_client().get("/openapi.json").data)["paths"]
    described = {(m.upper(), path) for path, methods in paths.items() for m in methods}
    routed = {
        (method, rule.rule.replace("<int:", "{").replace(">", "}"))
        for rule in sqlite_world.app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routed
    assert len(routed) == len(OPERATIONS) > 25


def test_the_checker_bites(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that lacks a field is noticed."""
    fuzz = Fuzz(sqlite_world)
    monkeypatch.setattr("meetingtracker.api.me.department_names", lambda: {})
    monkeypatch.setattr("meetingtracker.api.me.Me", lambda **values: {"id": 1})
    with pytest.raises(FailureGroup, match="distinct failure"):
        fuzz.run(examples=1)
