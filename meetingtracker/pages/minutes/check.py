"""A page on which anybody can check a file, a text or a hash; nothing of it is kept."""

import re

from flask import make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker.db import writing
from meetingtracker.models.reads.issued_minutes import Known, known_by_hash
from meetingtracker.pages.minutes.forms import CheckForm
from meetingtracker.pages.minutes.page import area
from meetingtracker.rules.minutes_reading import hashes_of
from meetingtracker.web.access import public, visitor
from meetingtracker.web.filters import organisation
from meetingtracker.web.throttle import Closed, count_ask, refuse_closed

LARGEST = 1_000_000  # bytes of a file
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


@area.route("/minutes/check", methods=["GET", "POST"])
@public("whoever was given minutes can see whether they are the ones that were issued")
def check() -> str | Response:
    form = CheckForm() if request.method == "POST" else CheckForm(formdata=None)
    if request.method == "GET":
        return _page(form)
    try:
        with writing():
            count_ask("checks")
    except Closed as closed:
        return refuse_closed(closed, form, lambda: _page(form), meanwhile=False)
    hashes = _hashes(form) if form.validate() else None
    if hashes is None:
        return make_response(_page(form), 422)
    who = visitor()
    return _page(form, hashes, known_by_hash(who.actor if who else None, hashes))


def _hashes(form: CheckForm) -> list[str] | None:
    """What to look for; None, and an error beside the field, if nothing useful was given."""
    if form.file.data:
        with form.file.data.stream as upload:
            data = upload.read(LARGEST + 1)
        if len(data) <= LARGEST:
            return hashes_of(data)
        form.file.errors = [_("That is larger than any minutes: at most 1 MB.")]
        return None
    if form.text.data:
        return hashes_of(form.text.data.encode())
    digest = _DIGEST.search(form.digest.data or "")
    if digest:
        return [digest[0].lower()]
    if form.digest.data:
        form.digest.errors = [_("A SHA-256 hash has 64 characters: digits and a to f.")]
    else:
        form.form_errors.append(_("Choose a file, or give its text or a hash."))
    return None


def _page(form: CheckForm, hashes: list[str] | None = None, known: Known | None = None) -> str:
    return render_template(
        "minutes/check.html", form=form, hashes=hashes, known=known, organisation=organisation()
    )
