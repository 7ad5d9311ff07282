"""Search: a number jumps to its issue, words find whatever one may see."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from meetingtracker.models.reads.filters import read_number, read_text, read_word
from meetingtracker.models.reads.search import FEW, KINDS, issue_exists, search
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
from meetingtracker.web.errors import error_page
from meetingtracker.web.forms import say

area = Blueprint("search", __name__)


@area.get("/search")
@allow(Permission.signed_in)
def index() -> str | Response:
    try:
        words = read_text(request.args)
        kind = read_word(request.args, "kind", ("", *KINDS), "")
        page = read_number(request.args, "page", 1, 10_000) or 1
    except RuleBroken as broken:
        return error_page(400, say(broken))
    number = _number(words)
    if number is not None and issue_exists(actor(), number):
        return redirect(url_for("issues.show", issue_id=number))
    found = search(actor(), words, kind, page if kind else 1) if words else {}
    return render_template(
        "search/index.html", words=words, kind=kind, page=page, found=found,
        total=sum(part.total for part in found.values()), few=FEW,
    )  # fmt: skip


def _number(words: str) -> int | None:
    """The issue meant by "#214" or "214"."""
    digits = words.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
