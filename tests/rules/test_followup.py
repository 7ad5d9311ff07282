"""Overdue, due soon, unassigned at the day before, the day and the day after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.calendar import WorkingCalendar, at_local, end_of_day, local_today
from meetingtracker.rules.followup import (
    Flag,
    action_flags,
    days_moved,
    is_due_soon,
    is_high,
    is_overdue,
    is_unassigned,
    issue_flags,
    windows,
)
from meetingtracker.rules.states import RUNNING, Priority, Stage, Status

OFFICE = WorkingCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2026, 12, 25)}))
MONDAY = date(2026, 11, 16)
DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CALENDARS = st.builds(
    WorkingCalendar,
    st.frozensets(st.integers(1, 7), min_size=1),
    st.frozensets(st.dates(date(2026, 10, 20), date(2026, 12, 31)), max_size=20),
)


@pytest.mark.parametrize(
    ("due_on", "late"),
    [(MONDAY - DAY, True), (MONDAY, False), (MONDAY + DAY, False), (None, False)],
)
@pytest.mark.parametrize("status", list(Status))
def test_only_a_running_promise_is_overdue_and_not_on_its_day(
    status: Status, due_on: date | None, late: bool
) -> None:
    assert is_overdue(status, due_on, MONDAY) is (late and status in RUNNING)


# Both changes of the clock in Berlin, New York and on Lord Howe (half an hour), and zones far out.
@pytest.mark.parametrize(
    ("zone", "due_on"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("America/Santiago", date(2026, 9, 6)),
        ("Pacific/Kiritimati", date(2026, 12, 31)),
        ("Pacific/Pago_Pago", date(2028, 2, 29)),
        ("Asia/Kathmandu", date(2027, 1, 3)),
    ],
)
def test_due_today_is_not_overdue_in_any_zone_until_its_midnight(zone: str, due_on: date) -> None:
    last_moment = at_local(due_on + DAY, datetime.min.time(), zone) - timedelta(microseconds=1)
    for instant in (end_of_day(due_on, zone), last_moment.astimezone(UTC)):
        assert not is_overdue(Status.open, due_on, local_today(instant, zone))
    after = last_moment + timedelta(microseconds=1)
    assert is_overdue(Status.open, due_on, local_today(after, zone))


@pytest.mark.parametrize(
    ("due_on", "promised_on", "high", "soon"),
    [
        (date(2026, 11, 15), MONDAY, False, False),
        (date(2026, 11, 16), MONDAY, False, True),
        (date(2026, 11, 18), MONDAY, False, True),
        (date(2026, 11, 19), MONDAY, False, False),
        (date(2026, 11, 19), MONDAY, True, True),
        (date(2026, 11, 20), MONDAY, True, False),
        # 11 working days from 5 Nov to 20 Nov are long, 10 are not.
        (date(2026, 11, 20), date(2026, 11, 5), False, True),
        (date(2026, 11, 20), date(2026, 11, 6), False, False),
        (date(2026, 11, 23), date(2026, 1, 5), False, True),
        (date(2026, 11, 24), date(2026, 1, 5), True, False),
        (None, MONDAY, True, False),
    ],
)
def test_due_soon_at_its_edges(
    due_on: date | None, promised_on: date, high: bool, soon: bool
) -> None:
    edges = windows(MONDAY, OFFICE)
    assert is_due_soon(Status.open, due_on, promised_on, high, edges) is soon
    assert not is_due_soon(Status.proposed, due_on, promised_on, high, edges)


@given(CALENDARS, st.dates(date(2026, 11, 1), date(2026, 12, 15)), st.data())
def test_due_soon_is_what_the_calendar_counts(
    calendar: WorkingCalendar, today: date, data: st.DataObject
) -> None:
    due_on = data.draw(st.dates(today - 2 * DAY, today + timedelta(days=25)))
    promised_on = data.draw(st.dates(due_on - timedelta(days=40), due_on + DAY))
    high = data.draw(st.booleans())
    days = 3 if high else 2
    if calendar.working_days_between(promised_on, due_on) > 10:
        days = 5
    expected = today <= due_on <= calendar.add_working_days(today, days)
    edges = windows(today, calendar)
    assert is_due_soon(Status.open, due_on, promised_on, high, edges) is expected


@given(CALENDARS, st.dates(date(2026, 11, 1), date(2026, 12, 15)), st.integers(0, 30))
def test_unassigned_after_one_working_day(calendar: WorkingCalendar, today: date, age: int) -> None:
    raised_on = today - timedelta(days=age)
    expected = today > calendar.add_working_days(raised_on, 1)
    edges = windows(today, calendar)
    assert is_unassigned(Stage.new, None, raised_on, edges) is expected
    assert not is_unassigned(Stage.new, 7, raised_on, edges)


@pytest.mark.parametrize(
    ("stage", "counts"),
    [
        (Stage.new, True), (Stage.triaged, True), (Stage.in_progress, True),
        (Stage.blocked, True), (Stage.resolved, False), (Stage.closed, False),
        (Stage.declined, False),
    ],
)  # fmt: skip
def test_only_an_issue_still_to_solve_is_unassigned(stage: Stage, counts: bool) -> None:
    assert is_unassigned(stage, None, date(2026, 11, 1), windows(MONDAY, OFFICE)) is counts


def test_high_by_its_own_priority_or_its_issue() -> None:
    assert is_high(Priority.high, None)
    assert is_high(Priority.low, 1)
    assert not is_high(Priority.normal, 2)


def test_days_moved_count_from_the_first_date() -> None:
    assert days_moved(date(2026, 11, 1), date(2026, 11, 20)) == 19
    assert days_moved(date(2026, 11, 20), date(2026, 11, 18)) == -2
    assert days_moved(None, None) == 0


def test_flags_come_worst_first() -> None:
    edges = windows(MONDAY, OFFICE)
    of_action = action_flags(
        status=Status.blocked, due_on=MONDAY - DAY, promised_on=date(2026, 10, 1), moves=2,
        high=False, edges=edges,
    )  # fmt: skip
    assert of_action == (Flag.overdue, Flag.blocked, Flag.moved_twice)
    of_issue = issue_flags(
        stage=Stage.blocked, point_person_id=None, raised_on=date(2026, 10, 1),
        of_actions=[Flag.due_soon, *of_action], edges=edges,
    )  # fmt: skip
    assert of_issue == (Flag.overdue, Flag.unassigned, Flag.due_soon, Flag.blocked)


def test_a_closed_issue_carries_no_flag() -> None:
    for stage in (Stage.closed, Stage.declined):
        assert not issue_flags(
            stage=stage, point_person_id=None, raised_on=date(2026, 10, 1),
            of_actions=[Flag.overdue], edges=windows(MONDAY, OFFICE),
        )  # fmt: skip


@pytest.mark.parametrize("flag", list(Flag))
def test_every_flag_has_a_word_a_colour_and_an_icon(flag: Flag) -> None:
    assert flag.label
    assert flag.tone in ("late", "risk", "wait", "good")
    assert flag.icon
