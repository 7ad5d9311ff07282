"""`meetingtracker followup run`: scan, escalate, fill the outbox and send, at any instant."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import click

from meetingtracker import clock
from meetingtracker.cli.application import BadInput, application
from meetingtracker.cli.output import as_json, emit
from meetingtracker.config import Config
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.outbox import Outbox
from meetingtracker.rules.calendar import end_of_day
from meetingtracker.worker import followup as runner
from meetingtracker.worker.after_meetings import after_meetings
from meetingtracker.worker.early_warning import look_once_a_day
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.queue import SENT
from meetingtracker.worker.transport import Transport


@click.group()
def followup() -> None:
    """What finds overdue promises and their people."""


@followup.command()
@click.option("--as-of", metavar="DATE-OR-TIME", help="A day is 23:59 in the organisation's zone.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@as_json
def run(as_of: str | None, dry_run: bool, json: bool) -> None:
    """Look once: raise alerts, tell people, send what is due. Safe twice, at once, and late.

    SIGTERM and SIGINT end it after the mail in hand; exit code 3 says that there is more to do.
    """
    with stoppable() as stop, application() as app:
        config: Config = app.extensions["meetingtracker"]
        at = instant(as_of, testing=config.testing)
        organisation = the_organisation()
        transport = Transport.of(config) if organisation and organisation.uses_mail else None
        if not dry_run:
            after_meetings(at)
            look_once_a_day(at)
        report = runner.run(at, mailing=transport is not None, dry=dry_run)
        assert report is not None  # the application has an organisation
        stop.at_once = False
        while transport and not dry_run and not stop.asked:
            came_of_it = send_next(transport, on=report.day)
            if not came_of_it:
                break
            report.sent += came_of_it == SENT
        is_left = stop.asked and Outbox.is_any_due(at=clock.now())
    result = report.told() | {"mail": transport is not None, "dry_run": dry_run}
    result["raised"] = sum(report.alerts.values())
    emit(result, json, _SAID)
    if is_left:
        raise Stopped(_STOPPED)


_SAID = (
    "{day}: {raised} alerts {alerts}, {notices} notices, {digests} digests, {at_once} at once, "
    "{verified} verified, {closed} closed unconfirmed, {sent} sent."
)
_STOPPED = "It was stopped before all was done. Run it again."


class Stopped(click.ClickException):
    exit_code = 3


class Stop:
    """What SIGTERM and SIGINT ask for. A look is left `at_once`, for a write that is broken off
    leaves nothing behind; a mail that is on its way must first be noted as sent."""

    asked = False
    at_once = True

    def __call__(self, *_: object) -> None:
        self.asked = True
        if self.at_once:
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Raises Stopped if the signal came during the look."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    except KeyboardInterrupt:
        raise Stopped(_STOPPED) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def instant(as_of: str | None, *, testing: bool) -> datetime:
    """The instant (UTC) that a run looks from. Raises BadInput; the future is for tests alone."""
    now = clock.now()
    if as_of is None:
        return now
    organisation = the_organisation()
    zone = organisation.zone if organisation else "UTC"
    try:
        at = _instant(as_of, zone)
    except ValueError as wrong:
        raise BadInput(
            f"--as-of {as_of!r} is neither a day nor a time (2026-12-24T08:30Z)."
        ) from wrong
    if at > max(now, end_of_day(clock.today(zone), zone)) and not testing:
        raise BadInput("--as-of lies in the future: that is possible only with TESTING=1.")
    return at


def _instant(text: str, zone: str) -> datetime:
    if len(text) == len("2026-12-24"):
        return end_of_day(date.fromisoformat(text), zone)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(UTC)
