"""When it is said again, and when the digest comes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.calendar import WorkingCalendar, local_today
from meetingtracker.rules.reminders import cadence, digest_at

WEEK = WorkingCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2026, 11, 26)}))
DAY = timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime"})


@pytest.mark.parametrize(
    ("today", "since", "said"),
    [
        (date(2026, 11, 17), date(2026, 11, 16), True),
        (date(2026, 11, 18), date(2026, 11, 13), True),  # the third working day
        (date(2026, 11, 18), date(2026, 11, 12), False),  # the fourth, a Wednesday
        (date(2026, 11, 19), date(2026, 11, 2), True),  # Thursday
        (date(2026, 11, 20), date(2026, 11, 2), False),
        (date(2026, 11, 23), date(2026, 11, 2), True),  # Monday
        (date(2026, 11, 27), date(2026, 11, 2), True),  # Friday after a Thursday that is a holiday
    ],
)
def test_daily_for_three_days_then_twice_a_week(today: date, since: date, said: bool) -> None:
    assert cadence(today, WEEK).says(since) is said


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_nothing_is_silent_for_longer_than_a_week(since: date) -> None:
    days = [since + n * DAY for n in range(1, 40) if WEEK.is_working(since + n * DAY)]
    said = [since, *(day for day in days if cadence(day, WEEK).says(since))]
    assert max(b - a for a, b in zip(said, said[1:], strict=False)) <= 7 * DAY


@given(
    zone=st.sampled_from(ZONES), home=st.sampled_from(ZONES),
    day=st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)  # fmt: skip
def test_every_digest_comes_on_its_own_day(zone: str, home: str, day: date, at: time) -> None:
    """Whatever the zones and however the clocks change: on the organisation's day, and the next
    day's comes later."""
    if day == date(2011, 12, 30) or local_today(_noon(day, home), home) != day:
        return  # a day that this zone left out
    instant = digest_at(day, at, zone, home)
    assert local_today(instant, home) == day
    assert digest_at(day + DAY, at, zone, home) > instant


def _noon(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)


def test_the_hour_is_the_persons_and_the_day_the_organisations() -> None:
    monday = date(2026, 11, 16)
    berlin, auckland = "Europe/Berlin", "Pacific/Auckland"
    assert digest_at(monday, time(8, 30), berlin, berlin) == datetime(
        2026, 11, 16, 7, 30, tzinfo=UTC
    )
    # 08:30 on Tuesday in Auckland is Monday evening in Berlin.
    assert digest_at(monday, time(8, 30), auckland, berlin) == datetime(
        2026, 11, 16, 19, 30, tzinfo=UTC
    )
