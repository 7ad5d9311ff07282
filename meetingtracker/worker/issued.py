"""What the mails with issued minutes say, to colleagues with a link and to outsiders without."""

from typing import Any

from meetingtracker import clock, markup
from meetingtracker.db import db
from meetingtracker.markup.document import without_links
from meetingtracker.models.acts.mail_minutes import TO_PERSON
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.minutes import Erratum
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.reads.issued_minutes import minutes_of
from meetingtracker.models.reads.meetings import visible_meeting
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.minutes_reading import Line, difference
from meetingtracker.web.forms import markup as declared_safe
from meetingtracker.worker.letter import one_line
from meetingtracker.worker.queue import Moot

LONGEST_SERIES = 120


def minutes_values(row: Outbox, base_url: str) -> dict[str, Any]:
    """For the templates of both kinds. Raises Moot for whoever may not see them any more."""
    meeting_id, number = row.params["meeting_id"], row.params["number"]
    colleague = row.kind == TO_PERSON
    if colleague and visible_meeting(actor(row.person_id, at=clock.now()), meeting_id) is None:
        raise Moot("They may not see these minutes any more.")
    meeting = db.session.get_one(Meeting, meeting_id)
    version = minutes_of(meeting_id, number)
    assert version is not None  # nobody deletes one
    erratum_id = row.params.get("erratum_id")
    html = markup.resolve(version.html, base_url) if colleague else without_links(version.html)
    return {
        "series": one_line(meeting.series.name, LONGEST_SERIES),
        "held_on": meeting.held_on,
        "number": number,
        "reason": version.reason,
        "changes": _changes(meeting_id, number, version.text),
        "erratum": db.session.get_one(Erratum, erratum_id) if erratum_id else None,
        "text": version.text,
        "html": declared_safe(html),
        "sha256": version.sha256,
        "url": f"{base_url}/meetings/{meeting_id}/minutes" if colleague else "",
        "check_url": f"{base_url}/minutes/check",
        "colleague": colleague,
    }


def _changes(meeting_id: int, number: int, text: str) -> list[Line]:
    before = minutes_of(meeting_id, number - 1)
    return difference(before.text, text) if before else []
