"""A runner that looks from any instant, and a mail server that it really sends to."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.alert import Alert
from meetingtracker.models.notification import Notification
from meetingtracker.models.policy import LADDER, Policy
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.ladder import FULL
from meetingtracker.worker import followup
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.transport import Transport
from tests.busy import Busy
from tests.cast import NOW, TODAY, ZONE
from tests.conftest import World
from tests.worker.smtp import Server

DAY = timedelta(days=1)
NOON = time(12)
EVENING = time(23, 59)


@dataclass
class Runner:
    world: World
    server: Server
    transport: Transport

    def run(self, days: int | datetime = 0, at: time = EVENING) -> followup.Report:
        """Look, in the evening of the day so many days after TODAY, and send what is due."""
        instant = days if isinstance(days, datetime) else at_local(TODAY + days * DAY, at, ZONE)
        with self.world.app.app_context():
            report = followup.run(instant, mailing=True)
            assert report is not None
            while send_next(self.transport, on=report.day):
                pass
        return report

    def mails(self, name: str | None = None) -> list[EmailMessage]:
        """What has come in, all of it or for one of the cast."""
        address = f"{name}@example.com"
        return [m for m in self.server.mails() if name is None or address in m["To"]]

    def last(self, name: str) -> str:
        """The text of the last mail to somebody; empty if there is none."""
        mails = self.mails(name)
        body = mails[-1].get_body(("plain",)) if mails else None
        return body.get_content() if body else ""

    def forget(self) -> None:
        self.server.sent.clear()

    def promise(self, title: str, owner: str, due: int, *, by: str = "lea", **more: object) -> int:
        """A promise that was made a while ago, so that nobody is told of it now."""
        with self.world.write() as cast:
            action = Busy(cast).action(title, owner, due, by=by, present_in_meeting=True, **more)
            return action.id

    def act(self, action_id: int, verb: str, *, by: str = "pia", **more: object) -> None:
        with self.world.write() as cast:
            row = db.session.get_one(Action, action_id)
            getattr(row, verb)(by=cast.actor(by), at=more.pop("at", NOW), **more)

    def levels(self, action_id: int) -> list[tuple[str, str, int]]:
        """(rule, epoch, level) of each of its alerts, in the order in which they were raised."""
        with self.world.read():
            rows = db.session.execute(
                sa.select(Alert.rule, Alert.epoch, Alert.level)
                .where(Alert.subject_type == "action", Alert.subject_id == action_id)
                .order_by(Alert.id)
            )
            return [(rule.value, epoch, level) for rule, epoch, level in rows]

    def inbox(self, name: str) -> list[tuple[str, int]]:
        """(notice, subject) of all that somebody was told."""
        with self.world.read() as cast:
            rows = db.session.execute(
                sa.select(Notification.notice, Notification.subject_id)
                .where(Notification.person_id == cast.person[name])
                .order_by(Notification.id)
            )
            return [(notice.value, subject) for notice, subject in rows]

    def climb_all_the_way(self) -> None:
        """The full ladder, from the beginning."""
        with self.world.write() as cast:
            Policy.set(
                LADDER, FULL.body(), after=0, by=cast.actor("ada"), at=NOW - timedelta(days=400)
            )


def day_of(days: int) -> date:
    return TODAY + days * DAY
