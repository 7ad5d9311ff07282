"""Somebody is away: whoever they name answers for them on those days."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.person import Person
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

ALONE = 5  # working days that one may be away and leave one's promises waiting


def plan_absence(
    person: Person,
    *,
    from_on: date,
    to_on: date,
    delegate: Person | None,
    by: Actor,
    at: datetime,
    on: date,
    calendar: WorkingCalendar,
) -> Absence:
    """Away from `from_on` to `to_on`, both included; `on` is the organisation's day.

    Raises RuleBroken for days that are over, in the wrong order or taken already, and for more
    than ALONE working days without a delegate.
    """
    if to_on < from_on:
        raise RuleBroken(N_("The last day is before the first."), field="to_on")
    if to_on < on:
        raise RuleBroken(N_("These days are over."), field="to_on")
    days = calendar.working_days_between(from_on, to_on) + calendar.is_working(from_on)
    if delegate is None and days > ALONE:
        raise RuleBroken(
            N_("Away more than %(days)d working days: name who answers for you."),
            field="delegate", days=ALONE,
        )  # fmt: skip
    if delegate is not None and (delegate.id == person.id or not delegate.is_active):
        raise RuleBroken(N_("Choose somebody who is still here."), field="delegate")
    overlaps = sa.select(Absence.id).where(
        Absence.person_id == person.id, Absence.cancelled_at.is_(None),
        Absence.from_on <= to_on, Absence.to_on >= from_on,
    )  # fmt: skip
    if db.session().scalar(overlaps.limit(1)) is not None:
        raise RuleBroken(N_("Some of these days are said to be away already."), field="from_on")
    delegate_id = delegate.id if delegate else None
    person.record("person.delegate_named", by=by, at=at, delegate_id=delegate_id)
    return Absence.create(
        "absence.planned", by=by, at=at, person_id=person.id, from_on=from_on, to_on=to_on,
        created_at=at,
    )  # fmt: skip


def cancel_absence(absence: Absence, *, by: Actor, at: datetime) -> bool:
    """They are here after all. False if that was said already."""
    if absence.cancelled_at is not None:
        return False
    return absence.record("absence.cancelled", by=by, at=at, cancelled_at=at)
