"""The outbox: what is queued once arrives once, whatever servers, messages and people do."""

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.mail_minutes import TO_OUTSIDER, TO_PERSON
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.models.queue import LEASE, TRIES
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.worker import transport as transport_module
from meetingtracker.worker.compose import KINDS
from meetingtracker.worker.transport import Transport
from tests.cast import NOW
from tests.conftest import World
from tests.worker.conftest import BASE, Queue, drain, row
from tests.worker.smtp import Mode, Server


def test_a_message_is_sent_once_with_what_a_mail_needs(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    queue("test:1")
    queue("test:1")
    assert drain(world, transport) == 1
    assert drain(world, transport) == 0
    (recipients, _), mail = server.sent[0], server.mails()[0]
    assert len(server.sent) == 1
    assert recipients == ["pia@example.com"]
    assert (mail["To"], mail["From"]) == (
        "Pia Lund <pia@example.com>", "Meetings <meet@example.com>",
    )  # fmt: skip
    assert mail["Subject"] == "Mail works"
    assert mail["X-Meetingtracker-Key"] == "test:1"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@meet\.example\.com>", mail["Message-ID"])
    assert mail["Date"].datetime.date() == NOW.date()
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and "Hello Pia Lund" in text.get_content()
    assert page is not None and "Hello Pia Lund" in page.get_content()
    sent = row(world, "test:1")
    assert (sent.attempts, sent.error, sent.claimed_by) == (1, None, None)
    assert sent.sent_at is not None


def test_what_is_due_later_waits(world: World, transport: Transport, queue: Queue) -> None:
    queue("later", due_at=clock.now() + timedelta(minutes=2))
    assert drain(world, transport) == 0
    with time_machine.travel(NOW + timedelta(minutes=3)):
        assert drain(world, transport) == 1


# What a digest says: test_followup.py; the mails with minutes: test_minutes_mail.py.
OTHERS = ("digest", TO_PERSON, TO_OUTSIDER)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OTHERS])
def test_every_kind_can_be_read_and_says_why_it_came(
    world: World, server: Server, transport: Transport, queue: Queue, kind: str
) -> None:
    queue("k", kind, by_id=world.cast.person["ada"], change="added", factor="passkey")
    drain(world, transport)
    assert row(world, "k").error is None
    mail = server.mails()[0]
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        words = body.get_content()
        assert "You get this mail" in words
        assert "Northwind Outdoor" in words
        assert BASE in words
        assert "{{" not in words and "%(" not in words


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [("sign_in", "10 minutes"), ("reset", "10 minutes"), ("invitation", "14 days"),
     ("new_address", "10 minutes")],
)  # fmt: skip
def test_a_link_is_made_when_it_is_sent_and_opens_its_page(
    world: World, server: Server, transport: Transport, queue: Queue,
    caplog: pytest.LogCaptureFixture, kind: str, lasts: str,
) -> None:  # fmt: skip
    caplog.set_level("DEBUG", "meetingtracker")
    to = {"address": "pia.new@example.com"} if kind == "new_address" else {}
    queue("link", f"account.{kind}", **to)
    with world.read():
        assert db.session.scalar(sa.select(OneTimeLink.id)) is None
    drain(world, transport)
    assert server.sent[0][0] == [to.get("address", "pia@example.com")]
    body = server.mails()[0].get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert lasts in words
    found = re.search(rf"{BASE}(/\S+/(\S{{32}}))\s", words)
    assert found is not None, words
    page = world.stranger().get(found[1])
    assert page.status == 200
    assert page.forms, "the page of a link that works has a form"
    with world.read():
        kept = str([dict(r._mapping) for r in db.session.execute(sa.text("SELECT * FROM outbox"))])
    assert found[2] not in kept
    logged = [record.getMessage() for record in caplog.records if record.name == "meetingtracker"]
    assert logged
    assert found[2] not in str(logged)


def test_who_has_left_gets_nothing_but_the_notice_to_an_old_address(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    queue("link", "account.invitation")
    queue("notice", "account.address_changed", address="old@example.com")
    with world.write() as cast:
        db.session.get_one(Person, cast.person["pia"]).deactivate(by=SYSTEM, at=clock.now())
    drain(world, transport)
    assert [to for to, _ in server.sent] == [["old@example.com"]]
    assert row(world, "link").error == "The person has left."
    with world.read():
        assert db.session.scalar(sa.select(OneTimeLink.id)) is None


def test_a_link_that_somebody_waited_for_is_not_sent_late(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    server.mode = Mode.temporary
    queue("in", "account.sign_in")
    queue("reset", "account.reset")
    queue("invitation", "account.invitation")
    drain(world, transport)
    server.mode = Mode.accept
    with time_machine.travel(NOW + timedelta(minutes=11)):
        drain(world, transport)
    assert server.keys() == ["invitation"]
    assert "too late" in (row(world, "in").error or "")
    assert row(world, "reset").failed_at is not None


def test_a_refusal_is_set_aside_with_the_servers_words(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    server.banned = "max@example.com"
    queue("bad", to="max")
    queue("good")
    drain(world, transport)
    assert server.keys() == ["good"]
    refused = row(world, "bad")
    assert refused.error == "550 5.1.1 No such mailbox: ask your postmaster"
    assert refused.failed_at is not None
    assert refused.attempts == 1


def test_what_fails_for_now_is_tried_again_with_growing_waits_for_a_day(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    server.mode = Mode.temporary
    at, waits = NOW, []
    with time_machine.travel(NOW, tick=False) as now:
        queue("t", "account.password_changed")
        for _ in range(TRIES):
            assert drain(world, transport) == 1
            waiting = row(world, "t")
            assert waiting.error == "451 4.7.1 Greylisted, come back later"
            if waiting.failed_at:
                break
            waits.append(round((waiting.due_at - at) / timedelta(minutes=1)))
            at = waiting.due_at
            now.move_to(at - timedelta(seconds=1))
            assert drain(world, transport) == 0
            now.move_to(at)
    assert waits[:6] == [1, 5, 15, 60, 60, 60]
    assert timedelta(hours=23) < at - NOW <= timedelta(hours=25)
    assert row(world, "t").failed_at is not None
    assert server.sent == []


def test_it_arrives_when_the_server_is_back(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    gone = Transport(transport.server, transport.sender, BASE)
    object.__setattr__(gone, "server", transport_module.mail_server("smtp://127.0.0.1:1"))
    queue("t")
    drain(world, gone)
    assert "No connection with 127.0.0.1:1" in (row(world, "t").error or "")
    with time_machine.travel(NOW + timedelta(minutes=2)):
        drain(world, transport)
    assert server.keys() == ["t"]


def test_a_server_that_goes_away_after_the_last_dot_gets_it_again_under_the_same_id(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    """At least once: nobody can know whether it was taken, so it is sent again; by the same
    Message-ID mail programs tell that it is the same."""
    server.modes = [Mode.drop]
    queue("t", "account.password_changed")
    drain(world, transport)
    with time_machine.travel(NOW + timedelta(minutes=2)):
        drain(world, transport)
    assert len(server.sent) == 2
    assert len({mail["Message-ID"] for mail in server.mails()}) == 1
    assert row(world, "t").sent_at is not None


def test_a_server_that_says_nothing_is_left_before_the_lease_ends(
    world: World, server: Server, transport: Transport, queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert timedelta(seconds=transport_module.WHOLE) < LEASE
    monkeypatch.setattr(transport_module, "ANSWER", 0.3)
    server.modes = [Mode.stall]
    queue("t")
    queue("u", to="max")
    drain(world, transport)
    assert server.keys() == ["u"]
    assert "timed out" in (row(world, "t").error or "")


def test_a_poison_message_is_set_aside_and_blocks_nothing(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    queue("unknown", "no.such_kind")
    queue("broken", "account.factor_changed", factor="no such factor")
    queue("good")
    drain(world, transport)
    assert server.keys() == ["good"]
    for key in ("unknown", "broken"):
        assert row(world, key).error == "It could not be written: KeyError. See the log."


def test_one_that_kills_every_sender_is_given_up(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    queue("t")
    with world.write():
        db.session.execute(sa.update(Outbox).values(attempts=TRIES))
    drain(world, transport)
    assert server.sent == []
    assert row(world, "t").failed_at is not None


def test_a_claim_keeps_others_off_until_its_lease_ends(
    world: World, server: Server, transport: Transport, queue: Queue
) -> None:
    queue("t")
    with world.write():
        assert Outbox.claim("somebody who is then killed", at=clock.now()) is not None
    assert drain(world, transport) == 0
    with time_machine.travel(NOW + LEASE + timedelta(seconds=5)):
        assert drain(world, transport) == 1
    assert server.keys() == ["t"]
    with world.write():
        assert Outbox.held(row(world, "t").id, "somebody who is then killed") is None


def test_two_workers_send_two_hundred_messages_once_each(
    world: World, server: Server, transport: Transport
) -> None:
    with world.write() as cast:
        for n in range(200):
            Outbox.queue(f"n:{n}", "mail.test", person_id=cast.person["pia"], at=clock.now())
    sent = []
    workers = [
        threading.Thread(target=lambda: sent.append(drain(world, transport))) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(server.keys()) == sorted(f"n:{n}" for n in range(200))
    assert sum(sent) == 200
    assert min(sent) > 20, "both worked"
