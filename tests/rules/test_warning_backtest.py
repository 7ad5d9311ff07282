"""The early warning tried on made-up pasts: figures, verdicts, and no look into the future."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetingtracker.rules.warning_backtest import Course, backtest, learn, verdict
from meetingtracker.rules.warning_figures import Told, auc, brier, calibration_error, early
from meetingtracker.rules.warning_marks import Verdict
from meetingtracker.rules.warning_replay import Change, History

BEGIN = datetime(2026, 1, 5, 9)


def company(
    count: int, *, weeks: int = 40, seed: int = 1, quiet_is_late: bool = True
) -> list[History]:
    """Promises of three weeks; of who says nothing for long, three in four are late."""
    dice = random.Random(seed)  # noqa: S311
    found = []
    for number in range(count):
        born = BEGIN + timedelta(days=dice.uniform(0, 7 * (weeks - 4)))
        ends = born + timedelta(days=21)
        silent = dice.random() < 0.5
        is_late = dice.random() < (0.9 if silent and quiet_is_late else 0.2)
        changes = [
            Change(born, "due", str(ends.date())),
            Change(born, "owner", f"p{dice.randrange(12)}"),
        ]
        if not silent:
            changes += [Change(born + timedelta(days=d), "update") for d in (3, 8, 13, 18)]
        ended = ends + timedelta(days=dice.uniform(2, 20) if is_late else -dice.uniform(0.1, 2))
        changes.append(Change(ended, "done"))
        changes.sort(key=lambda change: change.at)
        found.append(History(number, born, "", changes))
    return found


def tried(histories, **more):
    until = BEGIN + timedelta(weeks=44)
    return backtest(
        histories, begin=BEGIN, until=until, score_from=BEGIN + timedelta(weeks=20), **more
    )


def test_finds_what_makes_late():
    found = tried(company(400))
    assert found.rows > 500
    assert found.promises > 200
    assert found.auc > 0.8
    assert found.auc > max(found.auc_due_soonest, found.auc_quiet_longest)
    assert found.calibration_error < 0.1
    assert found.verdict is Verdict.band
    assert found.early.precision > found.early.base + 0.2
    assert 7 <= found.early.median_lead_days <= 21
    assert set(found.auc_by_days_left) <= {"0.5-2", "2-4.6", "6-9", "12-16", "19-23"}
    assert found.auc_by_days_left
    assert 0 < found.flips_per_100 < 100


def test_an_empty_past_says_so():
    found = tried([])
    assert (found.rows, found.promises, found.auc, found.brier) == (0, 0, None, None)
    assert found.verdict is Verdict.rules
    assert found.early.precision is None


def test_counts_by_hand():
    """One tick of two promises, told apart by nothing but what became of them."""
    due = str((BEGIN + timedelta(days=10)).date())
    kept = History(1, BEGIN, "", [Change(BEGIN, "due", due), Change(BEGIN + timedelta(9), "done")])
    late = History(2, BEGIN, "", [Change(BEGIN, "due", due), Change(BEGIN + timedelta(12), "done")])
    ticks = [BEGIN + timedelta(days=7)]
    course = Course([kept, late], ticks, BEGIN + timedelta(days=30), 28)
    assert [(one.id, one.late) for one in course.snapshots] == [(1, False), (2, True)]
    assert course.matured(BEGIN + timedelta(days=10)) == 0
    assert course.matured(BEGIN + timedelta(days=11)) == 2
    # On the evening before it is not known yet that the second will be late.
    evening = Course([kept, late], ticks, BEGIN + timedelta(days=10), 28)
    assert [one.id for one in evening.snapshots] == [1]


def test_done_by_its_date_and_sent_back_later_was_in_time():
    due = str((BEGIN + timedelta(days=10)).date())
    changes = [(0, "due", due), (5, "done", ""), (15, "reopened", ""), (16, "done", "")]
    sent_back = History(
        1, BEGIN, "", [Change(BEGIN + timedelta(days=d), kind, value) for d, kind, value in changes]
    )
    end = BEGIN + timedelta(days=40)
    course = Course([sent_back], [BEGIN + timedelta(days=d) for d in (1, 7)], end, 28)
    assert [(one.at, one.late) for one in course.snapshots] == [(BEGIN + timedelta(days=1), False)]


@pytest.mark.parametrize(
    ("matured", "figures", "said"),
    [
        (19, (0.9, 0.5, 0.5, 0.01), Verdict.rules),
        (20, (0.9, 0.5, 0.5, 0.01), Verdict.words),
        (199, (0.9, 0.5, 0.5, 0.01), Verdict.words),
        (200, (0.9, 0.5, 0.5, 0.01), Verdict.band),
        (200, (0.65, 0.5, 0.5, 0.10), Verdict.band),
        (200, (0.649, 0.5, 0.5, 0.01), Verdict.words),
        (200, (0.9, 0.5, 0.5, 0.101), Verdict.words),
        (200, (0.7, 0.7, 0.6, 0.01), Verdict.due_soonest),
        (200, (0.7, 0.6, 0.8, 0.01), Verdict.quiet_longest),
        (20, (0.7, 0.6, 0.8, 0.01), Verdict.quiet_longest),
        (200, (None, None, None, None), Verdict.words),
    ],
)
def test_what_may_be_shown(matured, figures, said):
    assert verdict(matured, *figures) is said


@pytest.mark.parametrize(
    ("count", "said", "has_model"),
    [(10, Verdict.rules, False), (400, Verdict.band, True)],
)
def test_learns_from_the_last_weeks(count, said, has_model):
    learnt = learn(company(count), at=BEGIN + timedelta(weeks=42))
    assert learnt.verdict is learnt.backtest.verdict is said
    assert (learnt.model is not None) is has_model
    assert (learnt.promises < 20) is not has_model


def test_a_past_without_a_pattern_earns_no_band():
    learnt = learn(company(600, quiet_is_late=False), at=BEGIN + timedelta(weeks=42))
    assert learnt.verdict is not Verdict.band


def test_forgets_what_is_older_than_the_weeks():
    at = BEGIN + timedelta(weeks=42)
    few = learn(company(400), at=at, weeks=8)
    many = learn(company(400), at=at)
    assert 20 <= few.promises < many.promises / 2


def test_live_scores_are_the_backtest_s():
    at = BEGIN + timedelta(weeks=42)
    histories = company(300)
    course = Course(histories, [at - timedelta(weeks=n) for n in range(52, -1, -1)], at, 28)
    assert learn(histories, at=at).model.told() == pytest.approx(course.model(at).told(), abs=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.integers(24, 38), st.integers(1, 10_000))
def test_nothing_that_comes_later_changes_a_score(week, seed):
    """Dropping what comes after an instant changes neither model nor score of that instant."""
    now, end = BEGIN + timedelta(weeks=week), BEGIN + timedelta(weeks=44)
    histories = company(80, seed=seed)
    ticks = [BEGIN + timedelta(weeks=n) for n in range(45)]
    known = [
        History(h.id, h.created, h.department, [c for c in h.changes if c.at <= now])
        for h in histories
        if h.created <= now
    ]
    whole = Course(histories, ticks, end, 28)
    blind = Course(known, ticks[: week + 1], now, 28)
    model = whole.model(now)
    assert model is not None
    assert blind.model(now) == model
    assert learn(known, at=now) == learn(histories, at=now)


def test_auc():
    assert auc([True, False], [2, 1]) == 1
    assert auc([True, False], [1, 2]) == 0
    assert auc([True, False], [1, 1]) == 0.5
    assert auc([True, True, False, False], [3, 1, 2, 0]) == 0.75
    assert auc([True, True], [1, 2]) is None


def test_errors():
    assert brier([True, False], [0.5, 0.5]) == 0.25
    assert calibration_error([True, False] * 10, [0.5] * 20) == 0
    assert calibration_error([True] * 20, [0.5] * 20) == pytest.approx(0.5)
    lows_and_highs = [False] * 10 + [True] * 10
    assert calibration_error(lows_and_highs, [0.2] * 10 + [0.9] * 10) == pytest.approx(0.15)


def test_early_lists():
    first, second = BEGIN, BEGIN + timedelta(days=7)
    told = [
        Told(first, "a", 20, 0.9, True),
        Told(first, "b", 20, 0.8, True),
        Told(second, "a", 13, 0.7, True),
        Told(second, "c", 13, 0.9, False),
        Told(second, "d", 3, 1.0, True),  # too near to be early
    ]
    found = early(told, 7)
    assert found.precision == 0.5  # a in the first list, c in the second
    assert found.recall == 0.5  # a of a and b
    assert found.median_lead_days == 20
    assert found.base == 0.75
