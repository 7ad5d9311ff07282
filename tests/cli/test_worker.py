"""`worker`, `serve` and `doctor` with a real mail server at the far end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meetingtracker.app import create_app
from meetingtracker.cli import main
from meetingtracker.cli.database import migrate
from meetingtracker.config import load
from meetingtracker.db import db, writing
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW
from tests.worker.smtp import Mode, Server, smtp_server


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose settings send mail to the server, with one person in it."""
    monkeypatch.delenv("MEETINGTRACKER_DATABASE_URL", raising=False)
    for name, value in {
        "HOME": str(tmp_path), "TESTING": "1", "SMTP_URL": server.url,
        "MAIL_FROM": "meet@example.com", "BASE_URL": "http://localhost:8000",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MEETINGTRACKER_{name}", value)
    migrate(load().database_url)
    return tmp_path


def queue(count: int) -> None:
    app = create_app(load())
    with app.app_context():
        with writing():
            pia = Person.join(email="pia@example.com", name="Pia", by=SYSTEM, at=NOW)
            for n in range(count):
                Outbox.queue(f"n:{n}", "mail.test", person_id=pia.id, at=NOW)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def running(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "meetingtracker", *arguments], env=dict(os.environ),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait(until: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def health(port: int) -> dict[str, object] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:  # noqa: S310
            told: dict[str, object] = json.load(answer)
            return told
    except OSError:
        return None


def test_a_worker_sends_and_ends_after_the_message_in_hand(home: Path, server: Server) -> None:
    queue(10)
    server.mode = Mode.slow
    with running("worker") as process:
        wait(lambda: len(server.sent) >= 3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    done = len(server.sent)
    assert done < 10, "it did not finish everything first"
    server.mode = Mode.accept
    with running("worker") as process:
        wait(lambda: len(server.sent) >= 10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert sorted(server.keys()) == [f"n:{n}" for n in range(10)], "each once"


def test_the_server_sends_beside_its_pages_and_ends_cleanly(home: Path, server: Server) -> None:
    queue(2)
    port = free_port()
    with running("serve", "--port", str(port)) as process:
        wait(lambda: len(server.sent) == 2 and health(port) is not None)
        told = health(port)
        assert told is not None
        assert told["worker"] != {"last_tick": None}
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_with_no_worker_the_server_leaves_mail_alone(home: Path, server: Server) -> None:
    queue(1)
    port = free_port()
    with running("serve", "--port", str(port), "--no-worker"):
        wait(lambda: health(port) is not None)
        time.sleep(1)
        told = health(port)
        assert told is not None
        assert told["worker"] == {"last_tick": None}
        assert isinstance(told["oldest_unsent_seconds"], int)
    assert server.sent == []


def test_a_bad_mail_server_is_refused_with_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEETINGTRACKER_SMTP_URL", "mail.example.com:25")
    for command in ("worker", "serve"):
        assert main([command]) == 2
        assert "MEETINGTRACKER_SMTP_URL must look like" in capsys.readouterr().err


def test_a_worker_without_a_mail_server_says_what_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MEETINGTRACKER_BASE_URL")
    monkeypatch.setattr("meetingtracker.worker.loop.Loop.run", lambda loop: None)
    assert main(["worker"]) == 0  # webhooks are told without it
    assert "set MEETINGTRACKER_BASE_URL" in capsys.readouterr().err


def doctor(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, str]]:
    """Exit code, and the words of each check; what failed begins with "FAILED"."""
    code = main(["doctor", "--json", *arguments])
    told = json.loads(capsys.readouterr().out)
    return code, {
        c["check"]: c["words"] if c["ok"] else f"FAILED {c['words']}" for c in told["checks"]
    }


def test_the_doctor_finds_all_well_and_prints_the_servers_words(
    home: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = doctor(capsys, "--mail", "me@example.com")
    assert code == 0
    assert list(told) == ["settings", "schema", "database", "mail server", "test mail"]
    assert told["test mail"] == f"127.0.0.1:{server.port} says: 250 2.0.0 Queued as 4711"
    assert server.sent[0][0] == ["me@example.com"]
    assert server.mails()[0]["Subject"] == "Mail works"
    assert main(["doctor"]) == 0
    assert "mail server: 127.0.0.1" in capsys.readouterr().out


def test_the_doctor_prints_a_refusal(
    home: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.mode = Mode.refuse
    code, told = doctor(capsys, "--mail", "me@example.com")
    assert code == 1
    assert told["test mail"] == "FAILED 550 5.1.1 No such mailbox: ask your postmaster"


@pytest.mark.parametrize(
    ("name", "value", "check", "words"),
    [
        ("SMTP_URL", "smtp://127.0.0.1:1", "mail server", "FAILED No connection with 127.0.0.1:1"),
        ("SMTP_URL", "nonsense", "mail server", "FAILED MEETINGTRACKER_SMTP_URL must look like"),
        ("MAIL_FROM", "nobody", "mail server", "FAILED MEETINGTRACKER_MAIL_FROM must be"),
        ("MAX_BODY", "much", "settings", "FAILED MEETINGTRACKER_MAX_BODY must be a whole number"),
        ("SMTP_URL", "", "mail server", "Mail is not set up. Set MEETINGTRACKER_SMTP_URL."),
    ],
)
def test_the_doctor_names_what_is_wrong(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, value: str, check: str, words: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(f"MEETINGTRACKER_{name}", value)
    code, told = doctor(capsys)
    assert told[check].startswith(words)
    assert code == (1 if words.startswith("FAILED") else 0)


def test_the_doctor_names_an_old_schema(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "downgrade", "base"]) == 0
    capsys.readouterr()
    code, told = doctor(capsys)
    assert code == 1
    assert "db upgrade" in told["schema"]
    assert told["database"].startswith("FAILED")
