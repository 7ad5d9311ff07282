"""One application per worker and database; every test starts from the same cast."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
import time_machine
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.http import parse_cookie
from werkzeug.serving import make_server

from meetingtracker import clock
from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.config import Config
from meetingtracker.db import Base, db, writing
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.web.sign_in import begin_session, enter
from meetingtracker.worker.loop import NAME
from tests.cast import NOW, Cast, gather
from tests.page import Page
from tests.postgres import postgres_url

SECRET = "a secret for tests that is long enough"
PAGES = Path(__file__).parent / "pages"
# A busy machine is no failure.
hypothesis.settings.register_profile(
    "here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("here")


@dataclass
class World:
    """An application on a database that holds the cast."""

    app: Flask
    cast: Cast

    @contextmanager
    def write(self) -> Iterator[Cast]:
        """Act on models directly: `with world.write() as cast: …` commits at the end."""
        with self.app.app_context(), writing():
            yield self.cast

    @contextmanager
    def read(self) -> Iterator[Cast]:
        with self.app.app_context():
            yield self.cast

    def stranger(self) -> "Visit":
        return Visit(self.app.test_client())

    def sign_in(self, name: str) -> "Visit":
        """Somebody behind the door: it is called from inside, for opening it takes ten times as
        long (tests/pages/account tries the door itself)."""
        client, app = self.app.test_client(), self.app
        with app.test_request_context("/login", environ_base=client.environ_base):
            with writing() as rows:
                person = rows.query(Person).filter_by(email=f"{name}@example.com").one()
                assert person.is_active
                begun = begin_session(person)
            enter(begun, "password")
            answer = app.response_class()
            app.session_interface.save_session(app, session, answer)
        name = app.config["SESSION_COOKIE_NAME"]
        client.set_cookie(name, parse_cookie(answer.headers["Set-Cookie"])[name])
        return Visit(client)


class Visit:
    """A person at a browser without JavaScript: gets pages, posts their forms with the token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **kwargs: object) -> Page:
        answer = Page(self.client.get(path, **kwargs), path)
        self.token = answer.token or self.token
        return answer

    def post(
        self, path: str, fields: dict[str, object] | None = None, *, page: str | None = None
    ) -> Page:
        """Post fields; `page` is opened first, for its token and its form's version."""
        if page or not self.token:
            self.get(page or "/people")
        data = {k: v for k, v in (fields or {}).items() if v is not None}
        return Page(self.client.post(path, data={"csrf_token": self.token, **data}), path)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pages-on-both", action="store_true", help="Try each page on PostgreSQL, too."
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on both. Pages only ask reads and acts, which do so: they
    run on both in `make prove`, for the sake of a quick `make check`."""
    if "database" in metafunc.fixturenames:
        databases = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
        if PAGES in metafunc.definition.path.parents and not metafunc.config.option.pages_on_both:
            databases.pop()
        metafunc.parametrize("database", databases, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: last, it would keep one process busy while the others have no more."""
    items.sort(key=lambda item: item.name != "test_the_matrix")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have measured or counted (`record_property("figure", …)`)."""
    for report in terminalreporter.stats.get("passed", []):
        for name, figure in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(str(figure))


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def stage(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stage"]:
    """The application and how to bring its database back to the cast."""
    with Stage.open(database, tmp_path_factory.mktemp(database)) as made:
        yield made


@pytest.fixture
def world(stage: "Stage") -> Iterator[World]:
    """The cast on a Monday morning, on each database."""
    with time_machine.travel(NOW, tick=True):
        yield World(stage.app, stage.reset())


@pytest.fixture(scope="session")
def sqlite_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stage"]:
    with Stage.open("sqlite", tmp_path_factory.mktemp("sqlite_only")) as made:
        yield made


@pytest.fixture
def sqlite_world(sqlite_stage: "Stage") -> Iterator[World]:
    """The cast on SQLite alone: for what does not depend on the database."""
    with time_machine.travel(NOW, tick=True):
        yield World(sqlite_stage.app, sqlite_stage.reset())


class Stage:
    """An application on one database; `reset` brings back the cast, quickly."""

    def __init__(self, app: Flask, clean: Callable[[], Cast]) -> None:
        self.app = app
        self._clean = clean

    def reset(self) -> Cast:
        self.app.extensions.pop(NAME, None)  # a worker of the test before
        return self._clean()

    @classmethod
    @contextmanager
    def open(cls, database: str, folder: Path) -> Iterator["Stage"]:
        if database == "sqlite":
            url = f"sqlite:///{folder / 'test.db'}"
        else:
            found = postgres_url()
            if found is None:
                pytest.skip("no PostgreSQL to be had")
            url = found.replace("postgresql://", "postgresql+psycopg://")
        migrate(url)
        app = create_app(
            Config(
                home=folder, database_url=url, secret_key=SECRET, testing=True,
                upload_dir=folder / "uploads", threads=16,
            )
        )  # fmt: skip
        with app.app_context():
            engine = db.engine
        cast = _gathered(app)
        if database == "sqlite":
            reset = _from_copy(app, folder / "test.db", cast)
        else:
            reset = _from_shadow(app, cast)
        try:
            yield cls(app, reset)
        finally:
            engine.dispose()


def _gathered(app: Flask) -> Cast:
    with app.app_context(), writing():
        return gather()


def _from_copy(app: Flask, path: Path, cast: Cast) -> Callable[[], Cast]:
    """The schema and the cast are made once; each test gets a copy of the file."""
    with app.app_context():
        db.engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    template = path.with_suffix(".template")
    shutil.copyfile(path, template)

    def reset() -> Cast:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(template, path)
        return cast

    return reset


def _from_shadow(app: Flask, cast: Cast) -> Callable[[], Cast]:
    """The rows of the cast are kept in a schema of their own; one script brings them back.

    Deleting and copying so few rows takes some milliseconds, TRUNCATE or a template database forty.
    """
    tables = [table.name for table in Base.metadata.tables.values()]
    with app.app_context(), db.engine.connect().execution_options(writing=True) as connection:
        run = connection.exec_driver_sql
        run("CREATE SCHEMA kept")
        for table in tables:
            run(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
        full = [table for table in tables if run(f"TABLE kept.{table} LIMIT 1").first()]
        counters = run(
            "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL"
            " FROM pg_sequences WHERE schemaname = 'public'"
        ).all()
        connection.commit()
    script = ";".join([
        "SET session_replication_role = replica",  # no guard of history, no order of tables
        *(str(table.delete()) for table in Base.metadata.tables.values()),
        *(f"INSERT INTO {table} TABLE kept.{table}" for table in full),
        *(f"SELECT setval('{name}', {at}, {is_used})" for name, at, is_used in counters),
        "SET session_replication_role = DEFAULT",
    ])  # fmt: skip

    def reset() -> Cast:
        with app.app_context(), db.engine.connect().execution_options(writing=True) as connection:
            connection.exec_driver_sql(script)
            connection.commit()
        return cast

    return reset


@dataclass
class Empty:
    """A fresh installation: a schema, nobody in it, and the token of its set-up link."""

    app: Flask
    token: str

    def visit(self) -> Visit:
        return Visit(self.app.test_client())


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Empty]:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    migrate(url)
    app = create_app(Config(home=tmp_path, database_url=url, secret_key=SECRET, testing=True))
    with app.app_context(), writing():
        token = OneTimeLink.make("setup", at=clock.now(), lasts=timedelta(days=7))
    yield Empty(app, token)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port of loopback, in a thread; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


@dataclass
class Live:
    """A server on loopback with the cast behind it."""

    url: str
    world: World


@pytest.fixture
def live(sqlite_stage: Stage) -> Iterator[Live]:
    """A real server in a thread, real time, for tests in a browser."""
    world = World(sqlite_stage.app, sqlite_stage.reset())
    with serving(world.app) as url:
        yield Live(url, world)
