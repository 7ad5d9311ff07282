"""The open issues board: what is stuck and what will be."""

from datetime import time, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from meetingtracker.models.reads.board import PER_PAGE, Figures, figures, lanes, table
from meetingtracker.models.reads.board_filters import BoardFilters
from meetingtracker.models.reads.cards import homes
from meetingtracker.models.reads.on_time import OnTime, on_time
from meetingtracker.models.reads.people import active_people
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.followup import ISSUE_FLAGS
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
from meetingtracker.web.cards import shown_cards
from meetingtracker.web.errors import error_page
from meetingtracker.web.filters import edges, today, zone
from meetingtracker.web.forms import say

area = Blueprint("board", __name__)
COLUMNS = (
    ("title", N_("Issue")),
    ("stage", N_("Stage")),
    ("severity", N_("Severity")),
    ("owner", N_("From and to")),
    ("person", N_("Point person")),
    ("due", N_("Next date")),
    ("age", N_("Age")),
)


@area.get("/board")
@allow(Permission.signed_in)
def index() -> str | Response:
    try:
        filters = BoardFilters.read(request.args)
    except RuleBroken as broken:
        return error_page(400, say(broken))
    departments = homes()
    shown: dict[str, object] = {}
    if filters.view == "table":
        shown["table"] = page = table(actor(), filters, edges(), departments)
        shown["pages"] = -(-page.total // PER_PAGE)
        shown["words_of"] = {"table": shown_cards(page.cards, today())}
    else:
        shown["lanes"] = found = lanes(actor(), filters, edges(), departments)
        shown["words_of"] = {lane.key: shown_cards(lane.cards, today()) for lane in found}
    return render_template(
        "board/index.html", filters=filters, figures=_figures(filters), on_time=_on_time(filters),
        departments=departments, people=active_people(), flags=ISSUE_FLAGS,
        today=today(), url=partial(_address, filters), columns=COLUMNS, **shown,
    )  # fmt: skip


def _address(filters: BoardFilters, **other: Any) -> str:
    """This board with other values in its address."""
    query: dict[str, Any] = {**filters.query(**other)}
    return url_for("board.index", **query)


def _figures(filters: BoardFilters) -> Figures:
    monday = today() - timedelta(days=today().weekday())
    since = at_local(monday, time(0), zone())
    return figures(actor(), filters, edges(), monday=monday, since=since)


def _on_time(filters: BoardFilters) -> OnTime:
    """Promises know a department, but no other filter of issues."""
    return on_time(actor(), today=today(), zone=zone(), department_id=filters.department or None)
