"""The log of decisions: what was decided, why, whose it is."""

from datetime import date

from flask import Blueprint, abort, render_template, request, url_for

from meetingtracker.models.reads.decisions import decision_log
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
from meetingtracker.web.forms import clean

area = Blueprint("decisions", __name__)
LONGEST = 200
"""Characters of a search that are looked for."""


@area.get("/decisions")
@allow(Permission.signed_in)
def index() -> str:
    words = (clean(request.args.get("q")) or "")[:LONGEST]
    log = decision_log(actor(), words=words, after=_cursor(request.args.get("after")))
    return render_template(
        "decisions/index.html",
        log=log,
        words=words,
        more=url_for("decisions.index", q=words or None, after=log.next_cursor),
    )


def _cursor(text: str | None) -> tuple[date, int] | None:
    if not text:
        return None
    day, _dot, row = text.partition(".")
    try:
        return date.fromisoformat(day), int(row)
    except ValueError:
        abort(400)
