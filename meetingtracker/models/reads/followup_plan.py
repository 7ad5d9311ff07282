"""What is sent next: when each person's digest comes, what it would hold now, whom it misses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.notification import Mute
from meetingtracker.models.person import Person
from meetingtracker.models.policy import LADDER
from meetingtracker.models.policy import Policy as PolicyRow
from meetingtracker.models.reads.due_lines import due_lines
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.rules.ladder import GENTLE, Policy
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.reminders import digest_at


def policy_in_force() -> tuple[Policy, int]:
    """What epochs that begin now climb by, and its number: 0 for the default."""
    row = PolicyRow.latest(LADDER)
    return (Policy.read(row.body, row.id), row.number) if row else (GENTLE, 0)


def next_digest_at(local: time, zone: str, day: Day, at: datetime) -> datetime:
    """The next instant (UTC) after `at` at which a digest comes: at `local` in the person's zone,
    on a working day of the organisation."""
    on = day.calendar.next_working(day.today)
    while (instant := digest_at(on, local, zone, day.zone)) <= at:
        on = day.calendar.add_working_days(on, 1)
    return instant


@dataclass(frozen=True, slots=True)
class Planned:
    """One person's next digest. `lines`: what it would hold if it were sent now; `muted`: kinds of
    notice that only the inbox has; `stand_in`: who is told while they are away."""

    person_id: int
    name: str
    zone: str
    at: datetime
    lines: int
    is_away: bool
    stand_in: str | None
    muted: Sequence[Notice]


def plan(day: Day, *, at: datetime) -> list[Planned]:
    """Of everybody who is here, who hears of something first and soonest; four queries."""
    policy, _number = policy_in_force()
    people = db.session().execute(
        sa.select(Person.id, Person.name, Person.zone, Person.digest_time)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()  # fmt: skip
    names = {row.id: row.name for row in people}
    lines, muted = due_lines(day, at=at), _muted(names)
    planned = [
        Planned(
            row.id, row.name, row.zone or day.zone,
            next_digest_at(row.digest_time or policy.digest_time, row.zone or day.zone, day, at),
            len(lines.get(row.id, ())), not day.company.is_here(row.id),
            _stand_in(row.id, day, names), muted.get(row.id, ()),
        )
        for row in people
    ]  # fmt: skip
    return sorted(planned, key=lambda one: (not one.lines, one.at, one.name))


def _stand_in(person_id: int, day: Day, names: Mapping[int, str]) -> str | None:
    other = day.company.answers_for(person_id)
    return None if other in (None, person_id) else names.get(other)


def _muted(ids: Collection[int]) -> dict[int, list[Notice]]:
    found: dict[int, list[Notice]] = {}
    rows = db.session().execute(
        sa.select(Mute.person_id, Mute.notice).order_by(Mute.person_id, Mute.notice)
    )
    for person_id, notice in rows:
        if person_id in ids:
            found.setdefault(person_id, []).append(notice)
    return found
