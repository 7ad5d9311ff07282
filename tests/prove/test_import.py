"""A hundred thousand rows: exactly the bad ones are named, and nobody reads slowly meanwhile."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.config import Config
from meetingtracker.db import db, writing
from meetingtracker.rules.import_rows import COLUMNS
from tests.cast import PEOPLE, TODAY, gather
from tests.prove.child import Child, run

pytestmark = pytest.mark.prove
ROWS, BAD = 100_000, 137
MEMORY = 300  # MB
WORKERS = [(key, home or "") for key, _, _, home in PEOPLE if key != "gone"]
STATES = ("open", "in_progress", "done", "verified", "proposed", "blocked", "cancelled")
FAULTS = (
    ("title", ""),
    ("department", "Nowhere"),
    ("owner_email", "ghost@example.com"),
    ("due_on", "2026-02-30"),
    ("status", "finished"),
    ("priority", "urgent"),
    ("external_id", ""),
)


def row(number: int) -> dict[str, str]:
    key, home = WORKERS[number * 7 % len(WORKERS)]
    due_on = TODAY + timedelta(days=number * 13 % 400 - 200)
    return {
        "external_id": f"A-{number}", "title": f"Promise number {number} of many",
        "department": home, "owner_email": f"{key}@example.com", "due_on": due_on.isoformat(),
        "status": STATES[number * 3 % 7], "priority": "normal",
        "description": f"Some plain words about what number {number} is to bring about",
    }  # fmt: skip


def write(path: Path, faults: dict[int, tuple[str, str]]) -> None:
    """The file, with another value in one column of the rows of these numbers."""
    names = COLUMNS["actions"]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(names) + "\n")
        for number in range(ROWS):
            cells = row(number)
            if number in faults:
                column, value = faults[number]
                cells[column] = value
            file.write(",".join(cells[name] for name in names) + "\n")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose database holds the cast."""
    url = f"sqlite:///{tmp_path / 'meetingtracker.db'}"
    migrate(url)
    app = create_app(Config(home=tmp_path, database_url=url, secret_key="x" * 40, testing=True))
    with app.app_context():
        with writing():
            gather()
        db.engine.dispose()
    yield tmp_path


def counted(home: Path, table: str) -> int:
    connection = sqlite3.connect(home / "meetingtracker.db")
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    connection.close()
    return int(count)


class Others:
    """Somebody reads and somebody writes all the time; the longest that either waited, in s."""

    def __init__(self, home: Path) -> None:
        self.connection = sqlite3.connect(
            home / "meetingtracker.db", isolation_level=None, timeout=60
        )
        self.read = self.written = 0.0

    def __call__(self) -> None:
        began = time.perf_counter()
        self.connection.execute("SELECT count(*) FROM person JOIN department").fetchone()
        between = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("ROLLBACK")
        self.read = max(self.read, between - began)
        self.written = max(self.written, time.perf_counter() - between)


def told(child: Child) -> str:
    return f"{child.wall:.1f} s ({child.cpu:.1f} s of processor), {child.peak:.0f} MB"


def test_exactly_the_bad_rows_are_named_and_nothing_is_stored(
    home: Path, say: Callable[[str], None]
) -> None:
    step = ROWS // BAD
    faults = {number * step: FAULTS[number % len(FAULTS)] for number in range(BAD)}
    write(home / "bad.csv", faults)
    before = [counted(home, table) for table in ("action", "event", "issue", "person")]
    child = run(home, "import", "actions", str(home / "bad.csv"), "--as", "ada@example.com",
                "--json")  # fmt: skip
    assert child.code == 2
    named = json.loads(child.out)["error"]["rows"]
    expected = {(number + 2, number + 1, column) for number, (column, _) in faults.items()}
    assert {(bad["line"], bad["row"], bad["column"]) for bad in named} == expected
    assert len(named) == BAD
    assert all(bad["reason"] for bad in named)
    assert [counted(home, table) for table in ("action", "event", "issue", "person")] == before
    assert child.peak <= MEMORY
    say(f"import of {ROWS} rows, {BAD} bad, all named, none stored: {told(child)}")


def test_a_clean_file_is_stored_whole_and_twice_is_once(
    home: Path, say: Callable[[str], None]
) -> None:
    write(home / "good.csv", {})
    events = counted(home, "event")
    arguments = ("import", "actions", str(home / "good.csv"), "--as", "ada@example.com", "--json")
    others = Others(home)
    child = run(home, *arguments, meanwhile=others)
    assert child.code == 0, child.out
    assert json.loads(child.out)["created"] == ROWS
    assert counted(home, "action") == ROWS
    assert counted(home, "event") == events + ROWS
    say(f"import of {ROWS} clean rows: {told(child)}; meanwhile a read took"
        f" {others.read * 1000:.0f} ms at most, a write waited {others.written:.1f} s")  # fmt: skip
    again = run(home, *arguments)
    assert json.loads(again.out)["unchanged"] == ROWS
    assert (counted(home, "action"), counted(home, "event")) == (ROWS, events + ROWS)
    assert max(child.peak, again.peak) <= MEMORY
    say(f"the same file again, nothing to do: {told(again)}")
