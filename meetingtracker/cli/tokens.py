"""`meetingtracker token create`: a key for a program, printed once."""

import click

from meetingtracker import clock
from meetingtracker.cli.application import application, checked_line, person_named
from meetingtracker.cli.output import as_json, emit
from meetingtracker.db import writing
from meetingtracker.models.acts.make_token import make_token
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import SYSTEM


@click.group()
def token() -> None:
    """Tokens with which programs use the API."""


@token.command()
@click.argument("email")
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@as_json
def create(email: str, scope: str, name: str, json: bool) -> None:
    """Make a token that acts as somebody; it is never shown again."""
    name = checked_line(name, 80, "The name")
    with application(), writing():
        token_id, made = make_token(
            person_named(email), name=name, scope=Scope[scope], by=SYSTEM, at=clock.now()
        )
    result = {
        "id": token_id, "token": made, "email": email.strip().lower(), "scope": scope, "name": name,
    }  # fmt: skip
    emit(result, json, "{token}")
