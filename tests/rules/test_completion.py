"""The rate that cannot be gamed: every edge of every category, and the example of the product."""

from dataclasses import asdict
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.completion import Completion, Kept, Promise, completion, standing

DUE = date(2026, 11, 10)
TODAY = date(2026, 11, 20)


def days(n: int) -> date:
    return DUE + timedelta(days=n)


def of(promises: list[Promise], today: date = TODAY) -> Completion:
    return completion(
        promises, window_from=date(2026, 11, 1), window_to=date(2026, 11, 15), today=today
    )


def test_the_example_of_the_product() -> None:
    result = of(
        [Promise(DUE, DUE, done_on=days(-k)) for k in range(6)]
        + [
            Promise(DUE, DUE, done_on=days(2)),
            Promise(DUE, days(30)),
            Promise(DUE, DUE),
            Promise(DUE, DUE, cancelled_on=days(-1), cancel_reason="no longer needed"),
        ]
    )
    assert result.on_time_rate == Fraction(6, 9)
    assert result.usual_rate == Fraction(7, 8)
    assert (result.promised, result.on_time, result.late) == (9, 6, 1)
    assert (result.moved_and_kept, result.moved_and_open, result.overdue) == (0, 1, 1)
    assert (result.cancelled_before, result.dropped, result.not_yet_due) == (1, 0, 0)
    assert result.median_delay_days == 2


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        (Promise(DUE, DUE, done_on=days(0)), Kept.ON_TIME),
        (Promise(DUE, DUE, done_on=days(1)), Kept.LATE),
        (Promise(DUE, days(5), done_on=days(0)), Kept.ON_TIME),
        (Promise(DUE, days(5), done_on=days(1)), Kept.MOVED_AND_KEPT),
        (Promise(DUE, days(5), done_on=days(5)), Kept.MOVED_AND_KEPT),
        (Promise(DUE, days(5), done_on=days(6)), Kept.LATE),
        (Promise(DUE, days(-5), done_on=days(0)), Kept.ON_TIME),  # moved forward: first date rules
        (Promise(DUE, DUE), Kept.OVERDUE),
        (Promise(DUE, days(9)), Kept.OVERDUE),
        (Promise(DUE, days(10)), Kept.MOVED_AND_OPEN),  # due today is not overdue
        (Promise(DUE, days(11)), Kept.MOVED_AND_OPEN),
        (Promise(DUE, DUE, None, days(-1), "why"), Kept.CANCELLED_BEFORE),
        (Promise(DUE, DUE, None, days(-1), " "), Kept.DROPPED),
        (Promise(DUE, DUE, None, days(-1), None), Kept.DROPPED),
        (Promise(DUE, DUE, None, days(0), "why"), Kept.DROPPED),
        (Promise(DUE, DUE, None, days(1), "why"), Kept.DROPPED),
        (Promise(DUE, DUE, days(0), days(1), "why"), Kept.ON_TIME),  # done stays done
        (Promise(TODAY, TODAY), Kept.NOT_YET_DUE),
        (Promise(TODAY, TODAY, done_on=TODAY), Kept.ON_TIME),
        (Promise(days(11), days(11), done_on=days(0)), Kept.NOT_YET_DUE),
        (Promise(days(11), days(11), None, days(0), "why"), Kept.CANCELLED_BEFORE),
        (Promise(DUE, DUE, done_on=days(11)), Kept.OVERDUE),  # done tomorrow: not known today
        (Promise(DUE, DUE, None, days(11), "why"), Kept.OVERDUE),
    ],
)
def test_each_promise_stands_somewhere(promise: Promise, expected: Kept) -> None:
    assert standing(promise, TODAY) is expected


def test_only_the_original_date_decides_the_window() -> None:
    outside = [Promise(date(2026, 10, 31), DUE), Promise(date(2026, 11, 16), DUE)]
    edges = [Promise(date(2026, 11, 1), DUE), Promise(date(2026, 11, 15), DUE)]
    assert of(outside).promised == 0
    assert of(edges).promised == 2


def test_nothing_under_five() -> None:
    four = [Promise(DUE, DUE, done_on=days(1))] * 4
    assert of(four).on_time_rate is None
    assert of(four).usual_rate is None
    assert of(four).median_delay_days is None
    five = [*four, Promise(DUE, DUE, done_on=days(4))]
    assert of(five).on_time_rate == 0
    assert of(five).usual_rate == 1
    assert of(five).median_delay_days == 1


def test_moving_or_cancelling_late_never_raises_the_rate() -> None:
    kept = [Promise(DUE, DUE, done_on=DUE)] * 5
    honest = of([*kept, Promise(DUE, DUE)]).on_time_rate
    assert of([*kept, Promise(DUE, days(60))]).on_time_rate == honest
    assert of([*kept, Promise(DUE, DUE, None, days(0), "why")]).on_time_rate == honest


NEAR = st.dates(date(2026, 10, 20), date(2026, 12, 1))
PROMISES = st.builds(
    Promise,
    NEAR,
    NEAR,
    st.none() | NEAR,
    st.none() | NEAR,
    st.sampled_from([None, "", "why"]),
)


@given(st.lists(PROMISES, max_size=30), NEAR)
def test_the_categories_partition_the_denominator(promises: list[Promise], today: date) -> None:
    result = asdict(of(promises, today))
    parts = ("on_time", "late", "moved_and_kept", "moved_and_open", "overdue", "dropped")
    assert result["promised"] == sum(result[part] for part in parts)
    inside = [p for p in promises if date(2026, 11, 1) <= p.original_due_on <= date(2026, 11, 15)]
    assert len(inside) == (result["promised"] + result["cancelled_before"] + result["not_yet_due"])
