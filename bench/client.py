"""A browser that only counts: one kept connection, one cookie, times in milliseconds."""

import gzip
import http.client
import math
import os
import re
import socket
import time
from pathlib import Path
from urllib.parse import urlencode


class Client:
    account = ("", "")  # mail address and password of everybody who measures

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""

    def get(self, path: str) -> tuple[bytes, int]:
        """The body and how many queries it took."""
        answer, body = self._send("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return body, int(answer.headers.get("X-Queries", 0))

    def sign_in(self) -> None:
        body, _ = self.get("/login")
        email, password = self.account
        fields = {"csrf_token": _token(body), "email": email, "password": password}
        answer, _ = self._send("POST", "/login", urlencode(fields))
        if answer.status != 302:
            raise RuntimeError(f"sign-in: {answer.status}")

    def times(self, path: str, requests: int) -> list[float]:
        times = []
        for _ in range(requests):
            began = time.perf_counter()
            answer, _ = self._send("GET", path)
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        return times

    def first_issue(self) -> str:
        body, _ = self.get("/board")
        found = re.search(rb'href="(/issues/\d+)"', body)
        if not found:
            raise RuntimeError("the board shows no issue")
        return found.group(1).decode()

    def updates(self, requests: int) -> list[float]:
        """Give oneself an action and say "on track" again and again, each time a commit."""
        body, _ = self.get("/actions/new")
        token = _token(body)
        owner = re.search(rb'name="owner".*?<option selected value="(\d+)"', body, re.S)
        if not owner:
            raise RuntimeError("nobody to give an action to")
        given = {"csrf_token": token, "title": "Measure", "owner": owner.group(1).decode(),
                 "due_on": "2199-12-31"}  # fmt: skip
        answer, _ = self._send("POST", "/actions/new", urlencode(given))
        path, version, times = f"{answer.headers['Location']}/on-track", 1, []
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
