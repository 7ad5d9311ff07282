"""`meetingtracker doctor`: what works here and what does not, in plain words."""

import secrets
from collections.abc import Callable, Iterator

import click
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.app import create_app
from meetingtracker.cli.database import current_revision, head_revision
from meetingtracker.cli.output import as_json, emit
from meetingtracker.config import Config, Unsafe, load
from meetingtracker.db import Busy, writing
from meetingtracker.models.organisation import Organisation
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.worker.compose import letter_of_test
from meetingtracker.worker.letter import Tampered
from meetingtracker.worker.queue import Later, Refused
from meetingtracker.worker.transport import Transport, lacks

EXPECTED = (Unsafe, RuleBroken, Busy, sa.exc.SQLAlchemyError, Later, Refused, Tampered)


@click.command()
@click.option("--mail", "to", metavar="TO", help="Send a test mail there.")
@as_json
def doctor(to: str | None, json: bool) -> None:
    """Look at settings, database and mail; exit 1 if something is wrong."""
    checks = list(_checks(to))
    lines = [f"{'ok' if c['ok'] else 'FAILED':7} {c['check']}: {c['words']}" for c in checks]
    is_well = all(c["ok"] for c in checks)
    result = {"ok": is_well, "checks": checks, "lines": "\n".join(lines)}
    emit(result, json, "{lines}")
    if not is_well:
        raise click.exceptions.Exit(1)


def _checks(to: str | None) -> Iterator[dict[str, object]]:
    settings = _looked_at("settings", lambda: f"home {load().home}")
    yield settings
    if not settings["ok"]:
        return
    config = load()
    yield _looked_at("schema", lambda: _schema(config))
    yield _looked_at("database", lambda: _writes(config))
    yield _looked_at("mail server", lambda: _reached(config, must=to is not None))
    if to is not None:
        yield _looked_at("test mail", lambda: _sent(config, to))


def _looked_at(check: str, look: Callable[[], str]) -> dict[str, object]:
    try:
        return {"check": check, "ok": True, "words": look()}
    except EXPECTED as wrong:
        words = str(wrong).splitlines() or ["another process holds it"]
        return {"check": check, "ok": False, "words": words[0]}


def _schema(config: Config) -> str:
    now, newest = current_revision(config.database_url), head_revision()
    if now != newest:
        raise Unsafe(f"It is at {now}, the newest is {newest}: run `meetingtracker db upgrade`.")
    return f"at {now}, the newest"


def _writes(config: Config) -> str:
    with create_app(config).app_context(), writing() as session:
        session.execute(sa.update(Organisation).values(version=Organisation.version))
    return "can be written to"


def _reached(config: Config, *, must: bool) -> str:
    transport = Transport.of(config)
    if transport is not None:
        return f"{transport.server} says: {transport.greet()}"
    words = f"Mail is not set up. Set {', '.join(lacks(config))}."
    if must or config.smtp_url:
        raise Unsafe(words)
    return words


def _sent(config: Config, to: str) -> str:
    transport = Transport.of(config)
    if transport is None:
        raise Unsafe("There is no mail server to send it by.")
    with create_app(config).app_context():
        key = f"mail.test:{secrets.token_hex(8)}"
        letter = letter_of_test(to, key=key, base_url=transport.base_url)
    return f"{transport.server} says: {transport.send(letter, at=clock.now())}"
