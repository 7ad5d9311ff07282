"""The history of everything one may see, to filter, to read, to take along."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask import url_for as url
from flask_babel import gettext as _

from meetingtracker.models.reads.audit import (
    SUBJECTS,
    AuditFilters,
    AuditRow,
    audit,
    every_row,
    read_filters,
)
from meetingtracker.models.reads.people import people_and_homes
from meetingtracker.rules.csv_rows import write_csv
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
from meetingtracker.web.change import Answer
from meetingtracker.web.filters import today, zone
from meetingtracker.web.forms import say

area = Blueprint("audit", __name__)

COLUMNS = ("id", "at", "who", "kind", "subject", "subject_id", "reason", "field", "old", "new")
# Fields that hold a word of a list, such as in_progress.
LISTED = {"carried", "outcome", "stage", "state", "status"}
PAGES = {
    "action": ("actions.show", "action_id"),
    "agenda_item": ("agenda.show", "item_id"),
    "department": ("people.index", ""),
    "issue": ("issues.show", "issue_id"),
    "meeting": ("meetings.show", "meeting_id"),
    "person": ("people.show", "person_id"),
}


@area.get("/history")
@allow(Permission.signed_in)
def index() -> Answer:
    try:
        filters = read_filters(request.args)
    except RuleBroken as broken:
        nothing = AuditFilters(None, "", None, None, None)
        return _page(nothing, [], 0, refusal=say(broken)), 422
    rows, total = audit(actor(), filters, zone())
    return _page(filters, rows, total)


def _page(filters: AuditFilters, rows: list[AuditRow], total: int, refusal: str = "") -> str:
    asked: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "before"
    }
    return render_template(
        "audit/index.html", filters=filters, rows=rows, total=total, refusal=refusal,
        people=people_and_homes(), subjects=[(s, _subject(s)) for s in SUBJECTS],
        subject=_subject, shown=_shown, page_of=_page_of,
        more=url("audit.index", **asked, before=rows[-1].id) if rows else None,
        file=url("audit.export", **asked),
    )  # fmt: skip


def _subject(kind: str) -> str:
    words = {
        "action": _("Action"), "agenda_item": _("Agenda item"), "absence": _("Absence"),
        "api_token": _("API token"), "comment": _("Comment"), "decision": _("Decision"),
        "department": _("Department"), "issue": _("Issue"), "meeting": _("Meeting"),
        "organisation": _("Settings"), "person": _("Person"), "placement": _("Placement"),
        "second_factor": _("Second factor"), "series": _("Series"),
    }  # fmt: skip
    return words.get(kind, kind.replace("_", " ").capitalize())


def _shown(field: str, value: str) -> str:
    """Words of our own lists without their underscores; what people wrote stays as it is."""
    return value.replace("_", " ") if field in LISTED else value


def _page_of(row: AuditRow) -> str:
    endpoint, parameter = PAGES.get(row.subject_type, ("", ""))
    if not endpoint:
        return ""
    named: dict[str, Any] = {parameter: row.subject_id} if parameter else {}
    return url(endpoint, **named)


@area.get("/history.csv")
@allow(Permission.signed_in)
def export() -> Answer:
    try:
        filters = read_filters(request.args)
    except RuleBroken as broken:  # it repeats what was asked, so never as HTML
        return Response(say(broken), 422, content_type="text/plain; charset=utf-8")
    current_app.logger.info("export of the history by %s", actor().id)
    by = actor()
    lines = (
        (row.id, row.at.isoformat(), row.who, row.kind, row.subject_type, row.subject_id,
         row.reason, *change)
        for row in every_row(by, filters, zone())
        for change in row.changes or [("", "", "")]
    )  # fmt: skip
    answer = Response(
        stream_with_context(write_csv(COLUMNS, lines)), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="history-{today()}.csv"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
