"""The early warning tried on the past: learnt and told week by week, as it would have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meetingtracker.rules.warning import Mark, Model, fit, next_mark, signals
from meetingtracker.rules.warning_figures import (
    Early,
    Told,
    auc,
    brier,
    calibration_error,
    early,
)
from meetingtracker.rules.warning_marks import HORIZON, Verdict
from meetingtracker.rules.warning_replay import History, Replay, due_end

STEP, EARLY = 7, 7
"""Days between two ticks, and from how far ahead on a warning is early."""
FEWEST_FOR_WORDS, FEWEST_FOR_A_BAND = 20, 200
"""Promises whose date has passed, from which on a model is learnt, and may be shown as a share."""
LEAST_AUC, MOST_ERROR = 0.65, 0.10
MOST_ROWS = 6000
"""The newest snapshots that a model learns from."""
MOST_AT_A_TICK = 2000
"""Of more open promises the refit looks at an even part: it would take minutes otherwise."""
WEEKS = 52
_BANDS = ((0.5, 2.0), (2.0, 4.6), (6.0, 9.0), (12.0, 16.0), (19.0, 23.0))
_FEWEST_IN_A_BAND = 31
_QUIET = 2  # the place of its signal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open promise at one tick, and whether it then was late: not done by the end of the date
    that stood at the tick."""

    at: datetime
    id: str | int
    due: date
    ends: datetime
    days_left: float
    xs: tuple[float, ...]
    late: bool

    @property
    def promise(self) -> tuple[str | int, date]:
        return self.id, self.due


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came of it. Shares and errors from 0 to 1; None where there was nothing to measure.

    `rows`: snapshots that were scored, of so many `promises` (an action and its date). The two
    orders beside `auc` are the naive ones: due soonest first, quiet longest first.
    `auc_by_days_left`: for spans of days left. `flips_per_100`: changes of mark in 100 pairs of
    snapshots of a promise that follow each other. `seconds`: what it took, said by the caller.
    """

    rows: int
    promises: int
    late_share: float | None
    auc: float | None
    auc_due_soonest: float | None
    auc_quiet_longest: float | None
    brier: float | None
    calibration_error: float | None
    early: Early
    auc_by_days_left: dict[str, float | None]
    flips_per_100: float | None
    verdict: Verdict
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known at an instant: a model, if enough dates have passed, and what may be shown.

    `promises`: those whose date has passed.
    """

    model: Model | None
    promises: int
    verdict: Verdict
    backtest: Backtest


def backtest(
    histories: Sequence[History],
    *,
    begin: datetime,
    until: datetime,
    score_from: datetime,
    end: datetime | None = None,
    horizon: float = HORIZON,
    step: float = STEP,
    early: float = EARLY,
) -> Backtest:
    """Replay the histories with a tick every `step` days from `begin` to `until`; from
    `score_from` on, score each open promise by what was known at its tick.

    What became of them is known up to `end` (`until` unless given, and not before it). Instants are
    on the organisation's wall clock, without a zone; horizon, step and early are days.
    """
    course = Course(histories, _ticks(begin, until, step), end or until, horizon)
    return course.graded(score_from, early)


def learn(
    histories: Sequence[History],
    *,
    at: datetime,
    weeks: int = WEEKS,
    horizon: float = HORIZON,
    step: float = STEP,
) -> Learnt:
    """Learn from the last weeks, and try it on the later half of them, as known at `at` (on the
    organisation's wall clock)."""
    count = int(weeks * 7 / step)
    ticks = [at - timedelta(days=step * number) for number in range(count, -1, -1)]
    course = Course(histories, ticks, at, horizon, most=MOST_AT_A_TICK)
    tried = course.graded(ticks[len(ticks) // 2], EARLY)
    return Learnt(course.model(at), course.matured(at), tried.verdict, tried)


def _ticks(begin: datetime, until: datetime, step: float) -> list[datetime]:
    ticks = []
    while begin <= until:
        ticks.append(begin)
        begin += timedelta(days=step)
    return ticks


class Course:
    """The snapshots of all ticks, and what could be learnt from them at each."""

    def __init__(
        self,
        histories: Sequence[History],
        ticks: Sequence[datetime],
        end: datetime,
        horizon: float,
        most: int | None = None,
    ) -> None:
        self.ticks = ticks
        self.snapshots: list[Snapshot] = []
        self._latest: Model | None = None
        turns = {history.id: _turns(history, end) for history in histories}
        replay = Replay(histories)
        for tick in ticks:
            replay.advance(tick)
            for one in replay.standing(horizon, most):
                ends = due_end(one.due)
                late = not _done_before(ends, turns[one.id])
                if late and ends > end:
                    continue  # nobody knows yet
                xs = signals(one.facts)
                left = one.facts.days_left
                self.snapshots.append(Snapshot(tick, one.id, one.due, ends, left, xs, late))

    def _past(self, at: datetime) -> list[Snapshot]:
        """Snapshots whose outcome was known: their date had passed."""
        return [one for one in self.snapshots if one.ends <= at]

    def matured(self, at: datetime) -> int:
        return len({one.promise for one in self._past(at)})

    def model(self, at: datetime) -> Model | None:
        """What would have been learnt then; None while too few dates had passed."""
        past = self._past(at)
        if len({one.promise for one in past}) < FEWEST_FOR_WORDS:
            return None
        past = past[-MOST_ROWS:]
        self._latest = fit([one.xs for one in past], [one.late for one in past], start=self._latest)
        return self._latest

    def graded(self, score_from: datetime, early_days: float) -> Backtest:
        by_tick: dict[datetime, list[Snapshot]] = {}
        for one in self.snapshots:
            if one.at >= score_from:
                by_tick.setdefault(one.at, []).append(one)
        scored: list[Snapshot] = []
        chances: list[float] = []
        for tick, shots in by_tick.items():
            if model := self.model(tick):
                scored += shots
                chances += [model.chance(one.xs) for one in shots]
        late = [one.late for one in scored]
        last = self.ticks[-1] if self.ticks else score_from
        by_model = auc(late, chances)
        by_due = auc(late, [-one.days_left for one in scored])
        by_quiet = auc(late, [one.xs[_QUIET] for one in scored])
        error = calibration_error(late, chances) if scored else None
        told = [
            Told(one.at, one.promise, one.days_left, chance, one.late)
            for one, chance in zip(scored, chances, strict=True)
        ]
        return Backtest(
            rows=len(scored),
            promises=len({one.promise for one in scored}),
            late_share=sum(late) / len(late) if late else None,
            auc=by_model,
            auc_due_soonest=by_due,
            auc_quiet_longest=by_quiet,
            brier=brier(late, chances) if scored else None,
            calibration_error=error,
            early=early(told, early_days),
            auc_by_days_left=_by_days_left(told),
            flips_per_100=_flips(scored, chances),
            verdict=verdict(self.matured(last), by_model, by_due, by_quiet, error),
        )


def verdict(
    matured: int,
    by_model: float | None,
    by_due: float | None,
    by_quiet: float | None,
    error: float | None,
) -> Verdict:
    """What may be shown after so many promises whose date has passed, by the AUC of the model and
    of the two naive orders and the model's calibration error."""
    if matured < FEWEST_FOR_WORDS:
        return Verdict.rules
    if by_model is None or by_due is None or by_quiet is None or error is None:
        return Verdict.words  # all were late, or none: no order can be better than another
    if by_model <= max(by_due, by_quiet):
        return Verdict.due_soonest if by_due > by_quiet else Verdict.quiet_longest
    passed = by_model >= LEAST_AUC and error <= MOST_ERROR
    return Verdict.band if matured >= FEWEST_FOR_A_BAND and passed else Verdict.words


def _turns(history: History, end: datetime) -> list[tuple[datetime, bool]]:
    """When it was done (True) and opened again, in order of time."""
    turns = [
        (change.at, change.kind == "done")
        for change in history.changes
        if change.kind in ("done", "reopened") and change.at <= end
    ]
    return sorted(turns, key=lambda turn: turn[0])


def _done_before(instant: datetime, turns: Sequence[tuple[datetime, bool]]) -> bool:
    done = False
    for at, is_done in turns:
        if at >= instant:
            break
        done = is_done
    return done


def _by_days_left(told: Sequence[Told]) -> dict[str, float | None]:
    found = {}
    for low, high in _BANDS:
        span = [one for one in told if low <= one.days_left < high]
        if len(span) >= _FEWEST_IN_A_BAND:
            late = [one.late for one in span]
            found[f"{low:g}-{high:g}"] = auc(late, [one.score for one in span])
    return found


def _flips(scored: Sequence[Snapshot], chances: Sequence[float]) -> float | None:
    """Changes of mark in 100 pairs of snapshots of one promise."""
    marks: dict[tuple[str | int, date], Mark | None] = {}
    pairs = flips = 0
    for one, chance in zip(scored, chances, strict=True):
        before = marks.get(one.promise)
        mark = next_mark(chance, before)
        if one.promise in marks:
            pairs += 1
            flips += mark is not before
        marks[one.promise] = mark
    return 100 * flips / pairs if pairs else None
