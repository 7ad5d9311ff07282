"""The early warning's score: how likely it is that a promise is late, from facts about it alone.

Ten signals and an intercept, learnt from promises whose date has passed. No signal knows who
somebody is or how often they were on time. The form was tried out on three real histories
(docs/decisions/0011-the-early-warning.md): do not grow it without a gain on all of them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import add, mul, sub, truediv
from typing import Self


class Signal(StrEnum):
    """What the score is made of, in the order of the weights."""

    days_left = "days_left"
    share_used = "share_used"
    quiet = "quiet"
    updates = "updates"
    owner_overdue = "owner_overdue"
    owner_load = "owner_load"
    moved = "moved"
    blocked = "blocked"
    handed_over = "handed_over"
    no_owner = "no_owner"


class Mark(StrEnum):
    """What is said of a promise before its date."""

    watch = "watch"
    likely_late = "likely_late"


LIKELY, WATCH = 0.60, 0.45
"""Chances from which on the marks stand; "likely late" goes off below the second."""
MOST_TIMES = 3
"""More moves and hand-overs than this say nothing more."""
_STIFFNESS = 10.0
"""How strongly a weight is held at its prior, in units of one snapshot's evidence."""
_BASE_STIFFNESS = _STIFFNESS / 5
_BASE_SD = 1.4
_ENOUGH = 1e-5
_ROUNDS = 50
_LONGEST_STEP = 1.0

_CENTRES = (-2.3, 0.6, 2.3, 1.3, 0.15, 2.0, 0.1, 0.06, 0.3, 0.2)
_SCALES = (1.0, 0.27, 1.4, 0.75, 0.25, 1.4, 0.4, 0.25, 0.7, 0.4)
_PRIOR = (0.5, 0.15, 0.3, -0.2, 0.3, 0.0, 0.15, 0.15, 0.1, 0.1)


@dataclass(frozen=True, slots=True)
class Facts:
    """One open promise at one instant. Days are of 24 hours, until the end of the due date.

    `owner_open` counts the owner's open actions, this one among them, `owner_overdue` those past
    their date; both are 0 without an owner. `updates` are updates and comments.
    """

    days_left: float
    age_days: float
    quiet_days: float
    updates: int
    owner_open: int
    owner_overdue: int
    moved_later: int
    handed_over: int
    blocked: bool
    has_owner: bool


def signals(facts: Facts) -> tuple[float, ...]:
    """The facts as centred and scaled numbers, in the order of `Signal`."""
    left = facts.days_left
    plain = (
        -math.log1p(left),
        facts.age_days / (facts.age_days + left),
        math.log1p(max(0.0, facts.quiet_days)),
        math.log1p(facts.updates),
        facts.owner_overdue / (facts.owner_open + 1),
        math.log1p(facts.owner_open),
        min(facts.moved_later, MOST_TIMES),
        facts.blocked,
        min(facts.handed_over, MOST_TIMES),
        not facts.has_owner,
    )
    return tuple(map(truediv, map(sub, plain, _CENTRES), _SCALES))


@dataclass(frozen=True, slots=True)
class Model:
    """An intercept and a weight for each signal."""

    intercept: float
    weights: tuple[float, ...]

    def chance(self, xs: Sequence[float]) -> float:
        """How likely it is, from 0 to 1, that a promise with these signals is late."""
        return _sigmoid(self.intercept + sum(map(mul, self.weights, xs)))

    def terms(self, xs: Sequence[float]) -> list[tuple[Signal, float]]:
        """What each signal adds to the score, the largest first."""
        terms = zip(Signal, map(mul, self.weights, xs), strict=True)
        return sorted(terms, key=lambda term: -term[1])

    def told(self) -> list[float]:
        """The numbers to keep as JSON: the intercept, then the weights."""
        return [self.intercept, *self.weights]

    @classmethod
    def read(cls, told: Sequence[float]) -> Self:
        """The inverse of `told`. Raises ValueError if it is of another form."""
        intercept, *weights = told
        if len(weights) != len(Signal):
            raise ValueError(f"{len(weights)} weights for {len(Signal)} signals")
        return cls(intercept, tuple(weights))


def next_mark(chance: float, before: Mark | None) -> Mark | None:
    """The mark that now stands. It goes off later than on, so that it does not flicker."""
    if chance >= LIKELY or (before is Mark.likely_late and chance >= WATCH):
        return Mark.likely_late
    return Mark.watch if chance >= WATCH else None


def fit(xs: Sequence[tuple[float, ...]], late: Sequence[bool], start: Model | None = None) -> Model:
    """Learn from snapshots (one at least) of promises whose outcome is known.

    The intercept first: an organisation's own share of late promises. Then all weights by Newton's
    method, each held near its prior. `start`, an earlier model, only makes it quicker.
    """
    columns: list[Sequence[float]] = [[1.0] * len(xs), *zip(*xs, strict=True)]
    outcomes = [float(was_late) for was_late in late]
    base = _base_rate(_scores((0.0, *_PRIOR), columns, len(xs)), outcomes)
    towards = (base, *_PRIOR)
    stiff = (_BASE_STIFFNESS, *(_STIFFNESS for _ in _PRIOR))
    told = list(start.told() if start else towards)
    for _ in range(_ROUNDS):
        chances = [_sigmoid(score) for score in _scores(told, columns, len(xs))]
        missed = [chance - outcome for chance, outcome in zip(chances, outcomes, strict=True)]
        spread = [chance * (1 - chance) for chance in chances]
        slope = [
            sum(map(mul, missed, column)) + hold * (weight - prior)
            for column, weight, prior, hold in zip(columns, told, towards, stiff, strict=True)
        ]
        step = _solve(_curvature(columns, spread, stiff), slope)
        longest = max(map(abs, step))
        # A leap from where all chances are near 0 or 1 would only land farther away.
        share = min(1.0, _LONGEST_STEP / longest) if longest else 1.0
        told = [weight - share * change for weight, change in zip(told, step, strict=True)]
        if longest < _ENOUGH:
            break
    return Model.read(told)


def _base_rate(scores: Sequence[float], outcomes: Sequence[float]) -> float:
    """The intercept at which scores that lack one fit best, held near 0."""
    base, hold = 0.0, 1 / _BASE_SD**2
    for _ in range(_ROUNDS):
        chances = [_sigmoid(base + score) for score in scores]
        slope = hold * base + sum(chances) - sum(outcomes)
        step = slope / (hold + sum(chance * (1 - chance) for chance in chances))
        base -= step
        if abs(step) < _ENOUGH:
            break
    return base


def _scores(
    weights: Iterable[float], columns: Sequence[Sequence[float]], rows: int
) -> Sequence[float]:
    # By columns: map, mul and add run in C, which is what makes plain Python quick enough.
    scores: Sequence[float] = [0.0] * rows
    for weight, column in zip(weights, columns, strict=True):
        scores = list(map(add, scores, map(weight.__mul__, column)))
    return scores


def _curvature(
    columns: Sequence[Sequence[float]], spread: Sequence[float], stiff: Sequence[float]
) -> list[list[float]]:
    size = len(columns)
    curvature = [[0.0] * size for _ in range(size)]
    for j, column in enumerate(columns):
        weighed = list(map(mul, spread, column))
        for k in range(j, size):
            curvature[j][k] = curvature[k][j] = sum(map(mul, weighed, columns[k]))
        curvature[j][j] += stiff[j]
    return curvature


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """x with matrix · x = right, by elimination. The matrix is symmetric and positive definite
    (every weight is held), so that no row need change its place."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for j, pivot in enumerate(rows):
        for row in rows[j + 1 :]:
            factor = row[j] / pivot[j]
            row[j:] = [a - factor * b for a, b in zip(row[j:], pivot[j:], strict=True)]
    x: list[float] = []
    for j in range(len(rows) - 1, -1, -1):
        known = sum(map(mul, rows[j][j + 1 : -1], x))
        x.insert(0, (rows[j][-1] - known) / rows[j][j])
    return x


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
