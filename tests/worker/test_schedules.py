"""Whatever the zone, the day and the schedule of the looks: each level of each date once."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetingtracker.db import db
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.alert import Alert
from meetingtracker.models.notification import Notification
from meetingtracker.models.organisation import Organisation
from meetingtracker.rules.calendar import WorkingCalendar, local_today
from meetingtracker.rules.followup import is_due_soon, windows
from meetingtracker.rules.ladder import GENTLE, Climb, levels
from meetingtracker.rules.states import Status
from meetingtracker.worker import followup
from tests.conftest import Stage, World

ZONES = sorted(available_timezones() - {"localtime"})
# Leap days, week 53, the turn of the year, and days on which clocks change.
DUE = [
    date(2028, 2, 29), date(2024, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2026, 3, 29),
    date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4),
]  # fmt: skip
WEEK = WorkingCalendar(frozenset({1, 2, 3, 4, 5}))
minutes = st.integers(-6 * 24 * 60, 30 * 24 * 60)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    zone=st.sampled_from(ZONES), due_on=st.sampled_from(DUE),
    looks=st.lists(minutes, min_size=1, max_size=6),
)  # fmt: skip
def test_each_level_of_each_date_once(
    sqlite_stage: Stage, zone: str, due_on: date, looks: list[int]
) -> None:
    """`looks`: minutes from noon of the due day, in any order: the clock may be set back."""
    world = World(sqlite_stage.app, sqlite_stage.reset())
    noon = datetime(due_on.year, due_on.month, due_on.day, 12, tzinfo=UTC)
    made = noon - timedelta(days=12)
    with time_machine.travel(made, tick=False), world.write() as cast:
        db.session.get_one(Organisation, 1).zone = zone
        promised_on = local_today(made, zone)
        give_action(title="It", owner_id=cast.person["pia"], due_on=due_on, at=made, on=promised_on,
                    by=cast.actor("lea"), present_in_meeting=True)  # fmt: skip
    expected: set[int] = set()
    for look in looks:
        at = noon + timedelta(minutes=look)
        with time_machine.travel(at, tick=False), world.app.app_context():
            followup.run(at, mailing=False)
        expected |= _reached(due_on, promised_on, local_today(at, zone))
    with world.read():
        raised = Counter(db.session.scalars(sa.select(Alert.level)))
        notices = sa.select(Notification.person_id, Notification.alert_id).where(
            Notification.alert_id.is_not(None)
        )
        told = Counter(tuple(row) for row in db.session.execute(notices))
    assert set(raised.values()) <= {1}
    assert set(told.values()) <= {1}
    assert expected <= set(raised) <= expected | {3}  # 3 also where a leader did not answer


def _reached(due_on: date, promised_on: date, today: date) -> set[int]:
    soon = is_due_soon(Status.open, due_on, promised_on, False, windows(today, WEEK))
    level_0 = {0} if soon and due_on > today else set()
    return set(levels(Climb(due_on, due_on), GENTLE, today, WEEK)) | level_0
