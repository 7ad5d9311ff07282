"""Odd bodies through every POST and PATCH: refused with a reason, never stored, never a failure."""

import json
import re
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from meetingtracker.api import views
from meetingtracker.api.declare import OPERATIONS, Operation
from meetingtracker.db import Base, db
from tests.api.program import Program, program
from tests.conftest import World

assert views.area is not None
WRITES = [o for o in OPERATIONS if o.body is not None]
ODD = [
    b"", b" ", b"{", b"}", b"[", b"null", b"true", b"0", b'"text"', b"[]", b"[{}]", b"{]",
    b"{'title': 'x'}", b'{"title": }', b'{"title": "x",}', b"{title: 1}", b"\x00", b"\xff\xfe",
    b"\xef\xbb\xbf{}", b'{"title": "\xff"}', b'{"title": "\xed\xa0\x80"}', b"NaN", b"Infinity",
    b'{"title": NaN}', b'{"title": Infinity}', b'{"title": -Infinity}', b'{"version": NaN}',
    b'{"title": "a", "title": "b"}', b'{"version": 1, "version": 1}', b'{"a": {"b": 1, "b": 2}}',
    b"[" * 100_000, b'{"a":' * 50_000, b"[" * 50_000 + b"]" * 50_000,
    b'{"title": ' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"title": "\\ud800"}', b'{"title": "\\udfff x"}', b'{"title": "\\u0000"}',
    b'{"title": "a\\u0000b"}', b'{"\\ud800": 1}', b'{"\\u0000": 1}', b'{"": 1}',
    b'{"title": 5}', b'{"title": 1.5}', b'{"title": true}', b'{"title": null}', b'{"title": []}',
    b'{"title": {"$ne": ""}}', b'{"title": ""}', b'{"title": "   "}', b'{"title": "a\\nb"}',
    b'{"title": "' + b"x" * 256 + b'"}', b'{"title": "' + "ü".encode() * 300 + b'"}',
    b'{"title": 1e400}', b'{"title": 1' + b"0" * 5000 + b"}", b'{"title": -1e-400}',
    b'{"version": 1e400}', b'{"version": 99999999999999999999}', b'{"version": -1}',
    b'{"version": 1.5}', b'{"version": "1"}', b'{"version": true}', b'{"version": null}',
    b'{"version": 2147483648}', b'{"version": 1' + b"0" * 5000 + b"}", b'{"version": [1]}',
    b'{"id": 5}', b'{"__class__": "x"}', b'{"__proto__": {}}', b'{"created_at": "now"}',
    b'{"title": "x", "due_on": "2026-13-01"}', b'{"title": "x", "due_on": "2026-02-30"}',
    b'{"title": "x", "due_on": 20261201}', b'{"title": "x", "due_on": "0000-00-00"}',
    b'{"title": "x", "due_on": "2026-12-01T00:00:00Z"}', b'{"title": "x", "due_on": "-1"}',
    b'{"severity": 0}', b'{"severity": 1e30}', b'{"confidential": "yes"}', b'{"stage": "late"}',
    b'{"status": 1}', b'{"description": "' + b"x" * 10_001 + b'"}', b'{"owner": {}}',
    b'{"minutes": 1e9}', b'{"issue": -1}', b'{"issue": 9223372036854775808}', b'{"text": 1}',
    b'{"reason": "' + b"x" * 501 + b'"}', b'{"is_admin": "true"}', b'{"role": "god"}',
    b'{"external_id": ""}', b'{"external_id": "' + b"k" * 121 + b'"}', b'{"name": "\\t"}',
]  # fmt: skip
assert len(ODD) >= 70


@pytest.fixture
def ada(sqlite_world: World) -> Program:
    """An administrator who raised and owns everything: nothing is refused for want of rights."""
    ada = program(sqlite_world, "ada")
    ada.made("/issues", {"title": "One", "raising_department": "Tech"})
    ada.made("/actions", {"title": "One", "due_on": "2026-12-01"})
    ada.made("/agenda-items", {"title": "One", "department": "Tech"})
    ada.made("/meetings", {"series": "Leader meeting", "held_on": "2026-11-19"})
    ada.made("/webhooks", {"url": "https://example.com/told", "events": ["issue.*"]})
    return ada


def _path(operation: Operation, ids: dict[str, int]) -> str:
    return re.sub(r"<int:(\w+)>", lambda found: str(ids[found[1]]), operation.path)


IDS = {"issue_id": 1, "action_id": 1, "item_id": 1, "meeting_id": 1, "department_id": 1,
       "person_id": 1, "webhook_id": 1}  # fmt: skip


def _stored(world: World) -> dict[str, list[Any]]:
    """Everything in the database but the tokens, whose use is noted."""
    with world.read():
        return {
            table.name: sorted(map(str, db.session.execute(sa.select(table))))
            for table in Base.metadata.tables.values()
            if table.name not in ("api_token", "api_answer")
        }


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.name)
def test_no_odd_body_is_stored_or_fails(
    sqlite_world: World, ada: Program, operation: Operation
) -> None:
    before = _stored(sqlite_world)
    path = _path(operation, IDS)
    for raw in ODD:
        answer = ada.send(operation.method, path, raw=raw)
        assert answer.status in (400, 409, 413, 422, 428), (raw[:60], answer.status)
        if answer.status == 422 and raw[:1] == b"{":
            assert answer.fields, raw[:60]
    assert _stored(sqlite_world) == before


CONTENT_TYPES = {
    "": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415,
    "multipart/form-data; boundary=x": 415, "application/xml": 415,
    "application/json; charset=utf-8": 422, "APPLICATION/JSON": 422,
}  # fmt: skip


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.name)
def test_only_json_is_read(ada: Program, operation: Operation) -> None:
    for content_type, status in CONTENT_TYPES.items():
        answer = ada.send(
            operation.method, _path(operation, IDS), raw=b'{"nonsense": 1}',
            headers={"Content-Type": content_type},
        )  # fmt: skip
        assert answer.status == status, content_type


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.name)
def test_what_is_far_too_large_is_not_read(ada: Program, operation: Operation) -> None:
    raw = b'{"title": "' + b"x" * 1_000_001 + b'"}'
    answer = ada.send(operation.method, _path(operation, IDS), raw=raw)
    assert (answer.status, answer.code) == (413, "too_large")


def test_one_point_nought_is_one(ada: Program) -> None:
    made = ada.send(
        "POST", "/issues", raw=b'{"title": "x", "raising_department": "Tech", "severity": 2.0}'
    )
    assert (made.status, made.json["severity"]) == (201, 2)
    assert ada.send("PATCH", "/issues/2", raw=b'{"version": 1.0, "title": "y"}').status == 200


def test_text_comes_back_as_it_was_sent(ada: Program) -> None:
    text = "  indented\r\n\n<b>&amp; ünï 🧵 \\u0041</b>\n\n    code  \t"
    issue = ada.made(
        "/issues", {"title": "🧵 <script>", "description": text, "raising_department": "Tech"}
    )
    assert (issue["title"], issue["description"]) == ("🧵 <script>", text)
    assert ada.get(f"/issues/{issue['id']}").json == issue


TABLES = {
    "issues": "issue", "actions": "action", "agenda-items": "agenda_item", "meetings": "meeting",
    "departments": "department", "people": "person", "comments": "comment",
    "webhooks": "webhook",
}  # fmt: skip


def _known(operation: Operation) -> set[str]:
    assert operation.body is not None
    return {field.encode_name for field in msgspec.structs.fields(operation.body)}


def _forbidden(operation: Operation) -> list[str]:
    """Every column of the row behind an operation that its body does not name."""
    said = operation.path.rpartition("/")[2]
    table = Base.metadata.tables[TABLES[said if said in TABLES else operation.resource]]
    return sorted(set(table.columns.keys()) - _known(operation))


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.name)
def test_no_column_can_be_set_that_the_body_does_not_name(
    sqlite_world: World, ada: Program, operation: Operation
) -> None:
    before, path = _stored(sqlite_world), _path(operation, IDS)
    whole = {"title": "x", "name": "X", "email": "x@example.com", "due_on": "2026-12-01",
             "text": "x", "series": "Leader meeting", "held_on": "2026-11-26", "version": 1,
             "department": "Tech", "raising_department": "Tech", "events": ["issue.*"],
             "url": "https://example.com/"}  # fmt: skip
    body = {name: value for name, value in whole.items() if name in _known(operation)}
    columns = _forbidden(operation)
    assert columns
    for column in columns:
        answer = ada.send(operation.method, path, {**body, column: 1})
        assert (answer.status, list(answer.fields)) == (422, [column]), column
    assert _stored(sqlite_world) == before
    if operation.method == "PATCH":
        body["version"] = ada.get(path).json["version"]
    control = ada.send(operation.method, path, body)
    assert control.status in (200, 201), (control.json, json.dumps(body))
