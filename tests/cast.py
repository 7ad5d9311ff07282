"""The people of every test, each with a job.

sam leads Sales, tom leads Tech (dina is his deputy), maya leads Fulfilment, noor leads Support.
lea is the executive. pia works in Tech and is the usual point person; max works in Sales, olga in
Fulfilment. ada is the administrator, with no department. gone has left Tech.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from meetingtracker.models.department import Department
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series
from meetingtracker.rules.permissions import SYSTEM, Actor, Role
from meetingtracker.web.passwords import hash_password

PASSWORD = "a long enough password"
# A Monday, 09:00 in Berlin. The weekly meeting is on Thursdays at 10:00.
NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 16)
ZONE = "Europe/Berlin"

PEOPLE = (
    ("sam", "Sam Reid", Role.leader, "Sales"),
    ("tom", "Tom Becker", Role.leader, "Tech"),
    ("maya", "Maya Ortiz", Role.leader, "Fulfilment"),
    ("noor", "Noor Haddad", Role.leader, "Support"),
    ("lea", "Lea Novak", Role.executive, None),
    ("dina", "Dina Frey", Role.member, "Tech"),
    ("pia", "Pia Lund", Role.member, "Tech"),
    ("max", "Max Stern", Role.member, "Sales"),
    ("olga", "Olga Petri", Role.member, "Fulfilment"),
    ("ada", "Ada Quist", Role.member, None),
    ("gone", "Gerd Gone", Role.member, "Tech"),
)
LEADERS = {"Sales": "sam", "Tech": "tom", "Fulfilment": "maya", "Support": "noor"}


@dataclass(frozen=True)
class Cast:
    """Ids by name: `cast.person["sam"]`, `cast.department["Tech"]`, and the weekly series."""

    person: dict[str, int]
    department: dict[str, int]
    series: int

    def actor(self, name: str) -> Actor:
        """The actor of a person, for calling verbs; needs no database."""
        _, full_name, role, department = next(row for row in PEOPLE if row[0] == name)
        led = {d for d, leader in LEADERS.items() if leader == name}
        if name == "dina":
            led.add("Tech")
        return Actor(
            id=self.person[name],
            name=full_name,
            role=role,
            is_admin=name == "ada",
            department_id=self.department.get(department or ""),
            leads=frozenset(self.department[d] for d in led),
            active=name != "gone",
        )


def gather() -> Cast:
    """Create the cast through the verbs, inside a write."""
    by, at = SYSTEM, NOW
    Organisation.set_up(
        name="Northwind Outdoor", zone=ZONE, language="en", uses_mail=False, by=by, at=at
    )
    departments = {
        name: Department.found(name=name, colour=i, by=by, at=at) for i, name in enumerate(LEADERS)
    }
    people = {
        key: Person.join(
            email=f"{key}@example.com", name=name, role=role, is_admin=key == "ada",
            department_id=departments[department].id if department else None,
            password_hash=hash_password(PASSWORD), by=by, at=at,
        )
        for key, name, role, department in PEOPLE
    }  # fmt: skip
    for name, leader in LEADERS.items():
        deputy = people["dina"].id if name == "Tech" else None
        departments[name].appoint(leader_id=people[leader].id, deputy_id=deputy, by=by, at=at)
    people["gone"].deactivate(by=by, at=at)
    series = Series.create(
        "series.founded", by=by, at=at, name="Leader meeting", weekday=4,
        start_time=time(10, 0), zone=ZONE, minutes=60, owner_id=people["maya"].id,
    )  # fmt: skip
    for key in (*LEADERS.values(), "lea"):
        series.invite(people[key].id, by=by, at=at)
    return Cast(
        {key: row.id for key, row in people.items()},
        {key: row.id for key, row in departments.items()},
        series.id,
    )
