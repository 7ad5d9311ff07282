"""Honest completion: promises judged by the date first given, not by the date last moved to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from statistics import median

FEWEST = 5
"""Below this many promises a rate says more about chance, or about one person, than about work."""


@dataclass(frozen=True)
class Promise:
    """One promise with its dates (civil days of the organisation); `due_on` is where it stands."""

    original_due_on: date
    due_on: date
    done_on: date | None = None
    cancelled_on: date | None = None
    cancel_reason: str | None = None


class Kept(StrEnum):
    """How one promise stands. Every promise falls under exactly one."""

    ON_TIME = "on_time"
    """Done on or before the original date."""
    LATE = "late"
    """Done after the original date, and after the date it was moved to, if it was moved."""
    MOVED_AND_KEPT = "moved_and_kept"
    """Done after the original date, but by the later date it was moved to."""
    MOVED_AND_OPEN = "moved_and_open"
    """Original date passed, not done, the date it was moved to not yet passed."""
    OVERDUE = "overdue"
    """Original date passed, not done, the standing date passed as well."""
    DROPPED = "dropped"
    """Cancelled on or after the original date, or earlier without a reason: still a promise
    that was not kept, or cancelling late would raise the rate."""
    CANCELLED_BEFORE = "cancelled_before"
    """Cancelled with a reason before the original date: taken out of the count."""
    NOT_YET_DUE = "not_yet_due"
    """Original date still to come, or today and not done: nothing to judge yet. Work done
    ahead of a date to come counts when that date comes, or only good news would count early."""


@dataclass(frozen=True)
class Completion:
    """The counts of one window. `promised` is the denominator and the sum of the six after it."""

    promised: int
    on_time: int
    late: int
    moved_and_kept: int
    moved_and_open: int
    overdue: int
    dropped: int
    cancelled_before: int
    not_yet_due: int
    median_delay_days: float | None
    """Calendar days after the original date, over what was done after it (late or moved)."""
    on_time_rate: Fraction | None
    """on_time / promised; None under FEWEST promises."""
    usual_rate: Fraction | None
    """done / (done + overdue), as other tools count; None under FEWEST of those."""


def standing(promise: Promise, today: date) -> Kept:
    """Where one promise stands at the end of `today`; what happened later is not yet known."""
    original = promise.original_due_on
    done_on = promise.done_on if promise.done_on and promise.done_on <= today else None
    cancelled_on = promise.cancelled_on
    cancelled = done_on is None and cancelled_on is not None and cancelled_on <= today
    if (
        cancelled
        and cancelled_on is not None
        and cancelled_on < original
        and (promise.cancel_reason or "").strip()
    ):
        return Kept.CANCELLED_BEFORE
    if original > today or (original == today and done_on is None and not cancelled):
        return Kept.NOT_YET_DUE
    if cancelled:
        return Kept.DROPPED
    if done_on is None:
        return Kept.OVERDUE if promise.due_on < today else Kept.MOVED_AND_OPEN
    if done_on <= original:
        return Kept.ON_TIME
    return Kept.MOVED_AND_KEPT if done_on <= promise.due_on else Kept.LATE


def completion(
    promises: Iterable[Promise], *, window_from: date, window_to: date, today: date
) -> Completion:
    """Judge the promises whose original date lies in the window (both ends included) as of today.

    Days are the organisation's. Rates and the median are None under FEWEST items.
    """
    inside = [p for p in promises if window_from <= p.original_due_on <= window_to]
    judged = [(p, standing(p, today)) for p in inside]
    count = Counter(kept for _, kept in judged)
    promised = len(judged) - count[Kept.CANCELLED_BEFORE] - count[Kept.NOT_YET_DUE]
    done = count[Kept.ON_TIME] + count[Kept.LATE] + count[Kept.MOVED_AND_KEPT]
    delays = [
        (p.done_on - p.original_due_on).days
        for p, kept in judged
        if kept in (Kept.LATE, Kept.MOVED_AND_KEPT) and p.done_on is not None
    ]
    return Completion(
        promised=promised,
        on_time=count[Kept.ON_TIME],
        late=count[Kept.LATE],
        moved_and_kept=count[Kept.MOVED_AND_KEPT],
        moved_and_open=count[Kept.MOVED_AND_OPEN],
        overdue=count[Kept.OVERDUE],
        dropped=count[Kept.DROPPED],
        cancelled_before=count[Kept.CANCELLED_BEFORE],
        not_yet_due=count[Kept.NOT_YET_DUE],
        median_delay_days=float(median(delays)) if delays and promised >= FEWEST else None,
        on_time_rate=_rate(count[Kept.ON_TIME], promised),
        usual_rate=_rate(done, done + count[Kept.OVERDUE]),
    )


def _rate(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole >= FEWEST else None
