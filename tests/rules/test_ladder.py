"""The ladder: each edge of each level, and what holds for any schedule of looks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetingtracker.rules.calendar import WorkingCalendar, local_today
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.followup import is_overdue
from meetingtracker.rules.ladder import (
    FULL,
    GENTLE,
    Climb,
    Policy,
    Steps,
    block_epoch,
    epoch,
    levels,
    look_on,
    moves_together,
)
from meetingtracker.rules.states import Status

WEEK = WorkingCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2026, 12, 25)}))
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)


def reached(late: int, policy: Policy = FULL, **more: object) -> set[int]:
    """The levels `late` working days after a Monday's date."""
    climb = Climb(MONDAY, MONDAY, **more)  # type: ignore[arg-type]
    return set(levels(climb, policy, WEEK.add_working_days(MONDAY, late), WEEK))


@pytest.mark.parametrize(
    ("late", "high", "answered", "expected"),
    [
        (0, False, False, set()), (1, False, False, {1}), (2, False, False, {1}),
        (3, False, False, {1, 2}), (3, False, True, {1}), (4, False, True, {1}),
        (5, False, True, {1, 2}), (9, False, False, {1, 2}), (10, False, False, {1, 2, 3, 4}),
        (1, True, False, {1}), (2, True, False, {1, 2}), (2, True, True, {1}),
        (3, True, True, {1, 2}), (4, True, False, {1, 2}), (5, True, False, {1, 2, 3, 4}),
    ],
)  # fmt: skip
def test_the_clock(late: int, high: bool, answered: bool, expected: set[int]) -> None:
    assert reached(late, high=high, answered=answered) == expected


def test_due_today_is_on_no_level() -> None:
    assert levels(Climb(MONDAY, MONDAY), FULL, MONDAY, WEEK) == set()


def test_a_weekend_does_not_climb() -> None:
    friday = date(2026, 11, 20)
    for day in (21, 22):
        assert levels(Climb(friday, friday), FULL, date(2026, 11, day), WEEK) == set()
    assert levels(Climb(friday, friday), FULL, date(2026, 11, 23), WEEK) == {1}


@pytest.mark.parametrize(("waited", "expected"), [(0, {1, 2}), (1, {1, 2}), (2, {1, 2, 3})])
def test_a_silent_leader_sends_it_to_the_meeting(waited: int, expected: set[int]) -> None:
    asked = WEEK.add_working_days(MONDAY, 5 - waited)
    assert reached(5, leader_asked_on=asked) == expected


@pytest.mark.parametrize(
    ("meetings", "high", "expected"),
    [(1, False, {1}), (2, False, {1, 2, 3, 4}), (1, True, {1, 2, 3, 4}), (0, True, {1})],
)
def test_meetings_that_left_it(meetings: int, high: bool, expected: set[int]) -> None:
    assert reached(1, meetings=meetings, high=high) == expected


@pytest.mark.parametrize(
    ("days_ago", "together"),
    [((), 0), ((0,), 1), ((30, 0), 2), ((31, 0), 1), ((60, 30, 0), 2), ((30, 15, 0), 3),
     ((31, 15, 0), 2)],
)  # fmt: skip
def test_moves_count_together_within_thirty_days(days_ago: tuple[int, ...], together: int) -> None:
    assert moves_together([MONDAY - n * DAY for n in days_ago]) == together


def test_often_moved_promises_start_higher() -> None:
    """At once, long before the new date has passed."""
    climb = Climb(MONDAY + 30 * DAY, MONDAY + 30 * DAY, moved_on=(MONDAY - DAY, MONDAY))
    assert levels(climb, FULL, MONDAY, WEEK) == {2}
    thrice = Climb(climb.due_on, climb.due_on, moved_on=(MONDAY, MONDAY, MONDAY))
    assert levels(thrice, FULL, MONDAY, WEEK) == {4}
    assert levels(thrice, GENTLE, MONDAY, WEEK) == {2}


def test_an_owner_who_left_is_level_two_at_once() -> None:
    assert reached(0, leader_at_once=True) == {2}


def test_gentle_ends_at_the_meeting() -> None:
    assert reached(50, GENTLE) == {1, 2, 3}


def test_a_pause_counts_from_its_end() -> None:
    until = WEEK.add_working_days(MONDAY, 4)
    climb = Climb(MONDAY, until)
    assert levels(climb, FULL, until, WEEK) == set()
    assert levels(climb, FULL, WEEK.add_working_days(until, 1), WEEK) == {1}


@pytest.mark.parametrize(("next_look", "until"), [(3, 3), (14, 14), (15, 14), (900, 14)])
def test_a_block_pauses_ten_working_days_at_most(next_look: int, until: int) -> None:
    assert look_on(MONDAY, MONDAY + next_look * DAY, WEEK) == MONDAY + until * DAY


def test_names_of_stretches() -> None:
    assert epoch(MONDAY, 0) == "2026-11-16.0"
    assert epoch(MONDAY, 1) != epoch(MONDAY, 0)
    assert block_epoch(MONDAY, MONDAY + DAY) == "2026-11-16>2026-11-17"


@pytest.mark.parametrize(
    "steps", [(0, 3, 5, 10, 2), (3, 2, 5, 10, 2), (1, 3, 2, 10, 2), (1, 3, 5, 4, 2),
              (1, 3, 5, 61, 2), (1, 3, 5, 10, 0)],
)  # fmt: skip
def test_steps_come_in_order(steps: tuple[int, ...]) -> None:
    with pytest.raises(RuleBroken):
        Steps(*steps)


def test_a_policy_is_read_as_it_was_stored() -> None:
    for policy in (GENTLE, FULL, Policy(top=4, leader_waits=3, executives_any_day=True)):
        assert Policy.read(policy.body()) == policy
    with pytest.raises(RuleBroken):
        Policy(top=5)
    with pytest.raises(KeyError):
        Policy.read({})


climbs = st.builds(
    Climb,
    st.just(MONDAY), st.dates(MONDAY, MONDAY + 14 * DAY), st.booleans(), st.booleans(),
    st.booleans(), st.lists(st.dates(MONDAY - 40 * DAY, MONDAY), max_size=4).map(sorted),
    st.integers(0, 3),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(climb=climbs, days=st.sets(st.integers(0, 60), max_size=20), top=st.sampled_from([3, 4]))
def test_any_schedule_of_looks_ends_with_the_same_alerts(
    climb: Climb, days: set[int], top: int
) -> None:
    """Looking daily or after a pause of weeks: what was raised by the last look is the same."""
    policy, last = Policy(top=top), 61
    daily = {n for d in range(last + 1) for n in levels(climb, policy, MONDAY + d * DAY, WEEK)}
    some = {n for d in (*days, last) for n in levels(climb, policy, MONDAY + d * DAY, WEEK)}
    assert some == daily == levels(climb, policy, MONDAY + last * DAY, WEEK)


@settings(max_examples=50, deadline=None)
@given(climb=climbs, first=st.integers(0, 60), later=st.integers(0, 60))
def test_levels_only_grow_within_a_stretch(climb: Climb, first: int, later: int) -> None:
    early = levels(climb, FULL, MONDAY + first * DAY, WEEK)
    assert early <= levels(climb, FULL, MONDAY + (first + later) * DAY, WEEK)


ZONES = sorted(available_timezones() - {"localtime"})
# Leap days, week 53, both changes of the clocks, and the turn of the year.
ODD_DAYS = [
    date(2024, 2, 29), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2026, 3, 29),
    date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4),
]  # fmt: skip


@settings(deadline=None)
@given(
    zone=st.sampled_from(ZONES), due_on=st.sampled_from(ODD_DAYS),
    minutes=st.integers(-3 * 24 * 60, 3 * 24 * 60),
)  # fmt: skip
def test_due_today_is_never_overdue_in_any_zone(zone: str, due_on: date, minutes: int) -> None:
    noon = datetime(due_on.year, due_on.month, due_on.day, 12, tzinfo=UTC)
    today = local_today(noon + timedelta(minutes=minutes), zone)
    every_day = WorkingCalendar(frozenset(range(1, 8)))
    overdue = is_overdue(Status.open, due_on, today)
    assert overdue is (today > due_on)
    assert bool(levels(Climb(due_on, due_on), FULL, today, every_day)) is overdue
