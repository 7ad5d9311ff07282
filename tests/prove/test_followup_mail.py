"""A mail server that misbehaves, a mail that cannot be written, and what a monitor is told."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.reads.outgoing_mail import outgoing_mail
from tests.prove.office import DONE, FOLLOW_UP, Office, Open
from tests.worker.smtp import Mode, Server

pytestmark = pytest.mark.prove
Say = Callable[[str], None]
IMPATIENT = """
from meetingtracker.worker import transport
transport.ANSWER = 1.5
"""
# The template of one digest meets what it does not expect.
POISON = """
from meetingtracker.worker import compose
class Bad:
    def __bool__(self):
        raise TypeError("neither true nor false")
write = compose.digest_values
def poisoned(digest_id, *, on):
    written = write(digest_id, on=on)
    if digest_id == 2:
        written.values["more"] = Bad()
    return written
compose.digest_values = poisoned
"""
# How often the mail had come in and what the outbox said of it, after the first and second run.
MODES = {
    Mode.refuse: ((0, "aside: 550"), (0, "aside: 550")),
    Mode.temporary: ((0, "later: 451"), (1, "sent")),
    Mode.stall: ((0, "timed out"), (1, "sent")),
    Mode.drop: ((1, "later: "), (2, "sent")),
    Mode.slow: ((1, "sent"), (1, "sent")),
    Mode.accept: ((1, "sent"), (1, "sent")),
}


def mails(here: Office) -> list[tuple[int, str]]:
    """For each mail, in the order in which they were queued: how often it came, and how it is."""
    came = Counter(here.server.keys())
    with here.app.app_context():
        rows = db.session.scalars(sa.select(Outbox).order_by(Outbox.id)).all()
        said = [(came[row.key], _how(row)) for row in rows]
        db.session.remove()
    return said


def _how(row: Outbox) -> str:
    if row.sent_at is not None:
        return "sent"
    return f"{'aside' if row.failed_at else 'later'}: {row.error}"


def set_aside(here: Office, at: datetime) -> list[tuple[str, str]]:
    """What an administrator is shown: whose mail was set aside, and why."""
    with here.app.app_context():
        shown = [(row.address, row.error) for row in outgoing_mail(at=at).set_aside]
        db.session.remove()
    return shown


def test_each_way_in_which_a_server_misbehaves(office: Open, server: Server, say: Say) -> None:
    server.modes = list(MODES)
    with office(people=len(MODES), promises=len(MODES), asked=0) as here:
        found = []
        for _ in range(2):
            assert here.run(IMPATIENT + FOLLOW_UP) == DONE
            found.append(mails(here))
            here.skip_lease()
        shown = set_aside(here, here.now())
        for n, (mode, expected) in enumerate(MODES.items()):
            seen = found[0][n], found[1][n]
            say(f"{mode.name:>9}: " + ", then ".join(f"came {c} x, {words}" for c, words in seen))
            for (came, words), (expected_came, part) in zip(seen, expected, strict=True):
                assert came == expected_came
                assert part in words
        assert here.ids_of_doubles_differ() == 0
        assert len(shown) == 1
        here.told_once()


def test_a_poison_mail_holds_nobody_up_and_a_monitor_hears_of_what_waits(
    office: Open, server: Server, say: Say
) -> None:
    with office(people=6, promises=6, asked=0) as here:
        assert health(here, here.now()) == (None, None)
        server.mode = Mode.temporary
        began = here.now()
        assert here.run(POISON + FOLLOW_UP) == DONE
        tick, waits = health(here, here.now() + timedelta(minutes=10))
        assert tick is not None and began <= tick <= here.now()
        assert waits is not None and 600 <= waits <= 600 + (here.now() - began).total_seconds()
        server.mode = Mode.accept
        here.skip_lease()
        assert here.run(POISON + FOLLOW_UP) == DONE
        later, nothing = health(here, here.now())
        assert later is not None and later > tick
        assert nothing is None
        ((address, error),) = set_aside(here, here.now())
        assert error == "It could not be written: TypeError. See the log."
        assert len(server.sent) == len({*server.keys()}) == len(here.due_mails) - 1
        assert address not in {to[0] for to, _ in server.sent}
        here.told_once()
        say(f"poison: set aside and shown, {len(server.sent)} others sent; "
            f"the monitor heard of {waits} s of waiting")  # fmt: skip


def health(here: Office, at: datetime) -> tuple[datetime | None, float | None]:
    """When a worker last looked and how many seconds the oldest mail waits, as a monitor hears."""
    with time_machine.travel(at):
        answer = here.app.test_client().get("/healthz", base_url="https://meet.example.com")
    assert answer.status_code == 200
    tick = answer.json["worker"]["last_tick"]
    return tick and datetime.fromisoformat(tick), answer.json["oldest_unsent_seconds"]
