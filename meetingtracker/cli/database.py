"""`meetingtracker db …`: bring the schema up, down, or say where it is."""

import click
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from meetingtracker.cli.output import as_json, emit
from meetingtracker.config import PACKAGE, load
from meetingtracker.db import Base, listen


def alembic_config(connection: sa.Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(PACKAGE / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(url: str, revision: str = "head", *, down: bool = False) -> None:
    """Bring the database at `url` to a revision. SQLite checks foreign keys only afterwards."""
    engine = sa.create_engine(url, **_options(url))
    listen(engine)
    try:
        with engine.connect() as connection:
            _foreign_keys(connection, "OFF")
            writing = connection.execution_options(writing=True)
            step = command.downgrade if down else command.upgrade
            step(alembic_config(writing), revision)
            writing.commit()
            _foreign_keys(connection, "ON")
    finally:
        engine.dispose()


def _options(url: str) -> dict[str, object]:
    return {"connect_args": {"isolation_level": None}} if url.startswith("sqlite") else {}


def _foreign_keys(connection: sa.Connection, state: str) -> None:
    """A batch migration re-makes tables; SQLite changes this setting only outside a transaction."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")  # type: ignore[union-attr]


def current_revision(url: str) -> str | None:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def differences(url: str) -> list[object]:
    """What the schema in the database lacks or has too much against the models."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, Base.metadata))
    finally:
        engine.dispose()


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@as_json
def upgrade(json: bool) -> None:
    """Bring the schema to the newest revision."""
    url = load().database_url
    migrate(url)
    emit({"revision": current_revision(url)}, json, "Schema is at revision {revision}.")


@db.command()
@click.argument("revision")
@as_json
def downgrade(revision: str, json: bool) -> None:
    """Take the schema back to REVISION (or "base")."""
    url = load().database_url
    migrate(url, revision, down=True)
    emit({"revision": current_revision(url)}, json, "Schema is at revision {revision}.")


@db.command()
@as_json
def current(json: bool) -> None:
    """Print the schema's revision."""
    url = load().database_url
    emit(
        {"revision": current_revision(url), "newest": head_revision()},
        json,
        "Schema is at revision {revision}; the newest is {newest}.",
    )


@db.command(name="check")
@as_json
def check_schema(json: bool) -> None:
    """Fail if the schema differs from the models."""
    found = [str(difference) for difference in differences(load().database_url)]
    emit({"differences": found}, json, "{differences}" if found else "Schema equals the models.")
    if found:
        raise click.exceptions.Exit(1)


@click.command()
@as_json
def check(json: bool) -> None:
    """Refuse a set-up that is unsafe to serve."""
    config = load()  # raises Unsafe, exit 2
    emit({"safe": True, "base_url": config.base_url}, json, "The settings are safe to serve with.")
