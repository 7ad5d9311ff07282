"""How an operation of the API is declared: once, for the router, the reader and /openapi.json."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import msgspec
from flask import Blueprint, Response

from meetingtracker import clock
from meetingtracker.api.body import read_body, read_query
from meetingtracker.api.limits import limit
from meetingtracker.api.refused import Refused, refused_by
from meetingtracker.api.repeat import answered_once
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import bearer, holder

area = Blueprint("api", __name__)
PREFIX = "/api/v1"
View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """One method of one address. `path` is Flask's, without the prefix."""

    method: str
    path: str
    name: str
    summary: str
    permission: Permission
    answer: Any
    body: type[msgspec.Struct] | None
    query: type[msgspec.Struct] | None

    @property
    def status(self) -> int:
        return 201 if self.method == "POST" else 200

    @property
    def resource(self) -> str:
        return self.path.split("/")[1]


OPERATIONS: list[Operation] = []


def operation(
    method: str,
    path: str,
    *,
    answer: Any,
    body: type[msgspec.Struct] | None = None,
    query: type[msgspec.Struct] | None = None,
    permission: Permission = Permission.signed_in,
) -> Callable[[View], View]:
    """Declare a view. It is given the path's ids, and `body` and `query` already read.

    A GET returns what it answers; a POST or PATCH returns the response that `created` or `changed`
    made within the write. The first line of its docstring becomes the summary.
    """

    def declare(view: View) -> View:
        summary = (view.__doc__ or "").strip().splitlines()[0]
        OPERATIONS.append(
            Operation(
                method, path, view.__name__, summary, permission, answer, body, query
            )
        )  # fmt: skip

        @bearer(permission)
        @wraps(view)
        def run(**given: Any) -> Response:
            try:
                wait = limit.wait(holder().token_id, at=clock.now())
                if wait is not None:
                    raise Refused(429, retry_after=wait)
                asked = read_query(query or Nothing)
                if query is not None:
                    given["query"] = asked
                if body is not None:
                    given["body"] = read_body(body)
                if method == "POST":
                    return answered_once(lambda: view(**given))
                made = view(**given)
                return made if isinstance(made, Response) else written(made)
            except RuleBroken as broken:
                return refused_by(broken).answer()
            except Refused as refused:
                return refused.answer()

        area.add_url_rule(PREFIX + path, view.__name__, run, methods=[method])
        return run

    return declare


class Nothing(msgspec.Struct):
    """An address without query parameters."""


def written(made: object, status: int = 200) -> Response:
    """The object as JSON; its version, if it has one, is also its ETag."""
    answer = Response(msgspec.json.encode(made), status, mimetype="application/json")
    version = getattr(made, "version", None)
    if version is not None:
        answer.headers["ETag"] = f'"{version}"'
    return answer
