"""Earlier years of the leader meeting: the small company's meetings, copied back in time."""

from datetime import timedelta

import sqlalchemy as sa

from meetingtracker.cli.demo.clone import Cast, Copier, Part
from meetingtracker.db import db, writing
from meetingtracker.markup.document import render_document
from meetingtracker.models.agenda_item import AgendaItem, Note, Placement
from meetingtracker.models.decision import Decision
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.reads.minutes import held, minutes_facts
from meetingtracker.rules.minutes import minutes_markdown
from meetingtracker.rules.states import MeetingState

BLOCK = timedelta(weeks=39)
"""The small company's nine months."""


def copy_meetings(*, blocks: int) -> None:
    """Add `blocks` times nine months before the first meeting, each with minutes of its own."""
    copier = Copier(
        ("meeting", "agenda_item", "placement", "attendance", "note", "decision"),
        kept=frozenset({"series"}),
    )
    parts = _over(copier)
    for block in range(1, blocks):
        with writing() as session:
            ids = copier.ids(session, (part.key for part in parts))
            cast = Cast({}, {}, -block * BLOCK)
            cast.ids = {part.key: next(ids[part.key[0]]) for part in parts}
            copier.copy(parts, cast)
            copier.insert(session)
            copied = [cast.ids[part.key] for part in parts if part.key[0] == "meeting"]
        _write_minutes(copied)


def _over(copier: Copier) -> list[Part]:
    """The meetings that have minutes, with items that are over."""
    session = db.session()
    over = sa.select(Meeting.id).where(Meeting.state == MeetingState.issued)
    meetings = list(session.scalars(over))
    items = list(
        session.scalars(
            sa.select(AgendaItem.id).where(
                AgendaItem.carried.is_not(None),
                AgendaItem.in_pool.is_(False),
                AgendaItem.id.not_in(
                    sa.select(Placement.item_id).where(Placement.meeting_id.not_in(over))
                ),
            )
        )
    )
    placed = list(session.scalars(sa.select(Placement.id).where(Placement.item_id.in_(items))))
    return [
        *copier.read("meeting", Meeting.id.in_(meetings)),
        *copier.read("agenda_item", AgendaItem.id.in_(items)),
        *copier.read("placement", Placement.id.in_(placed)),
        *copier.read("attendance", Attendance.meeting_id.in_(meetings)),
        *copier.read("note", Note.placement_id.in_(placed)),
        *copier.read("decision", Decision.placement_id.in_(placed)),
    ]


def _write_minutes(meeting_ids: list[int]) -> None:
    """Rendered before the write, as the pages do."""
    ready = []
    for meeting in db.session().scalars(sa.select(Meeting).where(Meeting.id.in_(meeting_ids))):
        minutes = minutes_markdown(minutes_facts(held(meeting)))
        ready.append((meeting.id, meeting.issued_at, minutes, render_document(minutes.text)))
    with writing() as session:
        for meeting_id, issued_at, minutes, html in ready:
            session.add(
                MinutesVersion(
                    meeting_id=meeting_id, number=1, text=minutes.text, html=html,
                    sha256=minutes.sha256, issued_by_id=None, issued_at=issued_at,
                )
            )  # fmt: skip
