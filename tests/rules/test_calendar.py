"""Working days, daylight saving, leap days, week 53, every zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetingtracker.rules.calendar import (
    WorkingCalendar,
    at_local,
    end_of_day,
    local_today,
    next_occurrence,
)

CHRISTMAS = date(2026, 12, 25)
OFFICE = WorkingCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({CHRISTMAS, date(2026, 12, 26)}))
ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(1970, 1, 2), date(2100, 12, 30))
CALENDARS = st.builds(
    WorkingCalendar,
    st.frozensets(st.integers(1, 7), min_size=1),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20),
)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 12, 24), 0, date(2026, 12, 24)),
        (date(2026, 12, 26), 0, date(2026, 12, 26)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 26), 1, date(2026, 12, 28)),
        (date(2026, 12, 28), -1, date(2026, 12, 24)),
        (date(2026, 12, 27), -1, date(2026, 12, 24)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2026, 11, 20), 10, date(2026, 12, 4)),
    ],
)
def test_add_working_days(day: date, n: int, expected: date) -> None:
    assert OFFICE.add_working_days(day, n) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (date(2026, 12, 24), date(2026, 12, 24), 0),
        (date(2026, 12, 24), date(2026, 12, 27), 0),
        (date(2026, 12, 24), date(2026, 12, 28), 1),
        (date(2026, 12, 28), date(2026, 12, 24), -1),
        (date(2026, 11, 1), date(2026, 11, 30), 21),
    ],
)
def test_working_days_between(a: date, b: date, expected: int) -> None:
    assert OFFICE.working_days_between(a, b) == expected


@given(CALENDARS, st.dates(date(2025, 12, 1), date(2026, 4, 1)), st.integers(-60, 60))
def test_between_undoes_add(calendar: WorkingCalendar, day: date, n: int) -> None:
    start = calendar.next_working(day)
    assert calendar.is_working(start)
    assert calendar.working_days_between(start, calendar.add_working_days(start, n)) == n


@given(CALENDARS, DAYS, st.integers(0, 400))
def test_between_equals_counting_one_by_one(calendar: WorkingCalendar, a: date, span: int) -> None:
    b = a + timedelta(days=min(span, (date(2100, 12, 31) - a).days))
    counted = sum(calendar.is_working(a + timedelta(days=k)) for k in range(1, (b - a).days + 1))
    assert calendar.working_days_between(a, b) == counted


def test_next_working() -> None:
    assert OFFICE.next_working(CHRISTMAS) == date(2026, 12, 28)
    assert OFFICE.next_working(date(2026, 12, 28)) == date(2026, 12, 28)


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({0}), frozenset({5, 8})])
def test_a_week_must_make_sense(weekdays: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="weekdays"):
        WorkingCalendar(weekdays)


@pytest.mark.parametrize(
    ("day", "local", "expected"),
    [
        (date(2026, 3, 28), time(2, 30), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        # Skipped: clocks go from 02:00 to 03:00, so 02:30 becomes 03:30 summer time.
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(3, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # Shown twice: the first is summer time.
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30, fold=1), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(3, 30), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
    ],
)
def test_at_local_across_daylight_saving(day: date, local: time, expected: datetime) -> None:
    assert at_local(day, local, "Europe/Berlin") == expected
    assert at_local(day, local, "Europe/Berlin").tzinfo is UTC


def test_the_day_changes_at_local_midnight() -> None:
    just_before = datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)
    assert local_today(just_before, "Europe/Berlin") == date(2026, 3, 29)
    assert local_today(just_before + timedelta(seconds=1), "Europe/Berlin") == date(2026, 3, 30)
    assert local_today(just_before, "Pacific/Kiritimati") == date(2026, 3, 30)


def test_end_of_day_where_the_last_hour_comes_twice() -> None:
    # In 2018 Sao Paulo's clocks went back at midnight: 23:59 of 17 February came twice.
    assert end_of_day(date(2018, 2, 17), "America/Sao_Paulo") == datetime(
        2018, 2, 18, 2, 59, tzinfo=UTC
    )


@settings(max_examples=400)
@given(DAYS, ZONES)
def test_end_of_day_is_still_that_day_in_every_zone(day: date, zone: str) -> None:
    end = end_of_day(day, zone)
    skipped = local_today(at_local(day, time(12), zone), zone) != day
    assert local_today(end, zone) == (day - timedelta(days=1) if skipped else day)
    assert local_today(end + timedelta(minutes=61), zone) > day


@settings(max_examples=400)
@given(DAYS, st.times(), ZONES)
def test_at_local_is_never_early(day: date, local: time, zone: str) -> None:
    shown = at_local(day, local, zone).astimezone(ZoneInfo(zone))
    wanted = datetime.combine(day, local)
    assert shown.replace(tzinfo=None) >= wanted
    assert shown.replace(tzinfo=None) - wanted <= timedelta(days=1)


def test_a_day_that_samoa_left_out() -> None:
    assert local_today(end_of_day(date(2011, 12, 30), "Pacific/Apia"), "Pacific/Apia") == date(
        2011, 12, 29
    )


def test_naive_instants_and_zoned_times_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_today(datetime(2026, 1, 1), "Europe/Berlin")
    with pytest.raises(ValueError, match="zone"):
        at_local(date(2026, 1, 1), time(9, tzinfo=UTC), "Europe/Berlin")


@pytest.mark.parametrize(
    ("after", "weekday", "every", "expected"),
    [
        (date(2026, 11, 12), 4, 1, date(2026, 11, 19)),
        (date(2026, 11, 11), 4, 1, date(2026, 11, 12)),
        (date(2026, 11, 13), 4, 1, date(2026, 11, 19)),
        (date(2026, 11, 12), 4, 2, date(2026, 11, 26)),
        (date(2026, 12, 31), 4, 1, date(2027, 1, 7)),  # from ISO week 53
        (date(2026, 12, 27), 1, 1, date(2026, 12, 28)),  # into ISO week 53
        (date(2028, 2, 22), 2, 1, date(2028, 2, 29)),
    ],
)
def test_next_occurrence(after: date, weekday: int, every: int, expected: date) -> None:
    assert next_occurrence(after, weekday, every) == expected


@given(DAYS, st.integers(1, 7), st.integers(1, 8))
def test_next_occurrence_keeps_its_rhythm(after: date, weekday: int, every: int) -> None:
    first = next_occurrence(after, weekday, every)
    assert first > after
    assert first.isoweekday() == weekday
    assert next_occurrence(first, weekday, every) == first + timedelta(weeks=every)


@pytest.mark.parametrize(("weekday", "every"), [(0, 1), (8, 1), (1, 0)])
def test_next_occurrence_refuses_nonsense(weekday: int, every: int) -> None:
    with pytest.raises(ValueError, match="weekday"):
        next_occurrence(date(2026, 1, 1), weekday, every)
