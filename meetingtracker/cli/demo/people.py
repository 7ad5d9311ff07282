"""The staff of the demo company, as actors."""

from datetime import datetime

from meetingtracker.cli.demo import company
from meetingtracker.models.department import Department
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.permissions import SYSTEM, Actor, Role


class Staff:
    """Everybody by name; everybody signs in with the same password."""

    def __init__(self, *, at: datetime, password_hash: str) -> None:
        Organisation.set_up(
            name=company.NAME, zone=company.ZONE, language="en", uses_mail=True, by=SYSTEM, at=at
        )
        self.department: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self._actors: dict[str, Actor] = {}
        for member in company.EXECUTIVES:
            self._join(member, None, at, password_hash)
        for colour, (name, (serves, names)) in enumerate(company.DEPARTMENTS.items()):
            department = Department.found(name=name, colour=colour, by=SYSTEM, at=at)
            department.record("department.changed", by=SYSTEM, at=at, serves=serves)
            self.department[name] = department.id
            for place, person in enumerate(names):
                role = Role.leader if place == 0 else Role.member
                self._join(company.Member(person, role), department.id, at, password_hash)
            department.appoint(
                leader_id=self._people[names[0]], deputy_id=self._people[names[1]],
                by=SYSTEM, at=at,
            )  # fmt: skip

    def _join(
        self, member: company.Member, department_id: int | None, at: datetime, password_hash: str
    ) -> None:
        person = Person.join(
            email=member.email, name=member.name, role=member.role, is_admin=member.admin,
            department_id=department_id, password_hash=password_hash, by=SYSTEM, at=at,
        )  # fmt: skip
        self._people[member.name] = person.id

    def id(self, name: str) -> int:
        return self._people[name]

    def actor(self, name: str) -> Actor:
        if name not in self._actors:
            self._actors[name] = actor(self._people[name])
        return self._actors[name]

    def of(self, person_id: int | None) -> Actor:
        """The actor with this id."""
        return self.actor(next(name for name, i in self._people.items() if i == person_id))

    @staticmethod
    def members(department: str) -> tuple[str, ...]:
        return company.DEPARTMENTS[department][1]

    @staticmethod
    def leader(department: str) -> str:
        return company.DEPARTMENTS[department][1][0]

    def leaders(self) -> list[str]:
        return [self.leader(name) for name in company.DEPARTMENTS]

    def above(self, name: str) -> str:
        """Who decides what this person may not: the department's leader, else the executive."""
        homes = (d for d, (_, names) in company.DEPARTMENTS.items() if name in names)
        home = next(homes, None)
        return company.EXECUTIVES[0].name if home is None else self.leader(home)
