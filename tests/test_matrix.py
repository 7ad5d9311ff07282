"""Who gets what: every route, method and state of what it names, for each kind of visitor.

The expectation is tests/access_table.py, written from the product's table and not from the code.
A refused cell also proves that the database has not been written to, and what one may not see is
answered byte for byte like what never was.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.api_token import ApiToken
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import OneTimeLink, SignIn, hashed
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.replies import Reply
from meetingtracker.web.access import Bearer, Public, permission_of
from tests import access_table as table
from tests.cast import NOW, TODAY, Cast
from tests.conftest import Stage, World
from tests.page import lasting
from tests.pages.answers.digests import Mail, mail
from tests.scene import ABSENT, Scene, set_scene

SIGNED_IN = ("max", "olga", "pia", "tom", "noor", "maya", "lea", "ada")
# A token to read and one to write, both of max; on the API each of the others has one to write.
TOKENS = {"read token": "max", "write token": "max"}
API_TOKENS = TOKENS | {f"token of {name}": name for name in SIGNED_IN if name != "max"}
STRANGERS = ("anonymous", "deactivated", "mail link A", "mail link B", "expired link")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FITTING = {
    "kind": "action", "row_id": 1, "form": "csv", "path": "x", "version": "x", "token": "x",
    "number": 1,
}  # fmt: skip


@dataclass
class Visitors:
    """The scene, a client for each kind of visitor, and the file that holds the database."""

    world: World
    scene: Scene
    path: Path
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)

    def open(self, who: str, method: str, path: str, fields: dict[str, Any]) -> TestResponse:
        if who in API_TOKENS:
            return self._by_token(who, method, path, dict(fields))
        data = {"csrf_token": self.csrf.get(who, ""), **fields} if method in UNSAFE else None
        return self.clients[who].open(path, method=method, data=data, buffered=True)

    def _by_token(self, who: str, method: str, path: str, fields: dict[str, Any]) -> TestResponse:
        client, headers = self.clients["anonymous"], {"Authorization": f"Bearer {who}"}
        if method not in UNSAFE or not path.startswith("/api/"):
            return client.open(path, method=method, headers=headers, buffered=True)
        if method == "PATCH":  # as a program does: from the version that it has read
            stands = client.get(path, headers=headers).get_json()
            fields["version"] = stands.get("version", 1)
        return client.open(path, method=method, headers=headers, json=fields, buffered=True)


class Unchanged:
    """Tells whether anybody has written to the file, and brings it back to what it was."""

    def __init__(self, world: World, path: Path) -> None:
        self.world, self.path, self.kept = world, path, path.with_suffix(".kept")
        self._settle()
        shutil.copyfile(path, self.kept)
        self.watch = sqlite3.connect(path)
        self.seen = self._number()

    def was_written(self) -> bool:
        """Since the last question; what was written is taken back."""
        if self._number() == self.seen:
            return False
        self.watch.close()
        self._settle()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.path)
        self.watch = sqlite3.connect(self.path)
        self.seen = self._number()
        return True

    def _number(self) -> int:
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def _settle(self) -> None:
        with self.world.app.app_context():
            db.session.remove()
            db.engine.dispose()
        connection = sqlite3.connect(self.path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


@pytest.fixture(scope="module")
def visitors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    folder = tmp_path_factory.mktemp("matrix")
    with Stage.open("sqlite", folder) as stage, time_machine.travel(NOW, tick=False):
        world = World(stage.app, stage.reset())
        with world.write() as cast:
            scene = set_scene(cast)
        uploaded = folder / "uploads" / "00" / ("0" * 64)
        uploaded.parent.mkdir(parents=True)
        uploaded.write_text("x")
        made = Visitors(world, scene, folder / "test.db")
        for name in (*SIGNED_IN, "dina"):
            visit = world.sign_in(name)
            visit.get("/people")
            made.clients[name], made.csrf[name] = visit.client, visit.token
        world.sign_in("max")  # on another device: the session that he may end
        # A session that is still there, of somebody who is not: a deputy even.
        made.clients["deactivated"] = made.clients.pop("dina")
        with world.write() as cast:
            db.session.get_one(Person, cast.person["dina"]).deactivate(by=SYSTEM, at=NOW)
            made.links = _keys(cast)
            made.mails = _mails(cast, scene)
            scene.ids["session_id"] = {"of max": _newest(SignIn, cast.person["max"])}
            scene.ids["token_id"] = {"of max": _newest(ApiToken, cast.person["max"])}
            for states in scene.ids.values():
                states["absent"] = ABSENT
        for name in STRANGERS:
            made.clients.setdefault(name, world.app.test_client())
        for name in API_TOKENS:  # notes that it is in use, as it does every five minutes
            assert made.open(name, "GET", "/api/v1/me", {}).status_code == 200
        for name in made.links:
            made.open(name, "GET", f"/sign-in/{made.links[name]}", {})
            made.open(name, "GET", made.mails[name].path, {})
        yield made


def _newest(noun: type[SignIn] | type[ApiToken], person_id: int) -> int:
    found = db.session.scalar(sa.select(sa.func.max(noun.id)).where(noun.person_id == person_id))
    assert found is not None
    return found


def _keys(cast: Cast) -> dict[str, str]:
    """Tokens for programs, and links that came by mail."""
    for token, owner in API_TOKENS.items():
        ApiToken.create(
            "token.made", by=cast.actor("ada"), at=NOW, name=token, created_at=NOW,
            scope=Scope.read if token == "read token" else Scope.write,
            person_id=cast.person[owner], token_hash=hashed(token),
        )  # fmt: skip
    links = {"mail link A": ("max", 0), "mail link B": ("olga", 0), "expired link": ("max", 20)}
    return {
        name: OneTimeLink.make(
            "sign_in", at=NOW - timedelta(days=age), lasts=timedelta(days=1),
            person_id=cast.person[owner],
        )
        for name, (owner, age) in links.items()
    }  # fmt: skip


def _mails(cast: Cast, scene: Scene) -> dict[str, Mail]:
    """Mails with a link: to pia about two promises of hers, to tom, who leads her, about one."""
    states = scene.ids["action_id"]
    open_one, secret = (db.session.get_one(Action, states[name]) for name in ("open", "secret"))
    today, nudged = (Notice.due_today, open_one), (Notice.nudged, open_one)
    return {
        "mail link A": mail(cast, "pia", today, (Notice.due_today, secret)),
        "mail link B": mail(cast, "tom", nudged),
        "expired link": mail(cast, "pia", today, at=NOW - timedelta(days=20)),
    }


@dataclass(frozen=True)
class Asked:
    """One route and method, and the state of the thing it names."""

    rule: Rule
    method: str
    parameter: str | None
    state: str
    path: str
    is_first: bool

    @property
    def key(self) -> str:
        return f"{self.method} {self.rule.endpoint}"

    @property
    def is_foreign_child(self) -> bool:
        """It names a line of the live meeting's agenda under another meeting, or somebody's
        absence under somebody else."""
        children = {"placement_id": "live", "absence_id": "here", "erratum_id": "issued"}
        parents = [state for child, state in children.items() if child in self.rule.arguments]
        return bool(parents) and self.state not in (*parents, "absent")

    def expected(self, who: str, declared: object) -> int:
        """200 for whoever may, else 403, 404, or 401 (302 to the door for a page)."""
        if isinstance(declared, Public):
            return 200
        if isinstance(declared, Bearer):
            if who not in API_TOKENS:
                return 401
            if who == "read token" and self.method in UNSAFE:
                return 403
            return self._of_the_signed_in(API_TOKENS[who], table.API)
        if who not in SIGNED_IN:
            return 401
        return self._of_the_signed_in(who, table.TABLE)

    def _of_the_signed_in(self, who: str, rows: dict[str, str]) -> int:
        allowed = rows.get(self.key, "")
        if allowed in table.BY_ROLE and who not in allowed.split():
            return 403
        if self.key in table.ELSEWHERE or self.state == "-":
            return 200 if who in allowed.split() else 403
        if self.state == "absent" or who not in table.SEEN_BY[self.parameter or ""][self.state]:
            return 404
        here, _, hidden = allowed.partition(" | ")
        if (self.key, self.state) in table.LEADS_ON:
            return 200
        names = (hidden or here if self.state in ("hidden", "left") else here).split()
        may = who in names or self.state == "discussed" and f"+{who}" in names
        return 200 if may else 403


def _asked(scene: Scene, rules: list[Rule]) -> Iterator[Asked]:
    for rule in rules:
        named = next((p for p in scene.ids if p in rule.arguments), None)
        states = scene.ids[named] if named else {"-": 0}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for place, (state, number) in enumerate(states.items()):
                values: dict[str, object] = {}
                for parameter in rule.arguments:
                    others = scene.ids.get(parameter, {})
                    values[parameter] = (
                        number if parameter == named
                        else next(iter(others.values()), FITTING.get(parameter, ABSENT))
                    )  # fmt: skip
                kinds = {"imports.export": "issues", "reports.warned": "missed"}
                values |= {"kind": kinds[rule.endpoint]} if rule.endpoint in kinds else {}
                built = rule.build(values)
                assert built is not None
                yield Asked(rule, method, named, state, built[1], place == 0)


def _got(answer: TestResponse) -> int:
    """The answer's code, with every way of doing it as 200 and every way to the door as 401."""
    if answer.status_code == 302 and "/login" in (answer.location or ""):
        return 401
    if answer.status_code in (401, 403, 404) or answer.status_code >= 500:
        return answer.status_code
    return 200


def _is_right(asked: Asked, got: int, expected: int) -> bool:
    if asked.is_foreign_child and expected in (200, 403):
        return True  # what counts is that nothing is written, which is asked beside this
    return got == expected or got == 404 and asked.key in table.MAY_BE_MISSING


def _who_asks(asked: Asked, declared: object) -> Iterable[str]:
    """Everybody; beyond a route's first state those for whom the state decides."""
    if isinstance(declared, Bearer):
        return (*SIGNED_IN, *API_TOKENS, *STRANGERS) if asked.is_first else API_TOKENS
    return (*SIGNED_IN, *TOKENS, *STRANGERS) if asked.is_first else SIGNED_IN


Record = Callable[[str, object], None]


def test_the_matrix(visitors: Visitors, record_property: Record) -> None:
    app = visitors.world.app
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in table.LEFT_OUT]
    unchanged = Unchanged(visitors.world, visitors.path)
    cells, wrong, started = 0, [], time.perf_counter()
    for asked in _asked(visitors.scene, rules):
        declared = permission_of(app.view_functions[asked.rule.endpoint])
        fields = table.FIELDS.get(asked.rule.endpoint, {})
        for who in _who_asks(asked, declared):
            expected = asked.expected(who, declared)
            got = _got(visitors.open(who, asked.method, asked.path, fields))
            written = unchanged.was_written()
            cells += 1
            if isinstance(declared, Public):
                if got >= 500 or (written and asked.method not in UNSAFE):
                    wrong.append(f"{asked.key} {who}: {got}, written: {written}")
            elif not _is_right(asked, got, expected):
                wrong.append(f"{asked.key} ({asked.state}) {who}: {got}, not {expected}")
            elif written and (got != 200 or asked.is_foreign_child or asked.method not in UNSAFE):
                wrong.append(f"{asked.key} ({asked.state}) {who}: {got}, but it was written")
    unchanged.watch.close()
    seconds = time.perf_counter() - started
    record_property("figure", f"access matrix: {cells:,} cells in {seconds:.0f} s")
    assert not wrong, "\n".join(wrong)
    assert cells >= 2500


LED = {"done", "on_track", "move", "block"}  # what an owner says, and whoever leads them
MAY_ANSWER = {
    "mail link A": LED | {"ask_over", "ask_drop", "undo"},
    "mail link B": LED | {"hand_over", "drop", "undo"},
    "expired link": set[str](),
}


def test_a_mail_link_is_for_its_own_lines(visitors: Visitors, record_property: Record) -> None:
    """Every answer to every line by every link: its own and possible, 403, or like no link."""
    unchanged = Unchanged(visitors.world, visitors.path)
    client = visitors.world.app.test_client()
    never = client.post("/a/x", data={"line": "1", "answer": "done"})
    lines = [line for sent in visitors.mails.values() for line in sent.lines] + [ABSENT]
    soon, sam = TODAY + timedelta(days=3), visitors.world.cast.person["sam"]
    typed = {"text": "why", "day": soon.isoformat(), "person": sam}
    wrong, cells = [], 0
    for who, sent in visitors.mails.items():
        is_open = who != "expired link"
        for method, path in product(("GET", "HEAD"), (sent.path, f"{sent.path}/unsubscribe")):
            got = client.open(path, method=method).status_code
            if got != (200 if is_open else 404) or unchanged.was_written():
                wrong.append(f"{method} {who}: {got}")
        for line, answer in product(lines, [*Reply, "undo"]):
            cells += 1
            got = client.post(sent.path, data={"line": line, "answer": answer, **typed})
            written = unchanged.was_written()
            expected = 200 if answer in MAY_ANSWER[who] else 403
            if not is_open or line not in sent.lines:
                expected = 404
                if lasting(got.text) != lasting(never.text):
                    wrong.append(f"{answer} to {line} by {who}: not like what never was")
            if _got(got) != expected or written and expected != 200:
                wrong.append(f"{answer} to {line} by {who}: {got.status_code}, {written}")
            if expected == 200 and not written and answer != "undo":
                wrong.append(f"{answer} to {line} by {who}: nothing was done")
    unchanged.watch.close()
    record_property("figure", f"mail links: {cells:,} answers")
    assert not wrong, "\n".join(wrong)


def test_every_route_stands_in_the_table(visitors: Visitors) -> None:
    app = visitors.world.app
    asked = set()
    for rule in app.url_map.iter_rules():
        declared = permission_of(app.view_functions[rule.endpoint])
        if not isinstance(declared, Public) and rule.endpoint not in table.LEFT_OUT:
            asked |= {f"{m} {rule.endpoint}" for m in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert asked == set(table.TABLE) | set(table.API)


def test_what_one_may_not_see_is_answered_like_what_never_was(visitors: Visitors) -> None:
    """Same status, same headers, same bytes, as for an id that nobody ever had."""
    app = visitors.world.app
    compared, never = 0, {}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in table.LEFT_OUT]
    for asked in sorted(_asked(visitors.scene, rules), key=lambda a: a.state != "absent"):
        declared = permission_of(app.view_functions[asked.rule.endpoint])
        if isinstance(declared, Public) or asked.state == "-":
            continue
        for who in (*SIGNED_IN, *API_TOKENS):
            if asked.expected(who, declared) != 404:
                continue
            fields = table.FIELDS.get(asked.rule.endpoint, {})
            answer = visitors.open(who, asked.method, asked.path, fields)
            headers = sorted(
                (name, value) for name, value in answer.headers
                if name not in ("X-Request-Id", "Content-Security-Policy", "Content-Length")
            )  # fmt: skip
            same = (answer.status_code, headers, lasting(answer.text))
            if asked.state == "absent":
                never[asked.key, who] = same
            else:
                assert same == never[asked.key, who], (asked, who)
                compared += 1
    assert compared > 200
