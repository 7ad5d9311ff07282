"""How warnings behave: what is marked, how many at once, and when nothing is shown on purpose.

Source: Early warning (How it behaves). Pure; instants and days are the organisation's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled
from meetingtracker.rules.warning import Facts, Mark, next_mark

HORIZON = 28
"""Days ahead of a date in which a promise is judged."""
FEWEST, SHARE = 3, 0.2
"""The budget of "likely late" at one time: so many, or this share of what is judged."""
BY_DEPARTMENT_FROM = 10
"""A department's part of the record is told from so many warnings on."""
SHADOW_EVERY = 8
_SOON, _QUIET = 7, 7


class Verdict(StrEnum):
    """What the own past allows to be said."""

    rules = "rules"
    words = "words"
    band = "band"
    due_soonest = "due_soonest"
    quiet_longest = "quiet_longest"

    @property
    def scores(self) -> bool:
        return self in (Verdict.words, Verdict.band)


class WarningAnswer(Labelled):
    """What the owner says to a warning."""

    on_course = "on_course", N_("On course"), "good"
    need_help = "need_help", N_("Needs help"), "risk"
    date_wrong = "date_wrong", N_("The date is wrong"), "risk"


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise at one look. `chance` is None where no score was earned; `before`: its mark until
    now."""

    id: int
    facts: Facts
    chance: float | None
    before: Mark | None


def budget(judged: int) -> int:
    """How many may be "likely late" at once, of so many open promises due within HORIZON."""
    return max(FEWEST, int(SHARE * judged))


def marks(promises: Sequence[Judged], verdict: Verdict) -> dict[int, Mark]:
    """The mark of each promise that gets one, by id.

    By score: next_mark with its hysteresis; what the budget has no room for is to be watched, the
    worst first. Without a score nothing is called likely late: plain rules, or the better order,
    name as many to watch as the budget allows.
    """
    room = budget(len(promises))
    if not verdict.scores:
        return dict.fromkeys((one.id for one in _in_order(promises, verdict)[:room]), Mark.watch)
    marked = [
        (one, mark)
        for one in sorted(promises, key=lambda one: (-(one.chance or 0.0), one.id))
        if (mark := next_mark(one.chance or 0.0, one.before)) is not None
    ]
    found = {}
    for one, mark in marked:
        fits = mark is Mark.likely_late and room > 0
        room -= fits
        found[one.id] = Mark.likely_late if fits else Mark.watch
    return found


def _in_order(promises: Sequence[Judged], verdict: Verdict) -> list[Judged]:
    if verdict is Verdict.due_soonest:
        return sorted(promises, key=lambda one: (one.facts.days_left, one.id))
    if verdict is Verdict.quiet_longest:
        return sorted(promises, key=lambda one: (-one.facts.quiet_days, one.id))
    plain = [
        one for one in promises
        if one.facts.days_left <= _SOON and one.facts.quiet_days >= max(_QUIET, one.facts.days_left)
    ]  # fmt: skip
    return sorted(plain, key=lambda one: (one.facts.days_left, -one.facts.quiet_days, one.id))


def is_shadow(day: date) -> bool:
    """Whether the ISO week of the day is one in which warnings are kept but not shown, so that what
    was rescued can be told from what was never at risk. Every eighth, counted through the years."""
    monday = day.toordinal() - day.weekday()
    return (monday // 7) % SHADOW_EVERY == 0
