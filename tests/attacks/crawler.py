"""Walks every link and sends every form of every page, filled with what fits and what does not."""

import io
import logging
import random
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.attacks.scripts import BLOCKS, SCRIPTS
from tests.attacks.strings import ODD
from tests.cast import TODAY
from tests.conftest import Visit, World

# Each ends the walk or the session it walks in.
NOT_SENT = re.compile(r"/logout|/account/sessions|/account/password|/login|/setup|/reset|/sign-in")
BEGIN = ("/", "/board", "/actions", "/meetings", "/agenda", "/more", "/people", "/settings")
OFTEN = 40  # times that one kind of address is opened; a form is sent as often
FILES = (
    ("a.pdf", b"x"), ("b.csv", b"a,b\r\n=1,2"), ("c.png", b"\x89PNG\r\n"), ("d.json", b"[[{}"),
    ("..", b""), ("e.html", b"<script>hit(1)</script>"), ("f.csv", b"\xff\xfe\x00"),
    ("g.json", b'{"series": {}, "people": [], "meetings": [1]}'), ("h.gif", b"GIF89a\x01\x00"),
)  # fmt: skip
LONG = 20_000  # characters: longer texts have tests of their own


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)


class Reader(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get"):
            if re.match(r"[/?](?!static/)", given.get(name, "")):
                self.links.append(given[name])
        if tag == "form":
            self._inside = True
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self._inside:
            return
        fields = self.forms[-1].fields
        if tag in ("input", "select", "textarea", "button") and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            fields.append(Field(given["name"], kind, given.get("value", "")))
        elif tag == "option" and fields:
            fields[-1].options.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


class Traces(logging.Handler):
    """What the application says when it fails."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        shown = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.lines.append(f"{record.getMessage()}\n{shown[-1500:]}")


class Crawler:
    """One person's walk. `answers` counts statuses, `failures` says what failed and how."""

    def __init__(self, world: World, name: str, *, seed: int) -> None:
        self.world, self.name = world, name
        self.random = random.Random(seed)  # noqa: S311  (the same walk each time)
        self.visit = world.sign_in(name)
        self.answers: Counter[int] = Counter()
        self.forms: set[str] = set()
        self.failures: list[str] = []
        self.traces = Traces()
        self._times: Counter[str] = Counter()
        self._wanted: deque[str] = deque()

    def walk(self, requests: int) -> int:
        """At least so many requests, unless there is nothing left to open."""
        self.world.app.logger.addHandler(self.traces)
        try:
            while self.answers.total() < requests:
                self._wanted.extend(BEGIN)
                before = self.answers.total()
                while self._wanted and self.answers.total() < requests:
                    self._open(self._wanted.popleft())
                if self.answers.total() == before:
                    self._times.clear()
        finally:
            self.world.app.logger.removeHandler(self.traces)
        return self.answers.total()

    def _open(self, path: str) -> None:
        if self._is_enough("GET", path):
            return
        answer = self._ask("GET", path, None)
        if not answer.content_type.startswith("text/html"):
            return
        page = Reader(answer.text)
        links = [link if link[0] == "/" else urlsplit(path).path + link for link in page.links]
        self.random.shuffle(links)
        self._wanted.extend(links)
        for form in page.forms:
            self._send(form, path)
        if self.random.random() < 0.2:  # the address itself, bent
            self._ask("GET", self._bent(path), None)

    def _send(self, form: Form, at: str) -> None:
        action = form.action or urlsplit(at).path
        if NOT_SENT.match(urlsplit(action).path):
            return
        if form.method == "dialog":
            return
        if form.method == "get" and self._is_enough("GET", action + "?form"):
            return
        if form.method == "get":
            query = dict(self._filled(form))
            self._ask("GET", action, {k: v for k, v in query.items() if isinstance(v, str)})
            return
        for _ in range(3):
            if self._is_enough("POST", action):
                return
            self.forms.add(_kind_of(action))
            self._ask("POST", action, self._filled(form))

    def _filled(self, form: Form) -> dict[str, Any]:
        """Some forms whole and right, some odd in one field, some odd in all."""
        oddness = self.random.choice((0.0, 0.1, 0.1, 0.4, 1.0))
        found: dict[str, Any] = {}
        for one in form.fields:
            if one.name == "csrf_token":
                found[one.name] = one.value
            elif self.random.random() < oddness:
                found[one.name] = self._odd()
            elif self.random.random() > 0.03:  # now and then a field is missing
                found[one.name] = self._fitting(one)
        return {name: value for name, value in found.items() if value is not None}

    def _odd(self) -> str:
        return str(self.random.choice(self.random.choice((ODD, SCRIPTS, BLOCKS))))[:LONG]

    def _fitting(self, one: Field) -> Any:
        match one.kind:
            case "select":
                return self.random.choice(one.options or [""])
            case "checkbox" | "radio":
                return one.value if self.random.random() < 0.5 else None
            case "hidden" | "button" | "submit":
                return one.value
            case "number":
                return str(self.random.choice((1, 2, 5, 10, 60)))
            case "date":
                return (TODAY + timedelta(days=self.random.randint(-3, 40))).isoformat()
            case "time":
                return "10:30"
            case "email":
                return f"w{self.random.randint(1, 999)}@example.com"
            case "password":
                return "a long enough password"
            case "file":
                name, raw = self.random.choice(FILES)
                return (io.BytesIO(raw), name)
            case _:
                return one.value or self.random.choice(("Some words", "a Do it @tom tomorrow"))

    def _bent(self, path: str) -> str:
        bent = re.sub(r"\d+", lambda _: self.random.choice(("0", "999999", "9" * 30, "1")), path)
        if "?" in bent:
            odd = ("=", "=x", "=-1", "=%00", "=" + "9" * 20)
            bent = re.sub(r"=[^&]*", lambda _: self.random.choice(odd), bent)
        return bent

    def _ask(self, method: str, path: str, data: dict[str, Any] | None) -> TestResponse:
        client = self.visit.client
        if method == "GET":
            answer = client.get(
                path, query_string=_encodable(data) if data else None, buffered=True
            )
        else:
            answer = client.post(path, data=_encodable(data or {}), buffered=True)
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            trace = self.traces.lines[-1] if self.traces.lines else ""
            self.failures.append(f"{self.name}: {method} {path} {str(data)[:1500]}\n{trace}")
        if answer.status_code in (301, 302, 303, 308):
            place = urlsplit(answer.location)
            assert place.netloc in ("", "localhost"), f"{method} {path} leads to {answer.location}"
            if place.path == "/login":
                self.visit = self._again()
            else:
                self._wanted.append(place.path + (f"?{place.query}" if place.query else ""))
        return answer

    def _again(self) -> Visit:
        return self.world.sign_in(self.name)

    def _is_enough(self, method: str, path: str) -> bool:
        kind = f"{method} {_kind_of(path)}"
        self._times[kind] += 1
        return self._times[kind] > OFTEN or urlsplit(path).path == "/logout"


def _kind_of(path: str) -> str:
    """The address without its numbers and what is asked of it."""
    address = urlsplit(path)
    names = ",".join(sorted(part.partition("=")[0] for part in address.query.split("&")))
    return re.sub(r"\d+", "N", address.path) + (f"?{names}" if names else "")


def _encodable(data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value
        for name, value in data.items()
    }
