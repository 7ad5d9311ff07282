"""The order of an agenda, the line under it, and the checks before minutes are issued."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetingtracker.rules.agenda import (
    ActionFacts,
    Ask,
    Candidate,
    ItemFacts,
    MeetingFacts,
    Outcome,
    Verdict,
    closing_checks,
    fit,
    needs_verdict,
    proposed_order,
)

ITEM = Candidate(
    item_id=50,
    ask=Ask.DISCUSS,
    executive_pull=False,
    severity=None,
    points=0,
    carried=None,
    first_placed_on=None,
    created_at=datetime(2026, 11, 10, 9, tzinfo=UTC),
    minutes=10,
)


def ids(items: list[Candidate], meeting_minutes: int = 60) -> list[int]:
    order = proposed_order(items[::-1], meeting_minutes=meeting_minutes)
    return [item.item_id for item in order]


def test_each_reason_outweighs_the_next() -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    items = [
        replace(ITEM, item_id=9, ask=Ask.VERDICT, minutes=1, severity=4),
        replace(ITEM, item_id=8, executive_pull=True, severity=4),
        replace(ITEM, item_id=7, severity=1),
        replace(ITEM, item_id=6, severity=2),
        replace(ITEM, item_id=5, carried=Outcome.UNREACHED),
        replace(ITEM, item_id=4, carried=Outcome.DEFERRED, points=1),
        replace(ITEM, item_id=3, points=2),
        replace(ITEM, item_id=2, first_placed_on=date(2026, 10, 1)),
        replace(ITEM, item_id=10, created_at=early.replace(month=11)),
        replace(ITEM, item_id=11),
        replace(ITEM, item_id=12),
        replace(ITEM, item_id=1, severity=4, created_at=early),
    ]
    assert ids(items) == [item.item_id for item in items]


def test_an_issue_without_severity_counts_as_three() -> None:
    items = [
        replace(ITEM, item_id=1, severity=2),
        replace(ITEM, item_id=2, severity=None),
        replace(ITEM, item_id=3, severity=3),
        replace(ITEM, item_id=4, severity=4),
    ]
    assert ids(items) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ((5, 10), [1, 2, 50]),  # exactly a quarter of 60
        ((6, 10), [1, 50, 2]),  # a minute more: the less bad one goes to the end
        ((16, 10), [2, 50, 1]),  # too long for the quarter alone
    ],
)
def test_verdicts_take_a_quarter_at_most(minutes: tuple[int, int], expected: list[int]) -> None:
    first, second = minutes
    verdicts = [
        replace(ITEM, item_id=1, ask=Ask.VERDICT, severity=1, minutes=first),
        replace(ITEM, item_id=2, ask=Ask.VERDICT, severity=2, minutes=second),
    ]
    assert ids([*verdicts, ITEM]) == expected


@given(
    st.lists(
        st.builds(
            Candidate,
            item_id=st.integers(1, 10**6),
            ask=st.sampled_from(Ask),
            executive_pull=st.booleans(),
            severity=st.none() | st.integers(1, 4),
            points=st.integers(0, 5),
            carried=st.sampled_from([None, Outcome.DEFERRED, Outcome.UNREACHED]),
            first_placed_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 1)),
            created_at=st.datetimes(datetime(2025, 1, 1), timezones=st.just(UTC)),
            minutes=st.integers(1, 30),
        ),
        max_size=30,
        unique_by=lambda item: item.item_id,
    ),
    st.integers(15, 120),
)
def test_nothing_is_lost_and_the_order_does_not_depend_on_the_order_given(
    items: list[Candidate], minutes: int
) -> None:
    order = proposed_order(items, meeting_minutes=minutes)
    assert sorted(order, key=lambda i: i.item_id) == sorted(items, key=lambda i: i.item_id)
    assert proposed_order(items[::-1], meeting_minutes=minutes) == order
    leading = 0
    for item in order:
        if item.ask is not Ask.VERDICT:
            break
        leading += item.minutes
    if any(item.ask is not Ask.VERDICT for item in items):
        assert leading * 4 <= minutes


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [([], 0), ([61], 0), ([60], 1), ([30, 30], 2), ([30, 31, 1], 1), ([30, 20, 10, 1], 3)],
)
def test_fit(minutes: list[int], expected: int) -> None:
    assert fit(minutes, 60) == expected


@pytest.mark.parametrize("outcome", Outcome)
def test_only_the_third_putting_off_needs_a_verdict(outcome: Outcome) -> None:
    put_off = outcome in (Outcome.DEFERRED, Outcome.UNREACHED)
    assert outcome.carries is put_off
    assert [needs_verdict(placed, outcome) for placed in (1, 2, 3, 42)] == [
        False,
        False,
        put_off,
        put_off,
    ]
    assert not needs_verdict(42, None)


def test_every_choice_has_words_of_its_own() -> None:
    for choices in (Ask, Outcome, Verdict):
        labels = [choice.label for choice in choices]
        assert len(set(labels)) == len(labels)
    assert {outcome.tone for outcome in Outcome} <= {"", "late", "risk", "good", "wait"}


GOOD_ITEM = ItemFacts(3, "Stock", Outcome.DECIDED, 1, None, has_content=True)
GOOD_ACTION = ActionFacts(7, "Reserve", 1, "Tom Becker", date(2026, 11, 17), on_working_day=True)
GOOD = MeetingFacts(True, 5, 60, 60, (GOOD_ITEM,), (GOOD_ACTION,))


def test_a_good_meeting_closes_without_a_word() -> None:
    assert closing_checks(GOOD) == []


@pytest.mark.parametrize(
    ("facts", "code", "blocks", "about"),
    [
        (replace(GOOD, has_facilitator=False), "no_facilitator", True, None),
        (replace(GOOD, present=0), "nobody_present", False, None),
        (replace(GOOD, minutes_used=61), "over_time", False, None),
        (
            replace(GOOD, items=(replace(GOOD_ITEM, outcome=None),)),
            "item_without_outcome",
            True,
            3,
        ),
        (
            replace(GOOD, items=(replace(GOOD_ITEM, outcome=Outcome.DEFERRED, placed=3),)),
            "item_without_verdict",
            True,
            3,
        ),
        (replace(GOOD, items=(replace(GOOD_ITEM, has_content=False),)), "item_empty", False, 3),
        (
            replace(GOOD, actions=(replace(GOOD_ACTION, owner_id=None),)),
            "action_without_owner",
            True,
            7,
        ),
        (
            replace(GOOD, actions=(replace(GOOD_ACTION, due_on=None),)),
            "action_without_date",
            True,
            7,
        ),
        (
            replace(GOOD, actions=(replace(GOOD_ACTION, on_working_day=False),)),
            "action_off_day",
            False,
            7,
        ),
        (replace(GOOD, actions=(GOOD_ACTION,) * 11), "too_many_actions", False, None),
    ],
)
def test_each_fault_is_named_alone(
    facts: MeetingFacts, code: str, blocks: bool, about: int | None
) -> None:
    (check,) = closing_checks(facts)
    assert (check.code, check.blocks) == (code, blocks)
    assert about in (check.item_id, check.action_id)
    assert "%(" not in str(check)


@pytest.mark.parametrize(
    "item",
    [
        replace(GOOD_ITEM, outcome=Outcome.DEFERRED, placed=2),
        replace(GOOD_ITEM, outcome=Outcome.DEFERRED, placed=3, verdict=Verdict.SESSION),
        replace(GOOD_ITEM, outcome=Outcome.WITHDRAWN, placed=9, has_content=False),
        replace(GOOD_ITEM, outcome=Outcome.UNREACHED, has_content=False),
    ],
)
def test_what_is_no_fault(item: ItemFacts) -> None:
    assert closing_checks(replace(GOOD, items=(item,))) == []


def test_ten_actions_are_not_too_many_and_blocks_come_first() -> None:
    assert closing_checks(replace(GOOD, actions=(GOOD_ACTION,) * 10)) == []
    lost = replace(GOOD_ACTION, owner_id=None, owner_name=None, due_on=None)
    checks = closing_checks(replace(GOOD, present=0, actions=(lost,)))
    assert [check.blocks for check in checks] == [True, True, False]


def test_a_percent_sign_in_a_title_stays_a_percent_sign() -> None:
    item = replace(GOOD_ITEM, title="100 %(x)s", outcome=None)
    (check,) = closing_checks(replace(GOOD, items=(item,)))
    assert "100 %(x)s" in str(check)
