"""Clients that never finish what they began do not keep the others waiting."""

import os
import selectors
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.prove
EACH_KIND = 50  # slow clients of each of three kinds
LASTS = 20.0  # seconds
EVERY = 0.2  # seconds between two questions
SLOWEST = 1.0  # seconds; the figure is told as it is
# The server as `meetingtracker serve` starts it, with fewer places for connections.
FEW = """
import waitress
serve = waitress.serve
def few(app, **settings):
    return serve(app, **{**settings, "connection_limit": 20})
waitress.serve = few
from meetingtracker.__main__ import main
main()
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path, *command: str) -> Iterator[int]:
    """The server as a process of its own; its port."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("MEETINGTRACKER_")
    } | {"MEETINGTRACKER_HOME": str(home)}  # fmt: skip
    upgrade = [sys.executable, "-m", "meetingtracker", "db", "upgrade"]
    subprocess.run(upgrade, env=environ, check=True, capture_output=True)
    port = free_port()
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command, "serve", "--port", str(port)],
            env=environ, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while asked(port, timeout=1) is None:
            assert process.poll() is None and time.monotonic() < until, (home / "log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def asked(port: int, *, timeout: float) -> float | None:
    """Seconds that /healthz took to answer 200; None if it did not."""
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=timeout) as answer:
            answer.read()
            return time.perf_counter() - began if answer.status == 200 else None
    except (urllib.error.URLError, OSError):
        return None


@dataclass
class Slow:
    """Many connections, each of which sends one more byte at each `drip`."""

    port: int
    stack: ExitStack
    open: list[tuple[socket.socket, bytes]] = field(default_factory=list)
    dropped: int = 0

    def connect(self) -> None:
        begun = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
        posted = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nemail="
        for head, drips in ((b"", begun), (posted, b"x" * 1000), (begun + b"\r\n", b"")):
            for _ in range(EACH_KIND):
                client = self.stack.enter_context(closing(socket.socket()))
                client.settimeout(2)
                try:
                    client.connect(("127.0.0.1", self.port))
                    client.sendall(head)
                except OSError:
                    self.dropped += 1
                    continue
                client.setblocking(False)
                self.open.append((client, drips))

    def drip(self, number: int) -> None:
        """The next byte of everybody who is still sending."""
        for client, drips in self.open:
            try:
                if number < len(drips):
                    client.send(drips[number : number + 1])
            except OSError:
                self.dropped += 1
        self._hear()

    def _hear(self) -> None:
        """Take what the server says, so that it need not wait to be rid of it."""
        with selectors.DefaultSelector() as ears:
            for client, _ in self.open:
                ears.register(client, selectors.EVENT_READ)
            for key, _ in ears.select(0):
                with suppress(OSError):
                    key.fileobj.recv(65536)  # type: ignore[union-attr]


def waits(port: int, seconds: float) -> tuple[list[float], int]:
    """How long /healthz took each time while slow clients hold on; and how often it failed."""
    took: list[float] = []
    failed = number = 0
    with ExitStack() as stack:
        slow = Slow(port, stack)
        slow.connect()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            slow.drip(number)
            number += 1
            answered = asked(port, timeout=2)
            if answered is None:
                failed += 1
            else:
                took.append(answered)
            time.sleep(max(0, EVERY - (answered or 0)))
    return took, failed


def test_slow_clients_do_not_keep_others_waiting(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with served(tmp_path, "-m", "meetingtracker") as port:
        took, failed = waits(port, LASTS)
    assert failed == 0
    assert len(took) > 50
    slowest = sorted(took)[int(len(took) * 0.95)]
    assert slowest <= SLOWEST
    record_property(
        "figure", f"{3 * EACH_KIND} slow clients: /healthz p95 {slowest * 1000:.0f} ms of"
        f" {len(took)} answers in {LASTS:.0f} s",
    )  # fmt: skip


def test_the_check_bites(tmp_path: Path) -> None:
    """With room for twenty connections the same clients shut everybody out."""
    with served(tmp_path, "-c", FEW) as port:
        _took, failed = waits(port, 4)
    assert failed > 0
