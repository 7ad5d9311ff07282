"""What every list answers, and the cursor that leads to its next slice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from msgspec import UNSET

from meetingtracker.api.fields import ListQuery
from meetingtracker.api.refused import Refused
from meetingtracker.models.reads.api.lists import Slice, Window
from meetingtracker.models.reads.api.names import department_named, person_known

Item = TypeVar("Item")
NONE = "none"
"""Asked for in a filter: no department, no person."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """A slice of a list, the newest first. `total` counts all of it, `next` leads on."""

    items: list[Item]
    total: int
    next: str | None


def window_of(query: ListQuery) -> Window:
    return Window(query.limit, _read(query.cursor) if query.cursor else None, query.q)


def listed(found: Slice[Item]) -> Listed[Item]:
    onward = None if found.last_id is None else str(_signer().dumps(found.last_id))
    return Listed(found.items, found.total, onward)


def _signer() -> URLSafeSerializer:
    """Bound to its list: a cursor of another one leads nowhere."""
    return URLSafeSerializer(current_app.secret_key or "", salt=f"cursor:{request.path}")


def _read(cursor: str) -> int:
    try:
        return int(_signer().loads(cursor))
    except (BadData, ValueError):
        raise Refused(422, fields={"cursor": _("This list gave no such cursor.")}) from None


def filters_of(query: ListQuery, **ids: Callable[[str, str], int]) -> Mapping[str, Any]:
    """The filters that were sent; `ids` names those that are looked up, and how."""
    found: dict[str, Any] = {}
    for name in query.__struct_fields__:
        value = getattr(query, name)
        if value is UNSET or name in ListQuery.__struct_fields__:
            continue
        if name in ids:
            value = None if value == NONE else ids[name](value, name)
        found[name] = value
    return found


def any_department(name: str, field: str) -> int:
    return department_named(name, field, closed_too=True)


def anybody(email: str, field: str) -> int:
    return person_known(email, field, gone_too=True)
