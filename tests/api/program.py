"""A program that talks to the API with a token of one of the cast."""

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from meetingtracker.db import db
from meetingtracker.models.acts.make_token import make_token
from meetingtracker.models.person import Person
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW
from tests.conftest import World

BASE = "/api/v1"


class Answer:
    """An answer of the API: every refusal has the one shape."""

    def __init__(self, answer: TestResponse) -> None:
        self.status = answer.status_code
        self.headers = answer.headers
        self.raw = answer.get_data()
        assert answer.mimetype == "application/json", (answer.status, self.raw[:200])
        self.json: Any = json.loads(self.raw) if self.raw else None
        if self.status >= 400:
            assert self.json.keys() <= {"error", "current"}, self.json
            assert self.json["error"].keys() == {"code", "message", "fields"}, self.json
        if self.status in (429, 503):
            assert int(self.headers["Retry-After"]) > 0

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])

    @property
    def fields(self) -> dict[str, str]:
        found: dict[str, str] = self.json["error"]["fields"]
        return found


class Program:
    """Sends what it is given with its token; paths begin behind /api/v1."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def send(
        self, method: str, path: str, body: object = None, *, raw: bytes | None = None,
        headers: dict[str, str] | None = None, **query: object,
    ) -> Answer:  # fmt: skip
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        return Answer(
            self.client.open(
                BASE + path, method=method, data=data, query_string=query or None,
                headers=sent | (headers or {}),
            )
        )  # fmt: skip

    def get(self, path: str, **query: object) -> Answer:
        return self.send("GET", path, **query)

    def post(self, path: str, body: object, **more: Any) -> Answer:
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: object, **more: Any) -> Answer:
        return self.send("PATCH", path, body, **more)

    def made(self, path: str, body: object) -> Any:
        """What a POST made; it must have worked."""
        answer = self.post(path, body)
        assert answer.status == 201, answer.json
        return answer.json

    def changed(self, path: str, **values: object) -> Any:
        """What a PATCH of the newest version made of it; it must have worked."""
        answer = self.patch(path, {"version": self.get(path).json["version"], **values})
        assert answer.status == 200, answer.json
        return answer.json


def program(world: World, name: str, scope: Scope = Scope.write) -> Program:
    """A program with a token of this person."""
    with world.write() as cast:
        person = db.session.get_one(Person, cast.person[name])
        _id, token = make_token(person, name="test", scope=scope, by=SYSTEM, at=NOW)
    return Program(world.app.test_client(), token)
