"""The first start: organisation, first person, departments with leaders, the weekly meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from meetingtracker.models.acts.make_link import make_link
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.department import Department
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series
from meetingtracker.rules.calendar import next_occurrence
from meetingtracker.rules.permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class Line:
    """A department as it was typed, with its leader if one was named."""

    department: str
    leader: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Who was created, and for each leader the token of a link to copy."""

    person_id: int
    invitations: list[tuple[str, str, str]]  # name, mail address, token


def set_up(
    *,
    company: str,
    language: str,
    zone: str,
    uses_mail: bool,
    name: str,
    email: str,
    password_hash: str,
    lines: Sequence[Line],
    weekday: int,
    start_time: time,
    by: Actor,
    at: datetime,
    on: date,
) -> FirstStep:
    """Make all that the first page asked for. The first account is executive and administrator."""
    Organisation.set_up(
        name=company, zone=zone, language=language, uses_mail=uses_mail, by=by, at=at
    )
    first = Person.join(
        email=email, name=name, role=Role.executive, is_admin=True,
        password_hash=password_hash, by=by, at=at,
    )  # fmt: skip
    series = Series.create(
        "series.founded", by=by, at=at, name="Leader meeting", weekday=weekday,
        start_time=start_time, zone=zone, minutes=60, owner_id=first.id,
    )  # fmt: skip
    series.invite(first.id, by=by, at=at)
    people = {first.email: first}
    invitations = []
    for colour, line in enumerate(lines):
        department = Department.found(name=line.department, colour=colour, by=by, at=at)
        if not line.leader or not line.email:
            continue
        leader = people.get(line.email)
        if leader is None:
            leader = Person.join(
                email=line.email, name=line.leader, role=Role.leader,
                department_id=department.id, by=by, at=at,
            )  # fmt: skip
            people[line.email] = leader
            series.invite(leader.id, by=by, at=at)
            token = make_link(leader, "invitation", at=at)
            invitations.append((leader.name, leader.email, token))
        elif leader.department_id is None:
            leader.change(department_id=department.id, by=by, at=at)
        department.appoint(leader_id=leader.id, deputy_id=None, by=by, at=at)
    plan_meeting(series, held_on=next_occurrence(on, weekday), by=by, at=at)
    return FirstStep(first.id, invitations)
