"""Issued minutes: the page, every version of them, and their files."""

from flask import Response, abort
from flask_babel import gettext as _

from meetingtracker.models.reads import issued_minutes as read
from meetingtracker.pages.minutes import check, steps
from meetingtracker.pages.minutes.document import document
from meetingtracker.pages.minutes.page import area, corrections, load, minutes_page
from meetingtracker.rules.minutes_reading import with_corrections
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow, found
from meetingtracker.web.errors import error_page
from meetingtracker.web.pdf import makes_pdf

__all__ = ["area", "check", "steps"]


@area.get("/meetings/<int:meeting_id>/minutes")
@allow(Permission.signed_in)
def show(meeting_id: int) -> str:
    return minutes_page(meeting_id)


@area.get("/meetings/<int:meeting_id>/minutes/<int:number>")
@allow(Permission.signed_in)
def version(meeting_id: int, number: int) -> str:
    """An older version reads as it always did."""
    if number < 1:
        abort(404)
    return minutes_page(meeting_id, number)


@area.get("/meetings/<int:meeting_id>/minutes.md")
@allow(Permission.signed_in)
def file(meeting_id: int) -> Response:
    """The newest text, byte for byte, and after it what was corrected since."""
    meeting = load(meeting_id)
    newest = found(read.latest_minutes(meeting_id))
    text = with_corrections(newest.text, corrections(read.errata_of(meeting_id)))
    return _download(text.encode(), f"minutes-{meeting.held_on}.md", "text/markdown")


@area.get("/meetings/<int:meeting_id>/minutes/<int:number>.md")
@allow(Permission.signed_in)
def frozen(meeting_id: int, number: int) -> Response:
    """The text of one version alone: the one whose hash the page shows."""
    meeting = load(meeting_id)
    row = found(read.minutes_of(meeting_id, number))
    name = f"minutes-{meeting.held_on}-version-{number}.md"
    return _download(row.text.encode(), name, "text/markdown")


@area.get("/meetings/<int:meeting_id>/minutes.pdf")
@allow(Permission.signed_in)
def pdf(meeting_id: int) -> Response:
    """As a document to file: the text, its corrections, signatures, version and hash."""
    meeting = load(meeting_id)
    newest = found(read.latest_minutes(meeting_id))
    if not makes_pdf():
        return error_page(
            501, _("Whoever runs this server can add PDF files: pip install 'meetingtracker[pdf]'. "
                   "The minutes' own page prints well, also into a file."),
            title=_("PDF files are not set up here"),
        )  # fmt: skip
    return _download(document(meeting, newest), f"minutes-{meeting.held_on}.pdf", "application/pdf")


def _download(data: bytes, name: str, mimetype: str) -> Response:
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
