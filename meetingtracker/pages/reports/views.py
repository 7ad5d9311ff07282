"""Reports: the early warning's record, and the lists behind its figures."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from meetingtracker.models.reads.action_list import ActionFilters, action_list, actions_by_id
from meetingtracker.models.reads.early_warnings import likely_late
from meetingtracker.models.reads.filters import NOBODY
from meetingtracker.models.reads.warning_record import KINDS, WEEKS, record_ids, warning_record
from meetingtracker.rules.followup import Flag
from meetingtracker.rules.permissions import Permission
from meetingtracker.rules.warning_marks import BY_DEPARTMENT_FROM
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.filters import calendar, edges, today, zone

area = Blueprint("reports", __name__)
# What is always listed, whatever the score says.
_LISTED = (
    (_l("To be watched"), ActionFilters(flag=Flag.watch)),
    (_l("Overdue"), ActionFilters(flag=Flag.overdue)),
    (_l("Nobody has it"), ActionFilters(owner=NOBODY)),
    (_l("Blocked, and the next look is over"), ActionFilters(look="past")),
    (_l("Moved twice or more"), ActionFilters(flag=Flag.moved_twice)),
)


@area.get("/reports")
@allow(Permission.signed_in)
def index() -> Response:
    return redirect(url_for("reports.early_warning"))


@area.get("/reports/early-warning")
@allow(Permission.signed_in)
def early_warning() -> str:
    """What is at risk now, and how right such warnings were."""
    return render_template(
        "reports/early_warning.html", likely=likely_late(actor(), edges()),
        listed=[(label, filters.query(), _total(filters)) for label, filters in _LISTED],
        record=warning_record(actor(), today(), zone()), weeks=WEEKS, today=today(),
        department_from=BY_DEPARTMENT_FROM,
    )  # fmt: skip


def _total(filters: ActionFilters) -> int:
    page = action_list(actor(), filters, today(), calendar(), zone=zone(), limit=1)
    return page.total


@area.get("/reports/early-warning/<kind>")
@allow(Permission.signed_in)
def warned(kind: str) -> str:
    """The promises behind a figure of the record."""
    found(kind if kind in KINDS else None)
    ids = record_ids(kind, actor(), today(), zone())
    return render_template(
        "reports/warned.html", kind=kind, total=len(ids), weeks=WEEKS, today=today(),
        rows=actions_by_id(actor(), ids[:100], edges()),
    )  # fmt: skip
