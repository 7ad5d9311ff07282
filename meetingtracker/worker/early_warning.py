"""The look ahead, once a day: what is on its way to being late, and weekly what was learnt."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from meetingtracker.db import db, writing
from meetingtracker.models.acts import look_ahead as acts
from meetingtracker.models.acts.raise_alerts import one_runner_at_a_time
from meetingtracker.models.early_warning import WarningModel
from meetingtracker.models.organisation import Organisation, the_organisation
from meetingtracker.models.reads.histories import histories
from meetingtracker.models.reads.warning_scan import (
    Before,
    Seen,
    seen_actions,
    standing_marks,
    troubled_issues,
)
from meetingtracker.models.tick import Tick
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.warning_backtest import learn
from meetingtracker.rules.warning_marks import is_shadow

LOOK = "look_ahead"
REFIT = timedelta(days=7)
WEEKS = 52
"""How far back the refit looks."""
PART = 100  # rows of one write
Item = TypeVar("Item")


def look_once_a_day(at: datetime) -> bool:
    """The look of the organisation's day at the instant `at`; False if there was one already."""
    organisation = the_organisation()
    if organisation is None:
        return False
    tick = db.session.get(Tick, LOOK)
    last = tick.scanned_at if tick else None
    if last is not None and local_today(last, organisation.zone) == local_today(
        at, organisation.zone
    ):
        return False
    look(organisation, at)
    look_at_issues(organisation, at)
    with writing():
        one_runner_at_a_time()
        (db.session.get(Tick, LOOK) or Tick.begin(LOOK, at=at)).scanned_at = at
    return True


def look(organisation: Organisation, at: datetime, *, past: bool = False) -> None:
    """Judge every open promise by what was known at the instant `at`, also one of the
    `past`.

    In a shadow week nothing new is shown; what would have been is kept to compare with.
    """
    zone, on = organisation.zone, local_today(at, organisation.zone)
    hidden = organisation.shadow_weeks and is_shadow(on)
    model, is_new = _model(at, zone)
    seen, before = seen_actions(model, at=at, zone=zone, past=past), standing_marks("action")
    if not hidden:
        for part in _parts([one for one in seen if one.mark or one.action_id in before]):
            acts.mark_actions(part, model_id=model.id, at=at, on=on)
    there = {one.action_id for one in seen}
    for ids in _parts([b.warning_id for i, b in before.items() if i not in there]):
        acts.clear(ids, at=at)
    kept = seen if is_new else [one for one in seen if _is_news(one, before)]
    for part in _parts(kept):
        acts.keep_snapshots(part, model_id=model.id, at=at, on=on, weekly=is_new, shown=not hidden)


def look_at_issues(organisation: Organisation, at: datetime) -> None:
    """Mark the open issues that are on their way to a full-blown problem."""
    on = local_today(at, organisation.zone)
    found, before = troubled_issues(on=on, zone=organisation.zone), standing_marks("issue")
    for part in _parts([*found.items()]):
        acts.mark_issues(dict(part), at=at, on=on)
    for ids in _parts([b.warning_id for i, b in before.items() if i not in found]):
        acts.clear(ids, at=at)


def _is_news(one: Seen, before: dict[int, Before]) -> bool:
    stood = before.get(one.action_id)
    return one.mark is not None and (stood is None or stood.mark is not one.mark)


def _model(at: datetime, zone: str) -> tuple[WarningModel, bool]:
    """The model of this week, and whether it was learnt just now."""
    model = WarningModel.latest(at)
    if model is not None and model.at > at - REFIT:
        return model, False
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    learnt = learn(histories(since=at - timedelta(weeks=WEEKS), until=at), at=local, weeks=WEEKS)
    with writing():
        one_runner_at_a_time()
        return WarningModel.keep(learnt, at=at), True


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Each part inside a write of its own, so that nobody waits for it for long."""
    for start in range(0, len(items), PART):
        with writing():
            one_runner_at_a_time()
            yield list(items[start : start + PART])
