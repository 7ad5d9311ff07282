"""The application that a command works in, and what bad input looks like."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.app import create_app
from meetingtracker.cli.database import current_revision, head_revision
from meetingtracker.config import load
from meetingtracker.db import db, writing
from meetingtracker.models.organisation import Organisation, the_organisation
from meetingtracker.models.person import Person
from meetingtracker.rules.import_rows import EMAIL
from meetingtracker.rules.permissions import SYSTEM


class BadInput(click.ClickException):
    exit_code = 2


@contextmanager
def application() -> Iterator[Any]:
    """The app, within its context, on a schema that is the newest; there is an organisation."""
    config = load()
    if current_revision(config.database_url) != head_revision():
        raise click.ClickException("The schema is old: run `meetingtracker db upgrade` first.")
    app = create_app(config)
    with app.app_context():
        if the_organisation() is None:
            with writing():
                Organisation.set_up(
                    name="My company", zone=config.timezone, language="en",
                    uses_mail=True, by=SYSTEM, at=clock.now(),
                )  # fmt: skip
        yield app


def today() -> date:
    """The organisation's day."""
    known = the_organisation()
    return clock.today(known.zone if known else "UTC")


def person_named(email: str) -> Person:
    """Somebody who is here, by mail address."""
    person = db.session().scalar(sa.select(Person).where(Person.email == email.strip().lower()))
    if person is None or not person.is_active:
        raise BadInput(f"There is nobody here with the address {email}.")
    return person


def checked_email(email: str) -> str:
    folded = email.strip().lower()
    if not EMAIL.fullmatch(folded) or len(folded) > 254 or not folded.isprintable():
        raise BadInput(f"{email!r} is not a mail address.")
    return folded


def checked_line(text: str, longest: int, what: str) -> str:
    """One line of text that can be stored."""
    line = " ".join(text.split())
    if not line:
        raise BadInput(f"{what} is empty.")
    if len(line) > longest or re.search(r"[\x00\ud800-\udfff]", line):
        raise BadInput(f"{what} must be text of at most {longest} characters.")
    return line
