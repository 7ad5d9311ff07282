"""A browser that only counts: one kept connection, one cookie, times in milliseconds."""

import http.client
import math
import os
import re
import socket
import time
from pathlib import Path
from urllib.parse import urlencode

EMAIL = os.environ.get("BENCH_EMAIL", "")
PASSWORD = os.environ.get("BENCH_PASSWORD", "")


class Client:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""

    def get(self, path: str) -> tuple[bytes, int]:
        """The body and how many queries it took."""
        answer, body = self._send("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return body, int(answer.headers.get("X-Queries", 0))

    def sign_in(self) -> None:
        body, _ = self.get("/login")
        fields = {"csrf_token": _token(body), "email": EMAIL, "password": PASSWORD}
        answer, _ = self._send("POST", "/login", urlencode(fields))
        if answer.status != 302:
            raise RuntimeError(f"sign-in: {answer.status}")

    def times(self, path: str, requests: int) -> list[float]:
        times = []
        for _ in range(requests):
            began = time.perf_counter()
            self.get(path)
            times.append((time.perf_counter() - began) * 1000)
        return times

    def first_issue(self) -> str:
        body, _ = self.get("/board")
        found = re.search(rb'href="(/issues/\d+)"', body)
        if not found:
            raise RuntimeError("the board shows no issue")
        return found.group(1).decode()

    def updates(self, requests: int) -> list[float]:
        """Say "on track" again and again; each answer raises the version by one."""
        body, _ = self.get("/actions?scope=mine")
        form = re.search(rb'action="(/actions/\d+/on-track)"(.*?)</form>', body, re.S)
        if not form:
            raise RuntimeError("the bench person has no running action")
        version = int(re.search(rb'name="version" value="(\d+)"', form.group(2)).group(1))  # type: ignore[union-attr]
        path, token, times = form.group(1).decode(), _token(body), []
        for _ in range(requests):
            fields = urlencode({"csrf_token": token, "version": version})
            began = time.perf_counter()
            answer, _body = self._send("POST", path, fields)
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != 302:
                raise RuntimeError(f"{path}: {answer.status}")
            version += 1
        return times

    def _send(
        self, method: str, path: str, body: str = ""
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return answer, content


def _token(body: bytes) -> str:
    found = re.search(rb'name="csrf-token" content="([^"]+)"', body)
    if not found:
        raise RuntimeError("a page without a token")
    return found.group(1).decode()


def percentile(times: list[float], q: int) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(times)
    return ordered[max(math.ceil(len(ordered) * q / 100) - 1, 0)]


def cpu_ms(pid: int) -> float:
    """Processor time of the process so far, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            Client(port).get("/healthz")
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")
