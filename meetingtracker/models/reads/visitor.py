"""Who is signed in: one small query for every request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.department import Department
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.person import Person, folded, initials
from meetingtracker.models.sign_in import CONFIRMED_FOR, SignIn, hashed
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds: whose it is, and what the frame of every page shows of them."""

    sign_in_id: int
    last_seen_at: datetime
    actor: Actor
    email: str
    department: str | None
    colour: int
    language: str | None
    confirmed_at: datetime | None

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def initials(self) -> str:
        return initials(self.actor.name)

    def is_confirmed(self, at: datetime) -> bool:
        """Whether they proved in the last minutes who they are: asked before what is delicate."""
        return self.confirmed_at is not None and at < self.confirmed_at + CONFIRMED_FOR


def signed_in(token: str, *, at: datetime) -> SignedIn | None:
    """The person of a session token; None if the session or the person has ended."""
    row = (
        db.session()
        .execute(
            sa.select(
                SignIn, Person, Department.name, Department.colour, led_by_person(), is_delegate()
            )
            .join(Person, Person.id == SignIn.person_id)
            .outerjoin(Department, Department.id == Person.department_id)
            .where(SignIn.token_hash == hashed(token), Person.deactivated_at.is_(None))
        )
        .first()
    )
    if row is None or not row[0].holds(at):
        return None
    sign_in, person, department, colour, led_ids, delegate = row
    return SignedIn(
        sign_in_id=sign_in.id,
        last_seen_at=sign_in.last_seen_at,
        actor=actor_of(person, led_of(led_ids), stood_in_for(person.id, at) if delegate else ()),
        email=person.email,
        department=department,
        colour=person.id % 12 if colour is None else colour,
        language=person.language,
        confirmed_at=sign_in.confirmed_at,
    )


@dataclass(frozen=True, slots=True)
class Account:
    """What a door needs to know of somebody who is here. `password_hash`: None opens to nothing."""

    id: int
    email: str
    name: str
    password_hash: str | None


def account(email: str) -> Account | None:
    return _account(Person.email == folded(email))


def account_of(person_id: int) -> Account | None:
    return _account(Person.id == person_id)


def _account(which: sa.ColumnElement[bool]) -> Account | None:
    row = (
        db.session()
        .execute(
            sa.select(Person.id, Person.email, Person.name, Person.password_hash).where(
                which, Person.deactivated_at.is_(None)
            )
        )
        .first()
    )
    return None if row is None else Account(*row)


def led_by_person() -> sa.ScalarSelect[str]:
    """In a select of people: the ids of the departments each leads, for `led_of`."""
    return (
        sa.select(sa.func.aggregate_strings(sa.cast(Department.id, sa.String), ","))
        .where(sa.or_(Department.leader_id == Person.id, Department.deputy_id == Person.id))
        .correlate(Person)
        .scalar_subquery()
    )


def led_of(ids: str | None) -> frozenset[int]:
    return frozenset(map(int, ids.split(","))) if ids else frozenset()


def is_delegate() -> sa.Exists:
    """In a select of people: whether somebody named them their delegate."""
    other = aliased(Person)
    return sa.exists().where(other.delegate_id == Person.id)


def stood_in_for(person_id: int, at: datetime) -> Iterable[int]:
    """For whom the person answers at the moment: who named them and is away today, or has left."""
    organisation = the_organisation()
    on = local_today(at, organisation.zone if organisation else "UTC")
    away = sa.exists().where(
        Absence.person_id == Person.id, Absence.from_on <= on, Absence.to_on >= on,
        Absence.cancelled_at.is_(None),
    )  # fmt: skip
    return db.session().scalars(
        sa.select(Person.id).where(
            Person.delegate_id == person_id, sa.or_(Person.deactivated_at.is_not(None), away)
        )
    )


def actor_of(person: Person, led: frozenset[int], stands_in_for: Iterable[int] = ()) -> Actor:
    """The actor a person is. A leader without an appointment leads the own department."""
    if person.role is Role.leader and person.department_id is not None:
        led |= {person.department_id}
    return Actor(
        id=person.id,
        name=person.name,
        role=person.role,
        is_admin=person.is_admin,
        department_id=person.department_id,
        leads=led,
        active=person.is_active,
        stands_in_for=frozenset(stands_in_for),
    )


def actor(person_id: int, *, at: datetime | None = None) -> Actor:
    """The actor of a person's id, for links, mails, commands and jobs. `at`: with it, they also
    answer for whom they stand in at that instant. Raises LookupError."""
    person = db.session().get(Person, person_id)
    if person is None:
        raise LookupError(person_id)
    led = db.session().scalars(
        sa.select(Department.id).where(
            sa.or_(Department.leader_id == person_id, Department.deputy_id == person_id)
        )
    )
    return actor_of(person, frozenset(led), () if at is None else stood_in_for(person_id, at))
