"""`meetingtracker warnings backtest`: how good the early warning would have been on the past."""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from meetingtracker import clock
from meetingtracker.cli.application import BadInput, application
from meetingtracker.cli.history_files import EXISTING, opened
from meetingtracker.cli.output import as_json, emit
from meetingtracker.models.reads.histories import histories, the_zone, wall_clock
from meetingtracker.rules import warning_backtest as rules
from meetingtracker.rules.warning_marks import HORIZON
from meetingtracker.rules.warning_replay import History

_MOST_TICKS = 20_000
_PLACES = 4


@click.group()
def warnings() -> None:
    """The early warning, before a promise is late."""


class Moment(click.ParamType):
    """A day (its midnight) or a time on the organisation's wall clock."""

    name = "DATE-OR-TIME"

    def convert(self, value: Any, param: Any, context: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            at = None
        if at is None or at.tzinfo is not None:
            self.fail(f"{value!r} is neither a day nor a time without a zone.", param, context)
        return at


class Days(click.FloatRange):
    """A number of days, also parts of one."""

    name = "DAYS"

    def convert(self, value: Any, param: Any, context: Any) -> float:
        days = float(super().convert(value, param, context))
        if not math.isfinite(days):
            self.fail(f"{value} is no number of days.", param, context)
        return days


@warnings.command()
@click.option("--actions", type=EXISTING, help="id,source,dept,type,created,due_kind")
@click.option("--events", type=EXISTING, help="id,time,kind,old,new; also alone, as exported.")
@click.option("--from", "begin", type=Moment(), help="The first tick; else the first promise.")
@click.option("--to", "until", type=Moment(), help="The last tick; else the last change, or now.")
@click.option("--score-from", type=Moment(), help="Score from here on; else the later half.")
@click.option("--end", type=Moment(), help="Nothing later is known; else as --to.")
@click.option(
    "--horizon",
    type=Days(0, 3650, min_open=True),
    default=HORIZON,
    show_default=True,
    help="Days ahead in which promises are judged.",
)
@click.option(
    "--step",
    type=Days(1 / 24, 3650),
    default=rules.STEP,
    show_default=True,
    help="Days between two ticks.",
)
@click.option(
    "--early",
    type=Days(0, 3650),
    default=rules.EARLY,
    show_default=True,
    help="Days ahead from which a warning is early.",
)
@as_json
def backtest(
    actions: Path | None,
    events: Path | None,
    begin: datetime | None,
    until: datetime | None,
    score_from: datetime | None,
    end: datetime | None,
    horizon: float,
    step: float,
    early: float,
    json: bool,
) -> None:
    """Replay histories without a look ahead: the own ones, or those of two files."""
    started = time.perf_counter()
    if actions and not events:
        raise BadInput("--actions needs --events beside it.")
    known, last = _from_files(events, actions, json) if events else _own()
    until = until or end or last
    begin = begin or min((history.created for history in known), default=until)
    score_from = score_from or begin + (until - begin) / 2
    _check(begin, until, end, step)
    found = rules.backtest(
        known, begin=begin, until=until, score_from=score_from, end=end,
        horizon=horizon, step=step, early=early,
    )  # fmt: skip
    found = replace(found, seconds=time.perf_counter() - started)
    emit(_rounded(asdict(found)), json, _sentence(found))


def _from_files(
    events: Path, actions: Path | None, json: bool
) -> tuple[Sequence[History], datetime]:
    known = opened(events, actions, json).histories
    last = max((change.at for history in known for change in history.changes), default=None)
    if last is None:
        raise BadInput(f"{events.name} holds no history.")
    return known, last


def _own() -> tuple[Sequence[History], datetime]:
    with application():
        return histories(), wall_clock(clock.now(), the_zone())


def _check(begin: datetime, until: datetime, end: datetime | None, step: float) -> None:
    if begin > until:
        raise BadInput("--from lies after --to.")
    if end is not None and end < until:
        raise BadInput("--end lies before --to.")
    if (until - begin) / timedelta(days=step) > _MOST_TICKS:
        raise BadInput(f"More than {_MOST_TICKS} ticks: take a longer --step.")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return round(value, _PLACES) if isinstance(value, float) else value


_VERDICTS = {
    "rules": "Too few promises have met their date: warn by plain rules.",
    "words": "Warn in words (on course, watch, likely late).",
    "band": "Warn, and a share may be shown beside the words.",
    "due_soonest": "It is no better than what is due soonest: go by that.",
    "quiet_longest": "It is no better than what was quiet longest: go by that.",
}


def _sentence(found: rules.Backtest) -> str:
    lines = [
        f"{found.rows} snapshots of {found.promises} promises, {_share(found.late_share)} late.",
        f"AUC {_figure(found.auc)} (due soonest {_figure(found.auc_due_soonest)}, quiet longest"
        f" {_figure(found.auc_quiet_longest)}), Brier {_figure(found.brier)}, calibration error"
        f" {_figure(found.calibration_error)}.",
        f"Early list: {_share(found.early.precision)} were late (of all"
        f" {_share(found.early.base)}), {_share(found.early.recall)} of the late ones found, in"
        f" the middle {_figure(found.early.median_lead_days, 1)} days ahead.",
        *(f"{days} days left: AUC {_figure(auc)}." for days, auc in found.auc_by_days_left.items()),
        f"{_figure(found.flips_per_100, 1)} changes of mark in 100.",
        _VERDICTS[found.verdict],
    ]
    return "\n".join(lines)


def _figure(value: float | None, places: int = 3) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
