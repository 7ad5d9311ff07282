"""Workers are killed in the middle of sending: nothing is lost, and little comes twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.config import load
from meetingtracker.db import db, writing
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.queue import LEASE
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW
from tests.worker.smtp import Mode, Server, smtp_server

pytestmark = pytest.mark.prove
MESSAGES, KILLS = 120, 20
# The control: the same worker, but it notes a message as sent before it sends it.
CARELESS = """
from meetingtracker import cli
from meetingtracker.worker import queue
careful = queue._try
def careless(noun, row_id, attempt):
    with queue.writing() as session:
        session.get(noun, row_id).sent_at = queue.clock.now()
    return careful(noun, row_id, attempt)
queue._try = careless
cli.main(["worker"])
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MEETINGTRACKER_DATABASE_URL", raising=False)
    for name, value in {
        "HOME": str(tmp_path), "TESTING": "1", "SMTP_URL": server.url,
        "MAIL_FROM": "meet@example.com", "BASE_URL": "https://meet.example.com",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MEETINGTRACKER_{name}", value)
    migrate(load().database_url)
    app = create_app(load())
    with app.app_context():
        with writing():
            pia = Person.join(email="pia@example.com", name="Pia", by=SYSTEM, at=NOW)
            for n in range(MESSAGES):
                Outbox.queue(f"n:{n}", "mail.test", person_id=pia.id, at=NOW)
        db.session.remove()
        db.engine.dispose()
    return tmp_path


def killed_again_and_again(server: Server, *command: str) -> int:
    """Run the worker and kill it KILLS times as a mail is coming in or just did; then let one
    finish. Each begins when the lease of the one before has run out. How many were killed."""
    rng, at, kills = random.Random(1), NOW, 0  # noqa: S311  (a sample, no secret)
    server.mode = Mode.slow
    for _ in range(KILLS):
        enough = len(server.sent) + 1 + rng.randint(0, 3)
        with started(at, *command) as process:
            until(lambda enough=enough: len(server.sent) >= enough, process)  # type: ignore[misc]
            time.sleep(rng.random() * 0.25)
            process.send_signal(signal.SIGKILL)
        kills += process.returncode == -signal.SIGKILL
        at += LEASE + timedelta(minutes=1)
    server.mode = Mode.accept
    with started(at, *command) as process:
        quiet(server)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    return kills


def started(at: object, *command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "MEETINGTRACKER_NOW": str(at)},
    )  # fmt: skip


def until(true: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while not true() and time.monotonic() < ends and process.poll() is None:
        time.sleep(0.01)


def quiet(server: Server) -> None:
    """Wait until nothing has come in for a few looks of the worker."""
    seen, since = -1, time.monotonic()
    while time.monotonic() < since + 6:
        if len(server.sent) != seen:
            seen, since = len(server.sent), time.monotonic()
        time.sleep(0.05)


def test_twenty_kills_lose_nothing_and_double_at_most_one_each(
    home: Path, server: Server, say: Callable[[str], None]
) -> None:
    kills = killed_again_and_again(server, "-m", "meetingtracker", "worker")
    came = Counter(server.keys())
    doubled = sum(count - 1 for count in came.values())
    say(f"{MESSAGES} mails, {kills} kills: 0 lost, {doubled} doubled")
    assert kills == KILLS
    assert set(came) == {f"n:{n}" for n in range(MESSAGES)}
    assert doubled <= kills
    ids = {(str(mail["X-Meetingtracker-Key"]), mail["Message-ID"]) for mail in server.mails()}
    assert len(ids) == MESSAGES, "what came twice came under one Message-ID"


def test_the_control_that_marks_before_it_sends_loses_some(
    home: Path, server: Server, say: Callable[[str], None]
) -> None:
    killed_again_and_again(server, "-c", CARELESS)
    lost = MESSAGES - len(set(server.keys()))
    say(f"control, marked before sending: {lost} of {MESSAGES} lost")
    assert lost > 0
