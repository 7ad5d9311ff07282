"""What the worker's tests share: a server to send to, and messages to send."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.rules.mail_server import Sender, mail_server
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.transport import Transport
from tests.conftest import World
from tests.worker.runner import Runner
from tests.worker.smtp import Server, smtp_server

BASE = "https://meet.example.com"
Queue = Callable[..., None]


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def transport(server: Server) -> Transport:
    return Transport(mail_server(server.url), Sender("Meetings", "meet@example.com"), BASE)


@pytest.fixture
def queue(world: World) -> Queue:
    """Queue a test mail (or another kind) to somebody of the cast."""

    def add(key: str, kind: str = "mail.test", *, to: str = "pia", **more: object) -> None:
        with world.write() as cast:
            Outbox.queue(key, kind, person_id=cast.person[to], at=clock.now(), **more)  # type: ignore[arg-type]

    return add


def drain(world: World, transport: Transport) -> int:
    """Send until nothing is due; how many messages there were."""
    count = 0
    while True:
        with world.app.app_context():
            if not send_next(transport):
                return count
        count += 1


def row(world: World, key: str) -> Outbox:
    with world.read():
        found = db.session.scalars(sa.select(Outbox).where(Outbox.key == key)).one()
        db.session.expunge(found)
        return found


@pytest.fixture
def runner(world: World, server: Server, transport: Transport) -> Runner:
    return Runner(world, server, transport)
