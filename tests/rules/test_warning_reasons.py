"""Why a promise or an issue is marked: facts, the largest first, and nothing about its people."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from meetingtracker.rules.warning import Facts, Signal
from meetingtracker.rules.warning_issues import IssueFacts, issue_reasons
from meetingtracker.rules.warning_reasons import LOAD, plain_reasons, reasons, shown
from meetingtracker.rules.warning_replay import Standing

FACTS = Facts(
    days_left=6, age_days=18, quiet_days=19, updates=1, owner_open=11, owner_overdue=4,
    moved_later=2, handed_over=2, blocked=True, has_owner=True,
)  # fmt: skip
STANDING = Standing(
    id=7, due=date(2026, 11, 20), facts=FACTS, owner="5", blocked_since=datetime(2026, 11, 3, 9),
    first_due=date(2026, 10, 2), moves=2, last_change=datetime(2026, 11, 1, 17),
)  # fmt: skip
SAID = {
    Signal.quiet: {"why": "quiet", "since": "2026-11-01"},
    Signal.share_used: {"why": "share_used", "share": 0.75, "updates": 1},
    Signal.updates: {"why": "share_used", "share": 0.75, "updates": 1},
    Signal.blocked: {"why": "blocked", "since": "2026-11-03"},
    Signal.moved: {"why": "moved", "moves": 2, "from": "2026-10-02"},
    Signal.handed_over: {"why": "handed_over", "times": 2},
    Signal.owner_load: {"why": "load", "open": 11, "overdue": 4},
    Signal.owner_overdue: {"why": "load", "open": 11, "overdue": 4},
    Signal.days_left: {"why": "days_left"},
}


@pytest.mark.parametrize("signal", SAID)
def test_each_signal_is_said_as_a_fact(signal: Signal) -> None:
    assert reasons(STANDING, [(signal, 0.5)]) == [SAID[signal]]


def test_nobody_has_it() -> None:
    standing = replace(STANDING, facts=replace(FACTS, has_owner=False))
    assert reasons(standing, [(Signal.no_owner, 0.5)]) == [{"why": "no_owner"}]


def test_one_to_three_of_the_largest_and_each_once() -> None:
    terms = [
        (Signal.owner_overdue, 0.9), (Signal.owner_load, 0.8), (Signal.quiet, 0.7),
        (Signal.days_left, 0.6), (Signal.moved, 0.5), (Signal.blocked, 0.4),
    ]  # fmt: skip
    assert [reason["why"] for reason in reasons(STANDING, terms)] == ["load", "quiet", "moved"]
    assert [reason["why"] for reason in reasons(STANDING, [(Signal.quiet, 0.1)])] == ["days_left"]
    assert plain_reasons(STANDING) == [SAID[Signal.quiet]]


@pytest.mark.parametrize(
    ("signal", "small"),
    [
        (Signal.quiet, {"quiet_days": 1}), (Signal.share_used, {"age_days": 5}),
        (Signal.blocked, {"blocked": False}), (Signal.handed_over, {"handed_over": 0}),
        (Signal.owner_load, {"owner_open": 2, "owner_overdue": 0}),
        (Signal.no_owner, {"has_owner": True}),
    ],
)  # fmt: skip
def test_a_large_term_of_a_small_fact_is_no_reason(
    signal: Signal, small: dict[str, object]
) -> None:
    standing = replace(STANDING, facts=replace(FACTS, **small))
    assert reasons(standing, [(signal, 2.0)]) == [{"why": "days_left"}]


def test_the_load_is_for_its_owner_and_their_leader_only() -> None:
    told = reasons(STANDING, [(Signal.owner_load, 0.5), (Signal.quiet, 0.4)])
    assert [r["why"] for r in shown(told, with_load=True)] == [LOAD, "quiet"]
    assert [r["why"] for r in shown(told, with_load=False)] == ["quiet"]


TODAY = date(2026, 11, 16)
CALM = IssueFacts(
    on=TODAY, severity=4, raised_on=TODAY, quiet_since=TODAY, returns=0, likely_late=0, watched=0,
    overdue=0, running=1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, []),
        ({"severity": 1}, []),
        ({"overdue": 3}, []),  # one kind alone is said by its own flag
        ({"severity": 1, "overdue": 1}, []),
        ({"severity": 1, "overdue": 2}, ["overdue", "severity"]),
        ({"severity": 2, "likely_late": 1, "quiet_since": date(2026, 10, 1)},
         ["likely_late", "silent", "severity"]),
        ({"severity": 2, "running": 0, "raised_on": date(2026, 11, 2), "returns": 3},
         ["returns", "no_action", "severity"]),
        ({"severity": 3, "watched": 2, "returns": 2, "quiet_since": date(2026, 11, 2)}, []),
    ],
)  # fmt: skip
def test_an_issue_is_marked_by_several_kinds_of_signs(
    facts: dict[str, object], why: list[str]
) -> None:
    assert [reason["why"] for reason in issue_reasons(replace(CALM, **facts))] == why
