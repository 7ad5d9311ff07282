"""Telling other programs: once each, signed, never inside the house, nothing they may not know."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.event import Event
from meetingtracker.models.webhook import Delivery, Webhook
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.warning import Mark
from meetingtracker.web import seal
from meetingtracker.worker import followup
from meetingtracker.worker.queue import Refused
from meetingtracker.worker.webhooks import post, tell_next
from tests.busy import Busy
from tests.cast import NOW, TODAY
from tests.conftest import World


@dataclass
class Receiver:
    """A program on loopback that keeps what it is told."""

    url: str = ""
    status: int = 204
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802  (http.server's own name)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append((self.path, dict(self.headers), body))
            self.send_response(kept.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/told"
    config = world.app.extensions["meetingtracker"]
    allowed = frozenset({f"127.0.0.1:{server.server_port}"})
    world.app.extensions["meetingtracker"] = replace(config, webhook_allow=allowed)
    try:
        yield kept
    finally:
        world.app.extensions["meetingtracker"] = config
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


def hooked(world: World, url: str, *events: str, owner: str = "ada", sealed: bool = True) -> str:
    """The secret of a new webhook."""
    secret = seal.new_signing_secret()
    with world.write() as cast:
        newest = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
        person_id = cast.person[owner]
        kept = seal.seal_signing_secret(secret, person_id=person_id) if sealed else secret
        Webhook.make(
            person_id=person_id, url=url, events=list(events), since_id=newest, secret=kept,
            by=cast.actor("ada"), at=NOW,
        )  # fmt: skip
    return secret


def run(world: World) -> int:
    """How many rows were seen through."""
    with world.app.app_context():
        done = 0
        while tell_next():
            done += 1
    return done


def raised(world: World, title: str, **more: object) -> None:
    with world.write() as cast:
        Busy(cast).issue(title, "Support", "Tech", by="noor", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sealed", [True, False]
)  # one made without the extra `mfa` stays as it was
def test_it_is_told_once_and_signed(world: World, receiver: Receiver, sealed: bool) -> None:
    raised(world, "Before")
    secret = hooked(world, receiver.url, "issue.*", sealed=sealed)
    raised(world, "Labels print wrong")
    assert run(world) == 1
    assert run(world) == 0
    ((path, headers, body),) = receiver.got
    assert path == "/told"
    told = json.loads(body)
    assert told["type"] == "issue.raised"
    assert told["data"]["changes"]["title"] == [None, "Labels print wrong"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"


def test_a_secret_that_another_key_sealed_is_no_secret(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, "issue.*")
    raised(world, "x")
    with world.write():
        row = db.session.scalars(sa.select(Webhook)).one()
        row.secret = seal.seal_signing_secret(
            seal.new_signing_secret(), person_id=row.person_id + 1
        )
    run(world)
    assert receiver.got == []
    with world.read():
        told = db.session.scalars(sa.select(Delivery)).one()
        assert told.is_set_aside
        assert "SECRET_KEY" in (told.error or "")


def test_only_what_is_wanted_and_may_be_seen(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, "action.given", "issue.raised")
    raised(world, "Open")
    raised(world, "A secret", confidential=True)
    with world.write() as cast:
        action = Busy(cast).action("Count", "pia", 1, by="tom")
        action.complete(by=cast.actor("pia"), at=NOW, on=action.promised_on)
    run(world)
    told = [json.loads(body) for _path, _headers, body in receiver.got]
    assert [one["type"] for one in told] == ["issue.raised", "action.given"]
    assert "A secret" not in str(told)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (("alert.raised",), ["alert.raised", "alert.raised"]),
        (("action.overdue",), ["action.overdue"]),
        (("action.*",), ["action.overdue"]), (("issue.*",), []),
    ],
)  # fmt: skip
def test_what_is_overdue_is_told_by_both_names(
    world: World, receiver: Receiver, events: tuple[str, ...], told: list[str]
) -> None:
    """Levels 1 and 2 of one promise; nothing of what only others may see."""
    with world.write() as cast:
        Busy(cast).action("Count", "pia", -5, by="tom")
        secret = Busy(cast).issue("A secret", "Support", "Tech", by="noor", confidential=True)
        Busy(cast).action("Look at the log", "pia", -5, by="tom", issue=secret)
    hooked(world, receiver.url, *events)
    with world.app.app_context():
        followup.run(NOW, mailing=False)
    run(world)
    assert [json.loads(body)["type"] for _path, _headers, body in receiver.got] == told


@pytest.mark.parametrize("events", [("action.likely_late",), ("action.*",)])
def test_what_is_likely_late_is_told_as_such(
    world: World, receiver: Receiver, events: tuple[str, ...]
) -> None:
    """Not what is only to be watched, and nothing of a thing that only others may see."""
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("A secret", "Support", "Tech", by="noor", confidential=True)
        mine, watched = (make.action(title, "pia", 5, by="tom").id for title in ("Count", "Call"))
        hidden = make.action("Look at the log", "pia", 5, by="tom", issue=secret).id
    hooked(world, receiver.url, *events)
    with world.write():
        for action_id, mark in (
            (mine, Mark.likely_late), (hidden, Mark.likely_late), (watched, Mark.watch),
        ):  # fmt: skip
            EarlyWarning.create(
                "early_warning.raised", by=SYSTEM, at=NOW, subject_type="action",
                subject_id=action_id, mark=mark, reasons=[], raised_on=TODAY,
                raised_at=NOW,
            )  # fmt: skip
    run(world)
    told = [json.loads(body)["type"] for _path, _headers, body in receiver.got]
    assert told == ["action.likely_late"]


def test_rights_are_asked_again_when_it_is_told(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, "issue.*")
    raised(world, "Soon a secret")
    with world.app.app_context():
        from meetingtracker.worker.webhooks import queue_new

        queue_new()
    with world.write() as cast:
        from meetingtracker.models.acts.set_confidential import set_confidential
        from meetingtracker.models.issue import Issue

        issue = db.session.scalars(sa.select(Issue)).one()
        set_confidential(issue, True, by=cast.actor("noor"), at=NOW)
    run(world)
    assert receiver.got == []
    with world.read():
        rows = db.session.scalars(sa.select(Delivery)).all()
        assert rows
        assert {row.error for row in rows} == {"Its owner may not see that any more."}


def test_a_redirect_is_not_followed_and_tried_again(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, "issue.*")
    raised(world, "x")
    receiver.status = 302
    run(world)
    assert [path for path, _headers, _body in receiver.got] == ["/told"]
    receiver.status = 200
    with time_machine.travel(NOW.replace(hour=9)):
        assert run(world) == 1
    first, second = receiver.got
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    with world.read():
        assert db.session.scalars(sa.select(Delivery)).one().sent_at is not None


def test_gone_is_gone(world: World, receiver: Receiver) -> None:
    hooked(world, receiver.url, "issue.*")
    raised(world, "x")
    receiver.status = 410
    run(world)
    with world.read():
        assert db.session.scalars(sa.select(Delivery)).one().is_set_aside


def test_one_that_ended_or_whose_owner_left_is_told_nothing(
    world: World, receiver: Receiver
) -> None:
    hooked(world, receiver.url, "issue.*")
    hooked(world, receiver.url, "issue.*", owner="gone")
    with world.write() as cast:
        first = db.session.scalars(sa.select(Webhook).order_by(Webhook.id)).first()
        assert first
        first.end(by=cast.actor("ada"), at=NOW)
    raised(world, "x")
    assert run(world) == 0
    assert receiver.got == []


def names(*addresses: str) -> object:
    def found(host: str, port: int, **_: object) -> list[object]:
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port))
            for a in addresses
        ]

    return found


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("10.0.0.1",), ("169.254.169.254",), ("8.8.8.8", "127.0.0.1"), ("::1",),
     ("::ffff:127.0.0.1",), ("fe80::1%eth0",), ("64:ff9b::7f00:1",)],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names(*addresses))
    with sqlite_world.app.app_context(), pytest.raises(Refused, match="not public"):
        post("https://hooks.example.com/", b"{}", {})


def test_it_connects_to_the_address_that_was_looked_at(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers differently the second time leads nowhere else."""
    asked: list[str] = []
    answers = iter([("8.8.8.8",), ("127.0.0.1",)])

    def found(host: str, port: int, **more: object) -> object:
        return names(*next(answers))(host, port, **more)  # type: ignore[operator]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", connect)
    with sqlite_world.app.app_context(), pytest.raises(Exception, match="ConnectionRefused"):
        post("https://hooks.example.com/", b"{}", {})
    assert asked == ["8.8.8.8"]
