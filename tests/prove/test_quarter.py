"""A quarter of follow-up for forty people: how many mails, how far things climb, how they end."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import time, timedelta
from statistics import median

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db, writing
from meetingtracker.models.action import Action
from meetingtracker.models.alert import Alert
from meetingtracker.models.digest import Digest
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.policy import LADDER, Policy
from meetingtracker.models.reads.stamps import stands
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.ladder import FULL, GENTLE
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.worker import followup
from meetingtracker.worker.outbox import send_next
from meetingtracker.worker.transport import Transport
from tests.cast import NOW, TODAY, ZONE
from tests.conftest import World
from tests.prove.quarter import DAY, WEEK, WEEKS, Company
from tests.worker.conftest import BASE
from tests.worker.smtp import Server, smtp_server

pytestmark = pytest.mark.prove
LOOKS = (time(8, 35), time(11, 30), time(23, 59))
AFTER = 40  # days until the last decision is taken
Say = Callable[[str], None]


@pytest.mark.parametrize("preset", ["gentle", "full"])
def test_a_quarter(sqlite_world: World, preset: str, say: Say) -> None:
    company = Company(sqlite_world.cast, random.Random(7))  # noqa: S311  (a sample)
    with smtp_server() as server:
        _live(sqlite_world, company, FULL if preset == "full" else GENTLE, server)
    with sqlite_world.read():
        mails = _mails_by_person_and_week()
        leaders = sorted(n for (i, _), n in mails.items() if i in company.leaders)
        everybody = [mails[i, w] for i in _people(company) for w in range(WEEKS)]
        most = leaders[int(len(leaders) * 0.95)]
        levels = Counter(db.session.scalars(sa.select(Alert.level)).all())
        ends = _ends_of_level_four()
        say(
            f"{preset:6} mails a person and week: median {median(everybody)}, leaders' median "
            f"{median(leaders)}, 95 % of leaders at most {most}, anybody at most "
            f"{max(everybody)}; alerts by level {dict(sorted(levels.items()))}; "
            f"level 4: {dict(ends)}, {dict(company.decided)}"
        )
        assert median(everybody) < 6
        assert most < 10
        _no_second_digest(server)
        _no_level_skipped()
        assert ends["waiting"] == 0
        assert (levels[4] > 0) is (preset == "full")
        assert levels[3] > 0


def _live(world: World, company: Company, policy: object, server: Server) -> None:
    from meetingtracker.rules.mail_server import Sender, mail_server

    transport = Transport(mail_server(server.url), Sender("Meetings", "meet@example.com"), BASE)
    with world.app.app_context():
        with writing():
            company.gather()
            company.plan_promises()
            Policy.set(LADDER, policy.body(), after=0, by=SYSTEM, at=NOW - timedelta(days=400))  # type: ignore[attr-defined]
        for n in range(7 * WEEKS + AFTER):
            today = TODAY + n * DAY
            for look in LOOKS:
                at = at_local(today, look, ZONE)
                with time_machine.travel(at, tick=True):
                    if look == LOOKS[1] and WEEK.is_working(today):
                        with writing():
                            company.live(today)
                    followup.run(at, mailing=True)
                    while send_next(transport, on=today):
                        pass


def _people(company: Company) -> list[int]:
    return company.leaders + company.members + company.executives


def _mails_by_person_and_week() -> Counter[tuple[int, int]]:
    """What was sent within the quarter, by the week in which it was."""
    rows = db.session.execute(sa.select(Outbox.person_id, Outbox.sent_at))
    return Counter(
        (person_id, (sent_at - NOW).days // 7) for person_id, sent_at in rows if sent_at is not None
    )


def _no_second_digest(server: Server) -> None:
    days = db.session.execute(
        sa.select(Digest.person_id, Digest.day).where(Digest.day.is_not(None))
    ).all()
    assert len(days) == len({*map(tuple, days)})
    keys = server.keys()
    assert len(keys) == len({*keys})
    assert len(keys) == db.session.scalar(
        sa.select(sa.func.count(Outbox.id)).where(Outbox.sent_at.is_not(None))
    )


def _no_level_skipped() -> None:
    """From level 1 up without a gap, but for what moves and missing owners begin with."""
    reached: dict[tuple[str, int, str], set[int]] = defaultdict(set)
    moved = set(db.session.scalars(sa.select(Action.id).where(Action.moves >= 2)))
    for alert in db.session.scalars(sa.select(Alert).where(Alert.level > 0)):
        if alert.rule.value in ("due", "blocked") and alert.subject_id not in moved:
            reached[alert.rule, alert.subject_id, alert.epoch].add(alert.level)
    assert len(reached) > 20
    for levels in reached.values():
        assert levels == set(range(1, max(levels) + 1)), levels


def _ends_of_level_four() -> Counter[str]:
    rows = db.session.execute(sa.select(Alert.decision_id, stands()).where(Alert.level == 4))
    return Counter(
        "decided" if decision else "waiting" if waits else "settled before"
        for decision, waits in rows
    )
