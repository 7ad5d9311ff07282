"""/settings/mail: what waits, what failed and why, and what an administrator does about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.outbox import TOO_LATE, Outbox
from tests.cast import NOW
from tests.conftest import World

SECRET = "a-secret-word"


@contextmanager
def set_up(world: World) -> Iterator[None]:
    kept = world.app.extensions["meetingtracker"]
    world.app.extensions["meetingtracker"] = replace(
        kept, smtp_url=f"smtps://me:{SECRET}@mail.example.com", base_url="https://meet.example.com",
        mail_from="Meetings <meet@example.com>",
    )  # fmt: skip
    try:
        yield
    finally:
        world.app.extensions["meetingtracker"] = kept


def failed(world: World, key: str, error: str, kind: str = "account.invitation") -> int:
    """A message to pia that was set aside."""
    with world.write() as cast:
        Outbox.queue(key, kind, person_id=cast.person["pia"], at=clock.now())
        db.session.flush()
        row = db.session.scalars(sa.select(Outbox).where(Outbox.key == key)).one()
        row.set_aside(error, at=clock.now())
        return row.id


def state(world: World, message_id: int) -> tuple[bool, str | None]:
    """Whether it waits to be sent, and the error that is shown."""
    with world.read():
        row = db.session.get_one(Outbox, message_id)
        return row.failed_at is None, row.error


@pytest.mark.parametrize("name", ["ada", "lea"])
def test_it_says_how_it_stands_and_never_the_password(world: World, name: str) -> None:
    failed(world, "k", "550 5.1.1 100% full: <b>no</b>")
    with world.write() as cast:
        Outbox.queue("waits", "mail.test", person_id=cast.person["max"], at=clock.now())
    with set_up(world):
        page = world.sign_in(name).get("/settings/mail")
    assert page.status == 200
    assert page.total == 1
    assert "mail.example.com:465" in page.text
    assert SECRET not in page.text
    assert "Meetings &lt;meet@example.com&gt;" in page.text
    assert "550 5.1.1 100% full: &lt;b&gt;no&lt;/b&gt;" in page.text
    assert "pia@example.com" in page.text
    assert "Invitation" in page.text
    assert "1, due since 16 Nov, 09:00" in page.text
    assert page.has_form("/settings/mail/tests") is (name == "ada")


def test_it_says_what_the_server_says_to_what_is_still_tried(world: World) -> None:
    with world.write() as cast:
        Outbox.queue("k", "mail.test", person_id=cast.person["max"], at=clock.now())
        row = Outbox.claim("x", at=clock.now())
        assert row is not None
        row.put_off("451 Come back 100% later", at=clock.now())
    with set_up(world):
        page = world.sign_in("ada").get("/settings/mail")
    assert "451 Come back 100% later" in page.text
    assert "next at 16 Nov, 09:01" in page.text


def test_without_a_server_it_says_what_to_set(world: World) -> None:
    page = world.sign_in("ada").get("/settings/mail")
    for name in ("SMTP_URL", "MAIL_FROM", "BASE_URL"):
        assert f"MEETINGTRACKER_{name}" in page.text
    assert not page.has_form("/settings/mail/tests")


@pytest.mark.parametrize("name", ["sam", "max"])
def test_others_see_nothing_of_it(world: World, name: str) -> None:
    visit = world.sign_in(name)
    assert visit.get("/settings/mail").status == 403
    assert visit.post("/settings/mail/tests").status == 403


def test_an_executive_reads_and_changes_nothing(world: World) -> None:
    message = failed(world, "k", "550 no")
    visit = world.sign_in("lea")
    for act in ("attempt", "removal"):
        assert visit.post(f"/settings/mail/{message}/{act}").status == 403
    assert state(world, message) == (False, "550 no")


def test_a_test_mail_goes_to_who_asked(world: World) -> None:
    with set_up(world):
        assert world.sign_in("ada").post("/settings/mail/tests").status == 302
    with world.read():
        row = db.session.scalars(sa.select(Outbox)).one()
        assert (row.kind, row.person_id) == ("mail.test", world.cast.person["ada"])


def test_it_is_tried_again_once_more_from_the_start(world: World) -> None:
    message = failed(world, "k", "550 no")
    visit = world.sign_in("ada")
    for _ in range(2):  # a second click changes nothing
        assert visit.post(f"/settings/mail/{message}/attempt").status == 302
    assert state(world, message) == (True, None)
    assert visit.get("/settings/mail").total == 0


def test_what_came_too_late_is_not_tried_again(world: World) -> None:
    message = failed(world, "k", TOO_LATE, "account.sign_in")
    with time_machine.travel(NOW + timedelta(minutes=11)), set_up(world):
        visit = world.sign_in("ada")
        assert not visit.get("/settings/mail").has_form(f"/settings/mail/{message}/attempt")
        visit.post(f"/settings/mail/{message}/attempt")
        assert "too late" in visit.get("/settings/mail").text
    assert state(world, message) == (False, TOO_LATE)


def test_what_is_dropped_is_shown_and_sent_no_more(world: World) -> None:
    message = failed(world, "k", "550 no")
    visit = world.sign_in("ada")
    assert visit.post(f"/settings/mail/{message}/removal").status == 302
    assert visit.get("/settings/mail").total == 0
    assert visit.post(f"/settings/mail/{message}/attempt").status == 302
    assert state(world, message) == (False, None)


def test_what_waits_or_was_sent_is_not_touched(world: World) -> None:
    with world.write() as cast:
        Outbox.queue("k", "mail.test", person_id=cast.person["max"], at=clock.now())
        db.session.flush()
        row = db.session.scalars(sa.select(Outbox)).one()
        row.mark_sent(at=clock.now())
        message, sent_at = row.id, row.sent_at
    visit = world.sign_in("ada")
    for act in ("attempt", "removal"):
        assert visit.post(f"/settings/mail/{message}/{act}").status == 302
    with world.read():
        row = db.session.get_one(Outbox, message)
        assert (row.sent_at, row.failed_at) == (sent_at, None)


def test_a_message_that_never_was_is_not_found(world: World) -> None:
    visit = world.sign_in("ada")
    assert visit.post("/settings/mail/999999/attempt").status == 404
    assert visit.post("/settings/mail/999999/removal").status == 404
    assert visit.client.get("/settings/mail/1/removal").status_code == 405
