"""Past meetings, in the form in which an import reads them back."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.issue import visible_issues
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.reads.exports import Table, own_mark
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState, Presence

COLUMNS = ("series", "date", "key", "title", "department", "outcome", "notes")


def exported_series(actor: Actor | None) -> list[dict[str, Any]]:
    """Every visible series with its people and its meetings that have minutes."""
    query = sa.select(Series).order_by(Series.id)
    if actor is not None:
        query = query.where(visible_series(actor))
    mark = own_mark()
    return [_series(series, actor, mark) for series in db.session().scalars(query)]


def meetings_table(actor: Actor | None) -> Table:
    """One line for each item in each meeting."""
    return Table(COLUMNS, _lines(actor))


def _lines(actor: Actor | None) -> Iterator[tuple[Any, ...]]:
    for series in exported_series(actor):
        for meeting in series["meetings"]:
            for item in meeting["items"]:
                yield (
                    series["series"]["name"], meeting["date"], item["key"], item["title"],
                    item["department"], item["outcome"], item["notes"],
                )  # fmt: skip


def _series(series: Series, actor: Actor | None, mark: str) -> dict[str, Any]:
    meetings = db.session().scalars(
        sa.select(Meeting)
        .where(
            Meeting.series_id == series.id,
            Meeting.state.in_((MeetingState.issued, MeetingState.approved)),
        )
        .options(selectinload(Meeting.attendances).joinedload(Attendance.person))
        .order_by(Meeting.held_on, Meeting.id)
    )
    items = _items(series.id, actor, mark)
    people: dict[str, str] = {}
    exported = []
    for meeting in meetings:
        present = [a.person for a in meeting.attendances if a.presence is Presence.present]
        people |= {person.email: person.name for person in present}
        exported.append(
            {
                "date": meeting.held_on.isoformat(),
                "present": [person.email for person in present],
                "items": items.get(meeting.id, []),
            }
        )
    return {
        "series": {
            "name": series.name,
            "weekday": series.weekday,
            "time": f"{series.start_time:%H:%M}",
            "timezone": series.zone,
            "minutes": series.minutes,
        },
        "people": [{"email": email, "name": name} for email, name in people.items()],
        "meetings": exported,
    }


def _items(series_id: int, actor: Actor | None, mark: str) -> dict[int, list[dict[str, Any]]]:
    query = (
        sa.select(Placement)
        .join(Placement.item)
        .outerjoin(AgendaItem.issue)
        .where(AgendaItem.series_id == series_id, Placement.outcome.is_not(None))
        .options(
            joinedload(Placement.item).joinedload(AgendaItem.department),
            selectinload(Placement.notes),
        )
        .order_by(Placement.meeting_id, Placement.position, Placement.id)
    )
    if actor is not None:
        query = query.where(sa.or_(AgendaItem.issue_id.is_(None), visible_issues(actor)))
    found: dict[int, list[dict[str, Any]]] = {}
    for placement in db.session().scalars(query):
        item = placement.item
        found.setdefault(placement.meeting_id, []).append(
            {
                "key": item.key or f"{mark}{item.id}",
                "title": item.title,
                "department": item.department.name,
                "notes": "\n\n".join(n.text for n in placement.notes if n.undone_at is None),
                "outcome": placement.outcome,
            }
        )
    return found
