"""What is marked: hysteresis, the budget, plain rules, the better order, and shadow weeks."""

from datetime import date, timedelta

import pytest

from meetingtracker.rules.warning import Facts, Mark
from meetingtracker.rules.warning_marks import (
    SHADOW_EVERY,
    Judged,
    Verdict,
    budget,
    is_shadow,
    marks,
)

LIKELY, WATCH = Mark.likely_late, Mark.watch


def facts(days_left: float = 10, quiet: float = 0) -> Facts:
    return Facts(
        days_left=days_left, age_days=20, quiet_days=quiet, updates=0, owner_open=1,
        owner_overdue=0, moved_later=0, handed_over=0, blocked=False, has_owner=True,
    )  # fmt: skip


def scored(*chances: float, before: Mark | None = None) -> list[Judged]:
    return [Judged(n, facts(), chance, before) for n, chance in enumerate(chances, 1)]


@pytest.mark.parametrize(
    ("chance", "before", "mark"),
    [
        (0.60, None, LIKELY), (0.599, None, WATCH), (0.45, None, WATCH), (0.449, None, None),
        (0.599, WATCH, WATCH), (0.599, LIKELY, LIKELY), (0.45, LIKELY, LIKELY),
        (0.449, LIKELY, None),
    ],
)  # fmt: skip
def test_it_goes_on_high_and_off_low(chance: float, before: Mark | None, mark: Mark | None) -> None:
    assert marks(scored(chance, before=before), Verdict.words).get(1) is mark


@pytest.mark.parametrize(("judged", "room"), [(0, 3), (15, 3), (19, 3), (20, 4), (100, 20)])
def test_the_budget_is_three_or_a_fifth(judged: int, room: int) -> None:
    assert budget(judged) == room


def test_the_worst_fill_the_budget_and_the_rest_is_watched() -> None:
    found = marks(scored(0.7, 0.9, 0.61, 0.8, 0.65, 0.2), Verdict.band)
    assert {i for i, mark in found.items() if mark is LIKELY} == {2, 4, 1}
    assert {i for i, mark in found.items() if mark is WATCH} == {3, 5}


def test_what_stood_makes_room_for_what_is_worse() -> None:
    stood = [Judged(n, facts(), 0.5, LIKELY) for n in (1, 2, 3)]
    found = marks([*stood, Judged(4, facts(), 0.9, None)], Verdict.words)
    assert found == {4: LIKELY, 1: LIKELY, 2: LIKELY, 3: WATCH}


@pytest.mark.parametrize(
    ("days_left", "quiet", "marked"),
    [(5, 12, True), (7, 7, True), (7.5, 30, False), (5, 6.9, False), (1, 7, True), (6, 5, False)],
)
def test_plain_rules_name_what_is_near_and_quiet(
    days_left: float, quiet: float, marked: bool
) -> None:
    found = marks([Judged(1, facts(days_left, quiet), None, None)], Verdict.rules)
    assert found == ({1: WATCH} if marked else {})


@pytest.mark.parametrize(
    ("verdict", "named"), [(Verdict.due_soonest, {1, 2, 3}), (Verdict.quiet_longest, {3, 4, 5})]
)
def test_the_better_order_names_as_many_as_the_budget_and_never_likely_late(
    verdict: Verdict, named: set[int]
) -> None:
    rows = [Judged(n, facts(days_left=n, quiet=n), 0.99, LIKELY) for n in range(1, 6)]
    assert marks(rows, verdict) == dict.fromkeys(named, WATCH)


def test_every_eighth_week_is_a_shadow_week_as_a_whole() -> None:
    monday = date(2024, 12, 2)
    weeks = [
        {is_shadow(monday + timedelta(weeks=n, days=day)) for day in range(7)} for n in range(120)
    ]
    assert all(len(week) == 1 for week in weeks)
    hidden = [n for n, week in enumerate(weeks) if week == {True}]
    assert {b - a for a, b in zip(hidden, hidden[1:], strict=False)} == {SHADOW_EVERY}
