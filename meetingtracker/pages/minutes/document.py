"""The minutes as a PDF document to file."""

from flask import render_template

from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.reads import issued_minutes as read
from meetingtracker.rules.minutes_reading import overview
from meetingtracker.web.filters import organisation
from meetingtracker.web.pdf import pdf_of


def document(meeting: Meeting, version: MinutesVersion) -> bytes:
    """Without the annex: a file travels further than a page."""
    html = render_template(
        "minutes/document.html",
        meeting=meeting,
        version=version,
        overview=overview(version.text),
        errata=[e for e in read.errata_of(meeting.id) if e.number is not None],
        organisation=organisation(),
    )
    return pdf_of(html, sheet="minutes.css")
