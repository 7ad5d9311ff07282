"""Strict reading of what a program sends: every fault is named, nothing is guessed."""

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from flask import request
from flask_babel import gettext as _

from meetingtracker.api.refused import Refused
from meetingtracker.web.forms import EARLIEST, LATEST

LARGEST = 1_000_000
"""Bytes of one JSON body: ten thousand characters in the longest spelling are a tenth of it."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Body = TypeVar("Body", bound=msgspec.Struct)


def read_body(kind: type[Body]) -> Body:
    """The JSON body as a struct. Refused with 400, 413, 415, or 422 and a sentence per field."""
    if request.mimetype != "application/json":
        raise Refused(415)
    request.max_content_length = LARGEST
    try:
        given = _parsed(request.get_data().decode())
    except (ValueError, RecursionError):  # also bytes that are no UTF-8
        raise Refused(400, _("The body is not JSON that can be read.")) from None
    if not isinstance(given, dict):
        raise Refused(422, _("Send a JSON object."))
    return _struct(kind, given, strict=True)


def read_query(kind: type[Body]) -> Body:
    """The query parameters as a struct; each may stand once."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Refused(422, fields={name: _("Give it once.") for name in twice})
    return _struct(kind, request.args.to_dict(), strict=False)


def _parsed(text: str) -> Any:
    return json.loads(
        text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_number,
        parse_int=_whole,
    )  # fmt: skip


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Which of two values of one name counts, readers disagree about."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(word)


class _Huge:
    """A number larger than anything stored: well-formed, and right for no field."""


def _number(text: str) -> float | int | _Huge:
    """JSON knows one kind of number: 1.0 is as whole as 1."""
    value = float(text)
    if abs(value) >= 2**63:
        return _Huge()
    return int(value) if value.is_integer() else value


def _whole(text: str) -> int | _Huge:
    return int(text) if len(text) <= 19 else _Huge()


def _struct(kind: type[Body], given: Mapping[str, Any], *, strict: bool) -> Body:
    """Field by field, so that all faults come at once and each beside its name."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in given.keys() - known.keys():
        faults[_shown(name)] = _("There is no such field here, or it can only be read.")
    for name, field in known.items():
        if name not in given:
            if field.required:
                faults[name] = _("This is needed.")
            continue
        try:
            values[field.name] = _converted(given[name], field.type, strict=strict)
        except (msgspec.ValidationError, ValueError) as error:
            faults[name] = _said(error)
    if faults:
        raise Refused(422, fields=faults)
    return kind(**values)


def _converted(value: Any, kind: Any, *, strict: bool) -> Any:
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise ValueError(_("It holds a character that can't be stored."))
    made = msgspec.convert(value, kind, strict=strict)
    if hasattr(made, "isocalendar") and not EARLIEST <= made <= LATEST:
        raise ValueError(_("Give a date between 1970 and 2200."))
    return made


def _said(error: Exception) -> str:
    return _("Give one line of text.") if "matching regex" in str(error) else str(error)


def _shown(name: str) -> str:
    """A name that was sent, fit to be sent back."""
    return name.encode("utf-8", "replace").decode()[:80]
