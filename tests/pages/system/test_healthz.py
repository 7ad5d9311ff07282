"""/healthz."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.models.outbox import Outbox
from meetingtracker.pages.system import views
from tests.conftest import World


def test_it_says_that_the_database_answers(world: World) -> None:
    answer = world.stranger().client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "database": "ok", "worker": {"last_tick": None}, "oldest_unsent_seconds": None,
    }  # fmt: skip


def test_it_says_how_long_the_oldest_mail_waits(world: World) -> None:
    with world.write() as cast:
        for key, minutes in (("due", -3), ("later", 60)):
            Outbox.queue(
                key, "mail.test", person_id=cast.person["max"], at=clock.now() - timedelta(hours=1),
                due_at=clock.now() + timedelta(minutes=minutes),
            )  # fmt: skip
    told = world.stranger().client.get("/healthz").get_json()
    assert 180 <= told["oldest_unsent_seconds"] <= 190


def test_it_says_when_a_worker_in_another_process_last_did_something(world: World) -> None:
    with world.write() as cast:
        at = clock.now()
        Outbox.queue("k", "mail.test", person_id=cast.person["max"], at=at)
        row = Outbox.claim("x", at=at)
        assert row is not None
        row.mark_sent(at=at)
    told = world.stranger().client.get("/healthz").get_json()
    assert told["worker"]["last_tick"] == at.isoformat()
    assert told["oldest_unsent_seconds"] is None


def test_it_answers_503_without_a_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(views, "oldest_unsent", fails)
    answer = world.stranger().client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] == "failed"
