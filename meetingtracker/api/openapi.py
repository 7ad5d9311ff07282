"""OpenAPI 3.1, and the readable page, from the same declarations that the router has."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from meetingtracker.api.declare import OPERATIONS, PREFIX, Operation
from meetingtracker.rules.permissions import Permission

_REF = "#/components/schemas/{name}"
_PATH_ID = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_MEANINGS = {
    400: "Not JSON that can be read",
    401: "No valid token",
    403: "You may see this, but not change it; or the token may only read",
    404: "No such thing, or not for you to see",
    409: "Changed meanwhile, or its state forbids it; `current` is what stands now",
    413: "Too large",
    415: "Not JSON",
    422: "Fields that can't be used, each with its reason",
    428: "The version that was read is missing",
    429: "Too many requests; see Retry-After",
    503: "Busy; see Retry-After",
}
_READING = (401, 403, 404, 422, 429, 503)
_WRITING = (400, *_READING, 409, 413, 415)


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the readable page."""

    name: str
    kind: str
    note: str
    required: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation on the readable page; `scope` is what its token must be able to do."""

    method: str
    path: str
    summary: str
    note: str
    scope: str
    administrators: bool
    query: list[Field]
    body: list[Field]
    answer: list[Field]


class Failure(msgspec.Struct):
    """`code` is a word; `fields` says for each field that was refused why."""

    code: str
    message: str
    fields: dict[str, str]


class Refusal(msgspec.Struct, omit_defaults=True):
    """Every answer that is not a success. `current`: the whole object, where a change is late."""

    error: Failure
    current: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


@cache
def description(root: str) -> bytes:
    """The document; `root` is the path that the application is served under."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(_template(operation), {})[operation.method.lower()] = _described(operation)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Meetingtracker", "version": "1"},
            "servers": [{"url": root or "/"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": _schemas()[1],
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


@cache
def reference() -> dict[str, list[Entry]]:
    """What the readable page shows, by resource."""
    found: dict[str, list[Entry]] = {}
    for operation in OPERATIONS:
        found.setdefault(operation.resource, []).append(_entry(operation))
    return found


@cache
def _schemas() -> tuple[dict[Any, Any], dict[str, Any]]:
    """A schema for each type that is declared, and the components they refer to."""
    types: list[Any] = [Refusal]
    for operation in OPERATIONS:
        for kind in (operation.answer, operation.body, operation.query):
            if kind is not None and kind not in types:
                types.append(kind)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    return dict(zip(types, schemas, strict=True)), components


def _template(operation: Operation) -> str:
    return re.sub(r"<int:(\w+)>", r"{\1}", PREFIX + operation.path)


def _described(operation: Operation) -> dict[str, Any]:
    schemas, _components = _schemas()
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.resource],
        "parameters": _parameters(operation),
        "responses": {
            str(operation.status): {
                "description": "Done",
                "content": {"application/json": {"schema": schemas[operation.answer]}},
            }
        },
    }
    if operation.body is not None:
        content = {"application/json": {"schema": schemas[operation.body]}}
        found["requestBody"] = {"required": True, "content": content}
    refusals = list(_READING if operation.method == "GET" else _WRITING)
    if operation.method == "PATCH":
        refusals.append(428)
    for status in sorted(refusals):
        found["responses"][str(status)] = {
            "description": _MEANINGS[status],
            "content": {"application/json": {"schema": schemas[Refusal]}},
        }
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": _PATH_ID}
        for name in re.findall(r"<int:(\w+)>", operation.path)
    ]
    for name, schema in _properties(operation.query).items():
        found.append({"name": name, "in": "query", "required": False, "schema": schema})
    text = {"type": "string", "minLength": 1, "maxLength": 255}
    if operation.method == "POST":
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": text})
    if operation.method == "PATCH":
        found.append({"name": "If-Match", "in": "header", "required": False, "schema": text})
    return found


def _component(kind: Any) -> dict[str, Any]:
    if kind is None:
        return {}
    schemas, components = _schemas()
    found: dict[str, Any] = components[schemas[kind]["$ref"].rpartition("/")[2]]
    return found


def _properties(kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = _component(kind).get("properties", {})
    return found


def _entry(operation: Operation) -> Entry:
    return Entry(
        method=operation.method,
        path=_template(operation),
        summary=operation.summary,
        note=_component(operation.body).get("description", "").replace("`", ""),
        scope="read" if operation.method == "GET" else "write",
        administrators=operation.permission is Permission.administer,
        query=_fields(operation.query),
        body=_fields(operation.body),
        answer=_fields(operation.answer),
    )


def _fields(kind: Any) -> list[Field]:
    required = _component(kind).get("required", [])
    return [
        Field(name, _words(schema), schema.get("description", ""), name in required)
        for name, schema in _properties(kind).items()
    ]


def _words(schema: dict[str, Any]) -> str:
    """A schema in a few words: "text up to 255", "one of low, normal, high"."""
    if "$ref" in schema:
        known = _schemas()[1][schema["$ref"].rpartition("/")[2]]
        return _words(known) if "enum" in known else "object"
    if "anyOf" in schema:
        return " or ".join(_words(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    kind = {"string": "text", "array": "list", "null": "null"}.get(schema["type"], schema["type"])
    kind = schema.get("format", kind)
    if "maxLength" in schema:
        kind += f" up to {schema['maxLength']}"
    if "maximum" in schema and schema["maximum"] < 2**31 - 1:
        kind += f" {schema['minimum']} to {schema['maximum']}"
    if "items" in schema:
        kind += f" of {_words(schema['items'])}"
    return str(kind)
