"""The database: one metadata, own column types, and transactions that read unless told to write."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

WAIT = 5.0  # seconds that a write waits for its turn
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


Selected = TypeVar("Selected", bound=sa.Select[Any])


class Busy(Exception):
    """Another write held the database for longer than WAIT seconds; try again."""


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(metadata=Base.metadata)


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An instant, kept in UTC. A naive value is refused: nobody could say when it was."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumValue(sa.TypeDecorator[StrEnum]):
    """Stores an enum's value and refuses any other."""

    impl = sa.String(24)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.enum(value)


Json = sa.JSON().with_variant(JSONB(), "postgresql")


class _Turn:
    """A fair lock: writers of one process queue here, in order, instead of at SQLite's."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self._take()
        try:
            yield
        finally:
            self._give()

    def _take(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(WAIT):
            return
        with self._guard:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise Busy

    def _give(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


_turn = _Turn()


@contextmanager
def writing() -> Iterator[Session]:
    """One write: begins it (BEGIN IMMEDIATE on SQLite), commits at the end, undoes on any error.

    Load the rows inside: what was read before it is forgotten. Raises Busy after WAIT seconds.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("a write inside a write: hand the session down instead")
    session.rollback()
    with _turn() if db.engine.dialect.name == "sqlite" else nullcontext():
        session.info["writing"] = True
        try:
            session.connection(execution_options={"writing": True})
            yield session
            session.commit()
        except OperationalError as error:
            session.rollback()
            if _is_lock(error):
                raise Busy from error
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


def for_change(statement: Selected, *of: type[Base]) -> Selected:
    """Lock the rows of these tables inside a write (PostgreSQL; SQLite writes one at a time)."""
    return statement.with_for_update(of=of) if db.session().info.get("writing") else statement


def _is_lock(error: OperationalError) -> bool:
    return "database is locked" in str(error.orig) or "lock timeout" in str(error.orig)


def init_db(app: Flask, *, database_url: str, threads: int) -> None:
    """Bind the engine to the app and set how connections begin."""
    options: dict[str, Any] = {"pool_size": threads + 4, "max_overflow": 4}
    options["hide_parameters"] = True  # a trace tells the statement, not what people wrote
    if database_url.startswith("sqlite"):
        options["connect_args"] = {"isolation_level": None, "timeout": WAIT}
    else:
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        listen(db.engine)


def listen(engine: sa.Engine) -> None:
    """Reading is the default; only `writing()` may change rows."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(WAIT * 1000)}",
        "cache_size=-8000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writing", False)
    state = connection.connection.info
    if state.get("query_only") is not (not writes):
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        state["query_only"] = not writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(WAIT)}s'")
    else:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
