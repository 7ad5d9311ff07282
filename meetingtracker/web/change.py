"""The one way in which a page changes a row: load, ask, check the form, compare, act, redirect."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker.db import writing
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.web.access import found, require
from meetingtracker.web.forms import Versioned, VersionedForm

Answer = str | Response | tuple[str, int]
Row = TypeVar("Row", bound=Versioned)


class Again(Protocol):
    """Renders the page again with the refused form, everything typed still in it."""

    def __call__(self, form: VersionedForm) -> str: ...


def change(
    form: VersionedForm,
    *,
    load: Callable[[], Row | None],
    allowed: Callable[[Row], bool],
    act: Callable[[Row], object],
    again: Again,
    done: str,
) -> Answer:
    """Change one row by a posted form.

    404 for what the actor may not see, 403 for what they may not change, 422 for a refused form,
    409 for a stale one (the page shows what stands now beside what was typed), else a redirect.
    `load` and `allowed` are asked again inside the write; `act` does the change there.
    """
    require(allowed(found(load())))
    if not form.validate():
        return again(form), 422
    try:
        with writing():
            row = found(load())
            require(allowed(row))
            if form.is_stale(row):
                raise Stale(row.version)
            act(row)
    except Stale as stale:
        form.version.data = stale.version
        form.form_errors.append(
            _("This has changed since you opened it. Look at what it says now, then send it again.")
        )
        return again(form), 409
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return again(form), 422
    return redirect(done)


def flash_undo(text: str, undo_url: str) -> None:
    """Say what was done on the next page, with a button that takes it back."""
    flash({"text": text, "undo_url": undo_url})  # type: ignore[arg-type]  # any JSON is kept


class Stale(Exception):
    """The form was made from an older version; `version` is the one that stands now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version
