"""Sending what the outbox holds: one letter after the other, each at least once."""

from datetime import date

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.outbox import Outbox
from meetingtracker.worker.compose import compose
from meetingtracker.worker.queue import see_next_through
from meetingtracker.worker.transport import Transport


def send_next(transport: Transport, *, on: date | None = None) -> str:
    """Send the message that has been due longest. Answers as `see_next_through` does.

    `on`: the organisation's day that digests are for; None is today.

    A server that vanishes between the last dot and our mark gets it again, with the same
    Message-ID.
    """

    def attempt(row_id: int) -> None:
        row = db.session.get_one(Outbox, row_id)
        letter = compose(row, base_url=transport.base_url, on=on)
        db.session.rollback()  # no transaction stays open while a server takes its time
        transport.send(letter, at=clock.now())

    return see_next_through(Outbox, attempt)
