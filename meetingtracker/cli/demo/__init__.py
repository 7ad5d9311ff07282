"""`meetingtracker demo`: a company to look around in, small and lived or large and cloned."""

import secrets
from datetime import datetime, timedelta

import click
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.app import create_app
from meetingtracker.cli.application import BadInput
from meetingtracker.cli.database import current_revision, head_revision
from meetingtracker.cli.demo import company, story
from meetingtracker.cli.demo.large import Size, enlarge
from meetingtracker.cli.demo.life import Life
from meetingtracker.cli.output import as_json, emit
from meetingtracker.config import Config, load
from meetingtracker.db import db, writing
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.person import Person
from meetingtracker.web.passwords import hash_password
from meetingtracker.worker.early_warning import look, look_once_a_day

LARGE = 100_000
MOST = 10 * LARGE
WEEKS = 8
"""For so long the early warning has looked ahead already."""
FEWEST = len(story.troubles())
"""Issues of the small company, which a larger one begins with."""

ACCOUNTS = [
    {"name": name, "email": company.Member(name).email, "what": what}
    for name, what in company.ACCOUNTS
]


@click.command()
@click.option("--size", default="small", show_default=True, metavar="small|large|N",
              help=f"N is a number of issues, {FEWEST} or more; large is {LARGE}.")  # fmt: skip
@click.option("--open", "still_open", default=2000, show_default=True, type=click.IntRange(0),
              help="How many issues of a large company are open.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, type=int)
@as_json
def demo(size: str, still_open: int, seed: int, json: bool) -> None:
    """Fill an empty database with a demo company."""
    config = load()
    if current_revision(config.database_url) != head_revision():
        raise click.ClickException("The schema is old: run `meetingtracker db upgrade` first.")
    wanted = _issues(size)
    password = fill(config, seed=seed, size=Size(wanted, still_open) if wanted else None)
    if password is None:
        raise BadInput("There are people in this database already: a demo needs an empty one.")
    with create_app(config).app_context():
        counts = {
            name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in (
                ("issues", Issue), ("actions", Action), ("meetings", Meeting), ("people", Person),
            )
        }  # fmt: skip
    emit(
        {"email": ACCOUNTS[0]["email"], "password": password, "accounts": ACCOUNTS, **counts}, json,
        "{issues} issues, {actions} actions, {meetings} meetings, {people} people.\n"
        + _how_to_sign_in(password),
    )  # fmt: skip


def _how_to_sign_in(password: str) -> str:
    width = max(len(account["email"]) for account in ACCOUNTS)
    lines = [f"  {a['email']:{width}}  {a['name']}, {a['what']}" for a in ACCOUNTS]
    return "\n".join([f"Sign in with the password {password} as", *lines])


def _issues(size: str) -> int | None:
    """The number of issues wanted; None for the small company."""
    if size == "small":
        return None
    if size == "large":
        return LARGE
    if not (size.isascii() and size.isdigit()):
        raise BadInput("--size is small, large or a number of issues.")
    if not FEWEST <= int(size) <= MOST:
        raise BadInput(
            f"--size is a number of issues from {FEWEST} (as many as small has) to {MOST}."
        )
    return int(size)


def fill_if_empty(config: Config) -> None:
    """The small company, if nobody is there yet; says how to sign in."""
    password = fill(config, seed=1, size=None)
    if password is not None:
        click.echo(_how_to_sign_in(password))


def fill(config: Config, *, seed: int, size: Size | None) -> str | None:
    """Live the small company, and clone it to a large one. The password; None if not empty."""
    with create_app(config).app_context():
        try:
            return _filled(seed, size)
        finally:
            db.session.remove()
            db.engine.dispose()  # a server that goes on keeps no connection of ours


def _filled(seed: int, size: Size | None) -> str | None:
    if db.session.scalar(sa.select(Person.id).limit(1)) is not None:
        return None
    password = secrets.token_urlsafe(12)
    password_hash = hash_password(password)
    with writing():
        Life(now=clock.now(), seed=seed, password_hash=password_hash).run()
    if size is not None:
        enlarge(size, seed=seed)
    else:
        _look_ahead_all_along(clock.now())
    return password


def _look_ahead_all_along(now: datetime) -> None:
    """The early warning of the last weeks, as it would have been given."""
    organisation = the_organisation()
    assert organisation is not None
    for days in (*range(7 * WEEKS, 0, -7), 3, 2, 1):
        look(organisation, now - timedelta(days=days), past=True)
    look_once_a_day(now)
