"""The follow-up runner: scan, raise, tell, and fill the outbox. Safe twice, at once, and late."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import TypeVar

import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.notify import news, notify
from meetingtracker.models.acts.queue_digest import digest_key, queue_digest, say
from meetingtracker.models.acts.raise_alerts import (
    MOST_VERDICTS,
    Raiser,
    ask_again,
    newest_alert,
    one_runner_at_a_time,
    owed_again,
)
from meetingtracker.models.acts.settle import close_unconfirmed, settled, verify_unrefused
from meetingtracker.models.digest import Digest
from meetingtracker.models.notification import Mute, Notification
from meetingtracker.models.organisation import the_organisation, working_calendar
from meetingtracker.models.person import Person
from meetingtracker.models.policy import LADDER
from meetingtracker.models.policy import Policy as PolicyRow
from meetingtracker.models.reads.company import the_company
from meetingtracker.models.reads.due_lines import Found, due_lines, waiting_lines
from meetingtracker.models.reads.followup_scan import Day, Due, new_alerts
from meetingtracker.models.tick import FOLLOW_UP, Tick
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.ladder import GENTLE, MEETING, Policy
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.reminders import HELD, digest_at

ALERTS, LINES, SETTLED = 250, 500, 25  # of one write, so that nobody waits for it for long
VERDICT_WEIGHS = 50  # an agenda item costs about as much as so many alerts
Item = TypeVar("Item")


@dataclass(slots=True)
class Report:
    """What one run did. `alerts`: how many on each level."""

    as_of: datetime
    day: date
    alerts: dict[int, int] = field(default_factory=dict)
    notices: int = 0
    digests: int = 0
    at_once: int = 0
    verified: int = 0
    closed: int = 0
    sent: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    """By a dry run: the lines of each digest that would be queued, by mail address."""

    def told(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Look:
    """One look of the runner: the instant that the rules go by, its day, and each person's hour."""

    at: datetime
    day: Day
    policy: Policy
    hours: dict[int, tuple[time, str]]

    def digest_at(self, person_id: int) -> datetime:
        """When this person's digest of the day comes."""
        local, zone = self.hours[person_id]
        return digest_at(self.day.today, local, zone, self.day.zone)

    def may_mail_at(self, person_id: int) -> datetime:
        """Level 2 and above goes with the day's digest while that is still to come."""
        return max(self.at + HELD, self.digest_at(person_id))


def look_at(at: datetime) -> Look | None:
    """None before there is an organisation."""
    organisation = the_organisation()
    if organisation is None:
        return None
    today = local_today(at, organisation.zone)
    day = Day(today, organisation.zone, working_calendar(organisation), the_company(today))
    row = PolicyRow.latest(LADDER)
    policy = Policy.read(row.body, row.id) if row else GENTLE
    people = db.session.execute(
        sa.select(Person.id, Person.digest_time, Person.zone).where(Person.deactivated_at.is_(None))
    )
    hours = {i: (own or policy.digest_time, zone or organisation.zone) for i, own, zone in people}
    return Look(at, day, policy, hours)


def run(
    at: datetime, *, mailing: bool, dry: bool = False, since: datetime | None = None
) -> Report | None:
    """All that the rules ask for at the instant `at` (UTC), whatever was missed before.

    `mailing`: there is a mail server and the company wants mail; without it nothing is kept to be
    sent. `dry`: nothing is written. `since`: the look before; if nothing has happened since then,
    only those are looked at whose hour has come meanwhile. None before there is an organisation.
    Raises Busy.
    """
    look = look_at(at)
    if look is None:
        return None
    report = Report(at, look.day.today)
    if not dry:
        report.notices = tell(look)
        report.verified, report.closed = _settle(look)
    newest = newest_alert()  # before the scan: what comes after it is compared
    dues = new_alerts(look.day)
    if dry:
        report.alerts = dict(sorted(Counter(due.level for due in dues).items()))
    else:
        report.alerts = _raise(dues, look, newest)
        if look.day.calendar.is_working(look.day.today):
            _in_parts(owed_again(look.day), lambda ids: ask_again(ids, look.day))
    if mailing:
        quiet = not report.notices and not report.alerts and not report.verified
        digests = [*_digests(look, since if quiet else None)]
        report.lines = {i: len(lines) for i, lines in digests} if dry else {}  # type: ignore[misc]
        report.digests = len(digests) if dry else _queue_digests(digests, look)
        report.at_once = 0 if dry else mail_at_once(look)
    return report


def tell(look: Look) -> int:
    """Notices of what has happened since the last look. What they say is read before the write."""
    count, seen, more = 0, _seen(), True
    while more:
        new = news(seen, look.day, at=look.at)
        with writing():
            one_runner_at_a_time()
            tick = db.session.get_one(Tick, FOLLOW_UP, with_for_update=True)
            told = notify(tick, new)
            tick.last_at = clock.now()
            seen = tick.seen_event_id
        count += len(new.rows) if told else 0
        more = new.more or not told
    return count


def _seen() -> int:
    """The newest event that notices have been made of."""
    tick = db.session.get(Tick, FOLLOW_UP)
    if tick is not None:
        return tick.seen_event_id
    with writing():
        one_runner_at_a_time()
        tick = db.session.get(Tick, FOLLOW_UP, with_for_update=True)
        return (tick or Tick.begin(FOLLOW_UP, at=clock.now())).seen_event_id


def mail_at_once(look: Look) -> int:
    """What may not wait for the next digest: one mail a person. Answers how many were queued."""
    waiting = db.session.scalars(
        sa.select(Notification)
        .where(Notification.mail_at <= look.at, Notification.mailed_at.is_(None))
        .order_by(Notification.id)
    ).all()
    muted = {tuple(row) for row in db.session.execute(sa.select(Mute.person_id, Mute.notice))}
    works = look.day.calendar.is_working(look.day.today)
    mails: dict[int, list[tuple[int, Found]]] = defaultdict(list)
    for row, line in zip(waiting, waiting_lines(waiting, look.day), strict=True):
        if (row.person_id, row.notice) not in muted and (works or _any_day(row, look.policy)):
            mails[row.person_id].append((row.id, line))
    return sum(
        _queue(person_id, [line for _, line in lines], look, f"at_once:{person_id}:{lines[-1][0]}")
        for person_id, lines in mails.items()
    )


def _any_day(row: Notification, policy: Policy) -> bool:
    """What is mailed on days that are not worked, too."""
    return row.notice is Notice.meeting_changed or (
        row.notice is Notice.decision_owed and policy.executives_any_day
    )


def _raise(dues: Sequence[Due], look: Look, newest: int) -> dict[int, int]:
    levels: Counter[int] = Counter()
    raiser = Raiser(look.day, at=look.at, mail_at=look.may_mail_at)
    raiser.newest = newest
    for chunk in _weighed(dues):
        ready = raiser.ready(chunk)
        with writing():
            raised = raiser.raise_alerts(ready)
        levels.update(due.level for due in raised)
    return dict(sorted(levels.items()))


def _weighed(dues: Sequence[Due]) -> Iterator[list[Due]]:
    """The dues in parts that take about the same time to write."""
    part: list[Due] = []
    weight, verdicts = 0, 0
    for due in dues:
        part.append(due)
        verdicts += due.level == MEETING
        asks = due.level == MEETING and verdicts <= MOST_VERDICTS
        weight += VERDICT_WEIGHS if asks else 1
        if weight >= ALERTS:
            yield part
            part, weight = [], 0
    if part:
        yield part


def _settle(look: Look) -> tuple[int, int]:
    actions, issues = settled(look.day)
    _in_parts(actions, lambda ids: verify_unrefused(ids, at=look.at))
    _in_parts(issues, lambda ids: close_unconfirmed(ids, at=look.at))
    return len(actions), len(issues)


def _in_parts(ids: list[int], act: Callable[[list[int]], None]) -> None:
    for chunk in _chunks(ids, SETTLED):
        with writing():
            act(chunk)


def _digests(look: Look, since: datetime | None) -> Iterator[tuple[int, list[Found]]]:
    """Whose digest of the day is due and has something to say."""
    if not look.day.calendar.is_working(look.day.today):
        return
    sent = set(db.session.scalars(sa.select(Digest.person_id).where(Digest.day == look.day.today)))
    waiting = [
        i for i in look.hours
        if i not in sent and look.digest_at(i) <= look.at
        and (since is None or look.digest_at(i) > since)
    ]  # fmt: skip
    lines = due_lines(look.day, at=look.at, people={*waiting}) if waiting else {}
    for person_id in waiting:
        if person_id in lines:
            yield person_id, lines[person_id]


def _queue_digests(digests: Sequence[tuple[int, list[Found]]], look: Look) -> int:
    day = look.day.today
    return sum(
        _queue(person_id, lines, look, digest_key(person_id, day), day=day)
        for person_id, lines in digests
    )


def _queue(
    person_id: int, lines: list[Found], look: Look, key: str, *, day: date | None = None
) -> bool:
    """What finds no room in the mail is counted as said in writes of its own."""
    more = 0
    while len(lines) > LINES:
        lines, rest = lines[:-LINES], lines[-LINES:]
        with writing():
            one_runner_at_a_time()
            more += len(say(rest, at=look.at))
    with writing():
        one_runner_at_a_time()
        return queue_digest(
            person_id, lines, day=day, key=key, at=look.at, due_at=clock.now(), more=more
        )


def _chunks(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
