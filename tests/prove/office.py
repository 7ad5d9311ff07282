"""A company whose promises are overdue, runners in processes of their own, and who was told."""

import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from meetingtracker import clock
from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.config import load
from meetingtracker.db import db, writing
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.queue_digest import digest_key
from meetingtracker.models.alert import Alert
from meetingtracker.models.department import Department
from meetingtracker.models.notification import Notification
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.queue import LEASE
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM, Role
from meetingtracker.worker import followup
from tests.cast import NOW, TODAY, ZONE
from tests.postgres import postgres_url
from tests.worker.smtp import Server

FOLLOW_UP = """
import sys
from meetingtracker import cli
sys.exit(cli.main(["followup", "run"]))
"""
WORK = FOLLOW_UP.replace('"followup", "run"', '"worker"')
DONE, BUSY = 0, 3  # exit codes
PATIENCE = 120  # seconds that a process may take on a machine that does other things, too
DAY = timedelta(days=1)
# Processes of their own, forked from one that has imported all there is: that takes seconds.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["meetingtracker.cli", "tests.prove.office"])


@dataclass
class Office:
    """`due_alerts`, `due_notices`, `due_mails`: how often each must stand or come in: once."""

    app: Flask
    server: Server
    log: Path
    due_alerts: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    due_notices: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    due_mails: Counter[str] = field(default_factory=Counter)
    skipped: timedelta = timedelta()
    began: float = field(default_factory=time.monotonic)

    # --- what is going on -------------------------------------------------------------------------

    def fill(self, *, people: int, promises: int, asked: int) -> None:
        """`promises` are overdue, every other one so long that its leader is told as well; `asked`
        people were asked for another one an hour ago."""
        with self.app.app_context(), writing():
            Organisation.set_up(
                name="Northwind", zone=ZONE, language="en", uses_mail=True, by=SYSTEM, at=NOW
            )
            tech = Department.found(name="Tech", colour=0, by=SYSTEM, at=NOW)
            tom = Person.join(email="tom@example.com", name="Tom", role=Role.leader,
                              department_id=tech.id, by=SYSTEM, at=NOW).id  # fmt: skip
            tech.appoint(leader_id=tom, deputy_id=None, by=SYSTEM, at=NOW)
            ids = [
                Person.join(email=f"p{n}@example.com", name=f"Person {n}", department_id=tech.id,
                            by=SYSTEM, at=NOW).id
                for n in range(people)
            ]  # fmt: skip
            by, told = actor(tom), set()
            for n in range(promises):
                owner, due_on, levels = ids[n % people], TODAY - 3 * DAY, (1,)  # Friday
                if n % 2:
                    due_on, levels = TODAY - 5 * DAY, (1, 2)  # Wednesday: three working days
                action = give_action(
                    title=f"Promise {n}", owner_id=owner, due_on=due_on, by=by, at=NOW - 20 * DAY,
                    on=TODAY - 20 * DAY, present_in_meeting=True,
                )  # fmt: skip
                db.session.flush()
                self.due_alerts.update((action.id, f"{due_on}.0", level) for level in levels)
                self.due_notices[owner, Notice.overdue, action.id] = 1
                told.add(owner)
                if len(levels) > 1:
                    self.due_notices[tom, Notice.escalated, action.id] = 1
                    told.add(tom)
            for n in range(asked):
                action = give_action(
                    title=f"Wish {n}", owner_id=ids[n], due_on=TODAY + 20 * DAY, by=by,
                    at=NOW - timedelta(hours=1), on=TODAY,
                )  # fmt: skip
                db.session.flush()
                self.due_notices[ids[n], Notice.assigned, action.id] = 1
                told.add(ids[n])
            self.due_mails.update(digest_key(i, TODAY) for i in told)

    def now(self) -> datetime:
        """The clock that all its processes go by."""
        return NOW + self.skipped + timedelta(seconds=time.monotonic() - self.began)

    def skip_lease(self) -> None:
        """Let what dead processes had claimed become free."""
        self.skipped += LEASE + timedelta(minutes=1)

    # --- processes --------------------------------------------------------------------------------

    def run(self, program: str = "") -> int:
        """Run a program, else the command itself, to its end; its exit code."""
        command = ["-c", program] if program else ["-m", "meetingtracker", "followup", "run"]
        with self.log.open("ab") as log:
            return subprocess.run(
                [sys.executable, *command], stdout=log, stderr=log, env=self._environ(),
                check=False, timeout=PATIENCE,
            ).returncode  # fmt: skip

    @contextmanager
    def started(self, *programs: str, held: bool = False) -> Iterator[list[BaseProcess]]:
        """Start them, to be killed at the end. `held`: begin when all have come to their look."""
        barrier = FORKS.Barrier(len(programs) + 1) if held else None
        processes: list[BaseProcess] = [
            FORKS.Process(target=_child, args=(one, self._environ(), str(self.log), barrier))
            for one in programs
        ]
        try:
            for process in processes:
                process.start()
            if barrier:
                barrier.wait(PATIENCE)
            yield processes
        finally:
            for process in processes:
                process.kill()
                process.join()

    def _environ(self) -> dict[str, str]:
        return {**os.environ, "MEETINGTRACKER_NOW": self.now().isoformat()}

    def until_more(self, count: int, *processes: BaseProcess) -> None:
        """Wait until so many more mails have come in, or the processes have ended."""
        enough, ends = len(self.server.sent) + count, time.monotonic() + PATIENCE
        while len(self.server.sent) < enough and time.monotonic() < ends:
            if not any(process.is_alive() for process in processes):
                return
            time.sleep(0.01)

    # --- what came of it --------------------------------------------------------------------------

    def alerts(self) -> Counter[tuple[int, str, int]]:
        return self._count(sa.select(Alert.subject_id, Alert.epoch, Alert.level))

    def notices(self) -> Counter[tuple[int, str, int]]:
        columns = Notification.person_id, Notification.notice, Notification.subject_id
        return self._count(sa.select(*columns))

    def waiting(self) -> int:
        """Mails that are neither sent nor set aside."""
        return sum(self._count(sa.select(Outbox.key).where(*Outbox.unsent())).values())

    def claimed(self) -> int:
        return sum(
            self._count(sa.select(Outbox.key).where(Outbox.claimed_by.is_not(None))).values()
        )

    def doubled(self) -> int:
        return sum(count - 1 for count in Counter(self.server.keys()).values())

    def lost(self) -> int:
        return len({*self.due_mails} - {*self.server.keys()})

    def ids_of_doubles_differ(self) -> int:
        """How many keys came in under more than one Message-ID."""
        pairs = {(str(m["X-Meetingtracker-Key"]), m["Message-ID"]) for m in self.server.mails()}
        return len(pairs) - len({key for key, _ in pairs})

    def told_once(self) -> None:
        """Whatever became of mails: the inboxes and the history say everything exactly once."""
        assert self.alerts() == self.due_alerts
        assert self.notices() == self.due_notices

    def _count(self, rows: sa.Select[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
        with self.app.app_context():
            found = Counter(tuple(row) for row in db.session.execute(rows))
            db.session.remove()
        return found


def _child(program: str, environ: dict[str, str], log: str, barrier: Barrier | None) -> None:
    os.environ.clear()
    os.environ.update(environ)
    clock._started = time.time()  # it was imported before NOW was known
    clock._shift = clock._offset()
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(out, stream)
    if barrier:
        look = followup.run

        def held(*args: Any, **more: Any) -> Any:
            barrier.wait(PATIENCE)
            return look(*args, **more)

        followup.run = held
    exec(program, {"__name__": "__main__"})  # noqa: S102  (our own words)


def sample() -> random.Random:
    return random.Random(1)  # noqa: S311  (a sample, no secret)


@contextmanager
def opened(url: str, folder: Path, server: Server, **size: int) -> Iterator[Office]:
    """A filled office on an empty database, named in the environment."""
    with pytest.MonkeyPatch.context() as environ:
        for name, value in {
            "DATABASE_URL": url, "HOME": str(folder), "TESTING": "1", "SMTP_URL": server.url,
            "MAIL_FROM": "meet@example.com", "BASE_URL": "https://meet.example.com",
        }.items():  # fmt: skip
            environ.setenv(f"MEETINGTRACKER_{name}", value)
        migrate(url)
        office = Office(create_app(load()), server, folder / "log")
        office.fill(**size)
        office.began = time.monotonic()
        try:
            yield office
        finally:
            with office.app.app_context():
                db.session.remove()
                db.engine.dispose()


@contextmanager
def own_postgres() -> Iterator[str]:
    """The URL of an empty database of its own on the server of the tests."""
    found = postgres_url()
    if found is None:
        pytest.skip("no PostgreSQL to be had")
    there = sa.make_url(found).set(drivername="postgresql+psycopg")
    own = f"{there.database}_office"
    main = sa.create_engine(there, isolation_level="AUTOCOMMIT")
    with main.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{own}"')
    try:
        yield there.set(database=own).render_as_string(hide_password=False)
    finally:
        with main.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{own}" WITH (FORCE)')
        main.dispose()


Open = Callable[..., AbstractContextManager[Office]]
"""`office(url, people=, promises=, asked=)`: the fixture; without a URL on SQLite."""
