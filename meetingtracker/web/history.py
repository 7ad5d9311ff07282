"""A happening as a sentence in the reader's language."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from meetingtracker.models.reads.history import Happening
from meetingtracker.rules.history import SENTENCES
from meetingtracker.rules.states import Stage
from meetingtracker.web.filters import day


def sentence(event: Happening) -> str | None:
    """None for what is not worth a line."""
    if event.kind not in SENTENCES:
        return None
    text, field = SENTENCES[event.kind]
    old, new = event.changes.get(field, [None, None]) if field else (None, None)
    if event.kind == "issue.stage_set" and new is None:
        return None
    return _(
        text,
        who=event.who or "Meetingtracker",
        old=_shown(event, field, old),
        new=_shown(event, field, new),
        why=event.reason or _("no reason given"),
        title=event.title,
    )


def _shown(event: Happening, field: str, value: Any) -> str:
    if value is None:
        return _("nobody") if field.endswith("_id") else "–"
    if field.endswith("_on"):
        return day(date.fromisoformat(value))
    if field == "stage":
        return _(Stage(value).label)
    if field.endswith("_id"):
        kind = "department" if field.endswith("department_id") else "person"
        return event.names.get(f"{kind}:{value}", "?")
    return str(value)
