"""The two ways in which the API changes rows: `created` for a POST, `changed` for a PATCH."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec
from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from meetingtracker.api.declare import written
from meetingtracker.api.refused import Refused, refused_by
from meetingtracker.api.repeat import keep
from meetingtracker.db import writing
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.web.access import found, require

Row = TypeVar("Row", bound=Recorded)


class Patch(Protocol):
    """What every PATCH may carry."""

    @property
    def version(self) -> int | msgspec.UnsetType: ...


def created(act: Callable[[], object]) -> Response:
    """Run `act` in a write: it makes the row and returns the whole object to answer with."""
    try:
        return _created(act)
    except IntegrityError:  # somebody took a unique value meanwhile: look at theirs
        try:
            return _created(act)
        except IntegrityError:
            raise Refused(409) from None


def _created(act: Callable[[], object]) -> Response:
    with writing():
        answer = written(act(), 201)
        keep(answer)
    return answer


def changed(
    patch: Patch,
    *,
    load: Callable[[], Row | None],
    allowed: Callable[[Row], bool],
    act: Callable[[Row], object],
    show: Callable[[], object],
) -> Response:
    """Change one row, as one version: 404, 403, 428, 409 with the whole object, then `act`.

    `allowed`: whether the actor may change anything of it; `act` asks for each part. `show` makes
    the whole object.
    """
    require(allowed(found(load())))
    refused: RuleBroken | None = None
    try:
        with writing():
            row = found(load())
            require(allowed(row))
            if not _is_stale(patch, row.version):
                with row.as_one_version():
                    act(row)
                return written(show())
    except RuleBroken as broken:
        refused = broken
    except (StaleDataError, IntegrityError):
        pass  # somebody was faster by less than a lock: as stale as any other
    current = show()
    if refused is not None:
        raise refused_by(refused, current=current)
    raise Refused(409, current=current)


def _is_stale(patch: Patch, version: int) -> bool:
    """Whether the caller read another version. 428 if they do not say which one they read."""
    header = request.headers.get("If-Match")
    given: list[Any] = [] if patch.version is msgspec.UNSET else [str(patch.version)]
    if header is not None:
        given.append(header.strip().removeprefix("W/").strip('"'))
    if not given:
        raise Refused(428, fields={"version": _("Send the version that you read.")})
    return any(read != str(version) for read in given)
