"""Sending what the outbox holds: one letter after the other, each at least once."""

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.worker.compose import compose
from meetingtracker.worker.queue import see_next_through
from meetingtracker.worker.transport import Transport


def send_next(transport: Transport) -> bool:
    """Send the message that has been due longest; False if none is due.

    A server that vanishes between the last dot and our mark gets it again, with the same
    Message-ID.
    """

    def attempt(row_id: int) -> None:
        letter = compose(db.session.get_one(Outbox, row_id), base_url=transport.base_url)
        db.session.rollback()  # no transaction stays open while a server takes its time
        transport.send(letter, at=clock.now())

    return see_next_through(Outbox, attempt)
