"""How good an order or a chance was, once it is known what came true."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

TENTHS = 10
SHARE_LISTED = 0.2
"""Of what could be warned of at one time, the share that an early list holds."""


def auc(late: Sequence[bool], scores: Sequence[float]) -> float | None:
    """How often a late one stands before one in time (ties count half); None if there is only one
    kind."""
    lates = sum(late)
    in_time = len(late) - lates
    if not lates or not in_time:
        return None
    order = sorted(zip(scores, late, strict=True))
    ranks = 0.0
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and order[end][0] == order[begin][0]:
            end += 1
        ranks += (begin + end + 1) / 2 * sum(was_late for _, was_late in order[begin:end])
        begin = end
    return (ranks - lates * (lates + 1) / 2) / (lates * in_time)


def brier(late: Sequence[bool], chances: Sequence[float]) -> float:
    """The mean squared error of the chances; 0 is best."""
    return sum((p - y) ** 2 for p, y in zip(chances, late, strict=True)) / len(late)


def calibration_error(late: Sequence[bool], chances: Sequence[float]) -> float:
    """How far chances and outcomes lie apart on average, in ten groups of equal size by chance."""
    order = sorted(range(len(late)), key=lambda n: chances[n])
    apart = 0.0
    for tenth in range(TENTHS):
        group = order[tenth * len(order) // TENTHS : (tenth + 1) * len(order) // TENTHS]
        apart += abs(sum(late[n] for n in group) - sum(chances[n] for n in group))
    return apart / len(late)


@dataclass(frozen=True, slots=True)
class Told:
    """One promise at one time: what was thought of it, and whether it then was late."""

    at: datetime
    promise: Hashable
    days_left: float
    score: float
    late: bool


@dataclass(frozen=True, slots=True)
class Early:
    """The worst fifth of each list of promises that were still some days away.

    `precision`: of what was listed, how much was late; `recall`: of the promises that were late,
    how many were ever listed; `median_lead_days`: how early the first time; `base`: how much of
    everything was late. None where there was nothing to divide by.
    """

    precision: float | None
    recall: float | None
    median_lead_days: float | None
    base: float | None


def early(told: Sequence[Told], days: float) -> Early:
    """The early lists of each time, in the order in which things were told."""
    lists: defaultdict[datetime, list[Told]] = defaultdict(list)
    for one in told:
        if one.days_left >= days:
            lists[one.at].append(one)
    listed: list[Told] = []
    for at in sorted(lists):
        worst = sorted(lists[at], key=lambda one: -one.score)
        listed += worst[: max(1, round(SHARE_LISTED * len(worst)))]
    far = [one for one in told if one.days_left >= days]
    late = {one.promise for one in far if one.late}
    lead: dict[Hashable, float] = {}
    for one in listed:
        if one.late:
            lead.setdefault(one.promise, one.days_left)
    leads = sorted(lead.values())
    return Early(
        precision=sum(one.late for one in listed) / len(listed) if listed else None,
        recall=len(lead) / len(late) if late else None,
        median_lead_days=leads[len(leads) // 2] if leads else None,
        base=sum(one.late for one in far) / len(far) if far else None,
    )
