"""The worker: looks every few seconds for what is due, in a thread of its own or alone."""

import threading
from datetime import datetime

from flask import Flask

from meetingtracker import clock
from meetingtracker.db import Busy
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.transport import WHOLE, Transport
from meetingtracker.worker.webhooks import tell_next

PAUSE = 2.0  # seconds between two looks
NAME = "meetingtracker.worker"


class Loop:
    """Sends one message after the other, mails only if there is a transport. Several at once, in
    any processes, are safe.

    It is found as `app.extensions[NAME]`; `last_tick` is when it last looked, None before.
    """

    def __init__(self, app: Flask, transport: Transport | None) -> None:
        self.app = app
        self.transport = transport
        self.last_tick: datetime | None = None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self.run, name=NAME, daemon=True)
        app.extensions[NAME] = self

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread.start()

    def run(self) -> None:
        """Work until `stop`."""
        while not self._ends.is_set():
            if not self.tick():
                self._ends.wait(PAUSE)

    def tick(self) -> bool:
        """One look: True if there was a message. No failure ends the loop."""
        try:
            with self.app.app_context():
                worked = tell_next()
                if self.transport is not None:
                    worked |= send_next(self.transport)
        except Busy:
            return False
        except Exception:  # the database is away, say: it may be back at the next look
            self.app.logger.exception("the worker could not look")
            return False
        self.last_tick = clock.now()
        return worked

    def stop(self) -> None:
        """End after the message in hand, which takes WHOLE seconds at most."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join(WHOLE)
