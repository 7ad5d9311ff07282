"""`meetingtracker person …` and `department …`: accounts from the machine's own command line."""

import sys

import click
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.cli.application import (
    BadInput,
    application,
    checked_email,
    checked_line,
    person_named,
)
from meetingtracker.cli.output import as_json, emit
from meetingtracker.db import db, writing
from meetingtracker.models.acts.deactivate_person import HandOver, deactivate_person
from meetingtracker.models.acts.second_factors import remove_factors
from meetingtracker.models.department import Department
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import end_all
from meetingtracker.rules.import_rows import ADMIN
from meetingtracker.rules.passwords import check_password
from meetingtracker.rules.permissions import SYSTEM, Role
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.passwords import hash_password


@click.group()
def person() -> None:
    """Accounts."""


@person.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option(
    "--role", default="member", show_default=True,
    type=click.Choice([ADMIN, *(role.value for role in Role)]),
    help="admin is a member with the administrator's switch.",
)  # fmt: skip
@click.option("--department", metavar="NAME", help="A department that exists.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
def create(
    email: str, name: str, role: str, department: str | None, password_stdin: bool, json: bool
) -> None:
    """Add an account. The very first one is executive and administrator."""
    email = checked_email(email)
    name = checked_line(name, 120, "The name")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin:
        check_password(password, email=email)
    with application():
        password_hash = hash_password(password) if password else None
        with writing() as session:
            if session.scalar(sa.select(Person.id).where(Person.email == email)):
                raise BadInput(f"There is an account for {email} already.")
            is_first = session.scalar(sa.select(Person.id).limit(1)) is None
            made = Person.join(
                email=email, name=name,
                role=Role.executive if is_first else _role(role),
                is_admin=is_first or role == ADMIN,
                department_id=_department(department), password_hash=password_hash,
                by=SYSTEM, at=clock.now(),
            )  # fmt: skip
            result = {
                "id": made.id, "email": made.email, "name": made.name, "role": made.role.value,
                "admin": made.is_admin, "department": department,
                "can_sign_in": bool(password_hash),
            }  # fmt: skip
    emit(result, json, "{name} ({email}) has an account now: {role}.")
    if not password_hash and not json:
        click.echo("They have no password yet: invite them on the page of people.")


@person.command()
@click.argument("email")
@click.option("--hand-over-to", required=True, metavar="EMAIL",
              help="Who takes over every open promise.")  # fmt: skip
@as_json
def deactivate(email: str, hand_over_to: str, json: bool) -> None:
    """End an account; every open promise gets a new owner in the same write."""
    with application(), writing():
        leaving = person_named(email)
        heir = person_named(hand_over_to)
        known = the_organisation()
        promises = deactivate_person(
            leaving, HandOver(heir), by=SYSTEM, at=clock.now(),
            on=clock.today(known.zone if known else "UTC"),
        )  # fmt: skip
        result = {
            "email": leaving.email, "handed_over_to": heir.email, "promises": promises,
            "name": leaving.name, "heir": heir.name,
        }  # fmt: skip
    emit(result, json, "{name} has left; {heir} took over {promises} open promises.")


@person.command(name="sign-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="All people, after a theft or a new secret.")
@as_json
def sign_out(email: str | None, everybody: bool, json: bool) -> None:
    """End every session of somebody: their next request asks them to sign in."""
    if (email is not None) is everybody:
        raise BadInput("Name one mail address, or say --everybody.")
    with application(), writing() as session:
        ids = [person_named(email).id] if email else session.scalars(sa.select(Person.id)).all()
        at = clock.now()
        for person_id in ids:
            end_all(person_id, at=at)
    emit({"who": email or "Everybody"}, json, "{who} is signed out everywhere.")


@person.command(name="factors-remove")
@click.argument("email")
@as_json
def remove_second_factors(email: str, json: bool) -> None:
    """Let somebody in who lost phone, passkey and recovery codes; ends all of their sessions."""
    with application(), writing():
        lost = person_named(email)
        n = remove_factors(lost, by=SYSTEM, at=clock.now(), tell=uses_mail())
        result = {"email": lost.email, "name": lost.name, "removed": n}
    emit(result, json, "{name} has no second factor any more ({removed} removed).")


@click.group()
def department() -> None:
    """Departments."""


@department.command(name="create")
@click.argument("name")
@click.option("--leader", metavar="EMAIL", help="Somebody with an account.")
@as_json
def create_department(name: str, leader: str | None, json: bool) -> None:
    """Add a department."""
    name = checked_line(name, 80, "The name")
    with application(), writing() as session:
        same = sa.select(Department.id).where(sa.func.lower(Department.name) == name.lower())
        if session.scalar(same):
            raise BadInput(f"There is a department “{name}” already.")
        leads = person_named(leader) if leader else None
        colour = session.scalar(sa.select(sa.func.count()).select_from(Department)) or 0
        at = clock.now()
        made = Department.found(name=name, colour=colour, by=SYSTEM, at=at)
        if leads:
            made.appoint(leader_id=leads.id, deputy_id=None, by=SYSTEM, at=at)
            if leads.department_id is None:
                leads.change(by=SYSTEM, at=at, department_id=made.id)
        result = {"id": made.id, "name": made.name, "leader": leads.email if leads else None}
    emit(result, json, "There is a department {name} now.")


def _role(role: str) -> Role:
    return next((known for known in Role if known.value == role), Role.member)


def _department(name: str | None) -> int | None:
    if name is None:
        return None
    found = db.session().scalar(
        sa.select(Department.id).where(sa.func.lower(Department.name) == name.strip().lower())
    )
    if found is None:
        raise BadInput(f"There is no department “{name}”: create it first.")
    return found
