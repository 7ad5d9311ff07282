"""A happening as a sentence in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from meetingtracker.models.comment import Comment
from meetingtracker.models.decision import Decision
from meetingtracker.models.reads.history import Happening
from meetingtracker.rules.errors import N_
from meetingtracker.rules.history import SENTENCES
from meetingtracker.rules.states import Change, Stage
from meetingtracker.web.filters import day

_TRIAGED = N_("%(who)s triaged it")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline: a comment, a decision, or what happened in a sentence."""

    at: datetime
    text: str = ""
    comment: Comment | None = None
    decision: Decision | None = None


def timeline(
    comments: Iterable[Comment], events: Iterable[Happening], decisions: Iterable[Decision] = ()
) -> list[Line]:
    """Everything in one line of time, oldest first."""
    lines = [Line(comment.at, comment=comment) for comment in comments]
    lines += [Line(decision.created_at, decision=decision) for decision in decisions]
    lines += [Line(event.at, text) for event in events if (text := sentence(event))]
    return sorted(lines, key=lambda line: line.at)


def sentence(event: Happening) -> str | None:
    """None for what is not worth a line."""
    if event.kind not in SENTENCES:
        return None
    text, field = SENTENCES[event.kind]
    old, new = event.changes.get(field, [None, None]) if field else (None, None)
    if event.kind == "issue.triaged" and new is None:  # only the owning department was named
        text = _TRIAGED
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
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.endswith("_on"):
        return day(date.fromisoformat(value))
    if field == "stage":
        return _(Stage[value].label)
    if field == "change":
        return _(Change[value].label)
    if field.endswith("_id"):
        kind = "department" if field.endswith("department_id") else "person"
        return event.names.get(f"{kind}:{value}", "?")
    return str(value)
