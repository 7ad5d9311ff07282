"""Queue the mails with issued minutes, or with a correction to them: one to each address."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.minutes import Erratum
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person, folded
from meetingtracker.models.reads.visitor import actor
from meetingtracker.models.series import SeriesAttendee
from meetingtracker.rules.minutes_approval import addresses
from meetingtracker.rules.permissions import Actor, may_see_series
from meetingtracker.rules.states import Presence

TO_PERSON, TO_OUTSIDER = "minutes.issued", "minutes.outside"


def mail_minutes(
    meeting: Meeting,
    version: MinutesVersion,
    *,
    by: Actor,
    at: datetime,
    erratum: Erratum | None = None,
) -> None:
    """Inside the write that issues them. To everybody invited or present, and to the addresses
    that the series and the meeting name.

    An address of somebody who may see the series is theirs; any other is an outsider's, who gets
    the text and no link. A message to an outsider stands in the name of `by`.
    """
    assert by.id is not None  # minutes are issued and corrected by people
    about = f"erratum:{erratum.id}" if erratum else f"minutes:{meeting.id}:{version.number}"
    params: dict[str, Any] = {"meeting_id": meeting.id, "number": version.number}
    if erratum is not None:
        params["erratum_id"] = erratum.id
    named = {folded(a): a for a in addresses(f"{meeting.series.copies_to}\n{meeting.copies_to}")}
    for person in _people(meeting, set(named)):
        if not may_see_series(actor(person.id), meeting.series):
            continue
        named.pop(person.email, None)
        Outbox.queue(f"{about}:{person.id}", TO_PERSON, person_id=person.id, at=at, **params)
    for key, address in named.items():
        token = sha256(key.encode()).hexdigest()[:32]
        Outbox.queue(
            f"{about}:{token}", TO_OUTSIDER, person_id=by.id, at=at, address=address, **params
        )


def _people(meeting: Meeting, named: set[str]) -> list[Person]:
    """Who is invited, was there, or has an account under one of the addresses."""
    invited = sa.select(SeriesAttendee.person_id).where(
        SeriesAttendee.series_id == meeting.series_id, SeriesAttendee.removed_at.is_(None)
    )
    present = sa.select(Attendance.person_id).where(
        Attendance.meeting_id == meeting.id, Attendance.presence == Presence.present
    )
    runs = [i for i in (meeting.facilitator_id, meeting.scribe_id) if i is not None]
    return list(
        db.session().scalars(
            sa.select(Person)
            .where(
                Person.deactivated_at.is_(None),
                sa.or_(
                    Person.id.in_(invited), Person.id.in_(present), Person.id.in_(runs),
                    Person.email.in_(named),
                ),
            )
            .order_by(Person.id)
        )
    )  # fmt: skip
