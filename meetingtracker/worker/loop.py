"""The worker: follows up and sends what is due, in a thread of its own or alone."""

import secrets
import threading
from datetime import datetime, timedelta

from flask import Flask

from meetingtracker import clock
from meetingtracker.db import Busy, db, writing
from meetingtracker.models.acts.raise_alerts import one_runner_at_a_time
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.tick import FOLLOW_UP, Tick
from meetingtracker.worker import followup
from meetingtracker.worker.after_meetings import after_meetings
from meetingtracker.worker.early_warning import look_once_a_day
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.transport import WHOLE, Transport
from meetingtracker.worker.webhooks import tell_next

PAUSE = 2.0  # seconds between two looks
TELL_EVERY = timedelta(seconds=20)  # what somebody did, and what is mailed at once
SCAN_EVERY = timedelta(minutes=5)  # everything
LEASE = timedelta(minutes=2)
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
        self.holder = secrets.token_hex(16)
        self._told_at: datetime | None = None
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
                self._follow_up()
                worked = bool(tell_next())
                if self.transport is not None:
                    worked |= bool(send_next(self.transport))
        except Busy:
            return False
        except Exception:  # the database is away, say: it may be back at the next look
            self.app.logger.exception("the worker could not look")
            return False
        self.last_tick = clock.now()
        return worked

    def _follow_up(self) -> None:
        """Every SCAN_EVERY a whole run, every TELL_EVERY its quick part; one worker at a time."""
        now = clock.now()
        if self._told_at is not None and self._told_at <= now < self._told_at + TELL_EVERY:
            return
        self._told_at = now
        organisation = the_organisation()
        if organisation is None:
            return
        mailing = self.transport is not None and organisation.uses_mail
        with writing():
            one_runner_at_a_time()
            tick = Tick.take(FOLLOW_UP, self.holder, at=now, lasts=LEASE)
            if tick is None:
                return
            scanned_at = tick.scanned_at
        # A clock that was set back must not keep the next scan waiting for it to catch up.
        if scanned_at is None or not scanned_at <= now < scanned_at + SCAN_EVERY:
            after_meetings(now)
            look_once_a_day(now)
            followup.run(now, mailing=mailing, since=scanned_at)
            with writing():
                db.session.get_one(Tick, FOLLOW_UP).scanned_at = now
        elif (look := followup.look_at(now)) is not None:
            followup.tell(look)
            if mailing:
                followup.mail_at_once(look)

    def stop(self) -> None:
        """End after the message in hand, which takes WHOLE seconds at most."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join(WHOLE)
