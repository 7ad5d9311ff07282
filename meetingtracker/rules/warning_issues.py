"""Which open issue is on its way to a full-blown problem, and why: plain points, said in words.

Source: Early warning asks the same of issues (their actions' warnings, severity, silence, returns
to the agenda). Points, because no history of issues says what a full-blown problem was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from meetingtracker.rules.warning_reasons import MOST, Reason

TROUBLE_FROM = 5
"""Points, of at least two kinds, from which an issue is marked."""
_QUIET, _LONG_QUIET = 14, 28
_RETURNS, _MANY_RETURNS = 2, 3
_WITHOUT_ACTION = 14
_MOST_OF_KIND = 4


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """An open issue on the day `on`. `quiet_since`: when anybody last did or said anything about it
    or its actions; `returns`: how many agendas it has stood on without an end."""

    on: date
    severity: int
    raised_on: date
    quiet_since: date
    returns: int
    likely_late: int
    watched: int
    overdue: int
    running: int


def issue_reasons(facts: IssueFacts) -> list[Reason]:
    """The largest reasons first, at most MOST; empty if it is not marked."""
    found = sorted(_points(facts), key=lambda one: -one[0])
    if len(found) < 2 or sum(points for points, _ in found) < TROUBLE_FROM:  # noqa: PLR2004
        return []
    return [reason for _, reason in found[:MOST]]


def _points(facts: IssueFacts) -> Iterator[tuple[int, Reason]]:
    if facts.severity <= 2:  # noqa: PLR2004 (severity 1 is the worst of four)
        yield 3 - facts.severity, {"why": "severity", "severity": facts.severity}
    if facts.overdue:
        yield min(_MOST_OF_KIND, 2 * facts.overdue), {"why": "overdue", "count": facts.overdue}
    if facts.likely_late:
        points = min(_MOST_OF_KIND, 2 * facts.likely_late)
        yield points, {"why": "likely_late", "count": facts.likely_late}
    if facts.watched:
        yield 1, {"why": "watched", "count": facts.watched}
    quiet = (facts.on - facts.quiet_since).days
    if quiet >= _QUIET:
        points = 2 if quiet >= _LONG_QUIET else 1
        yield points, {"why": "silent", "since": facts.quiet_since.isoformat()}
    if facts.returns >= _RETURNS:
        points = 2 if facts.returns >= _MANY_RETURNS else 1
        yield points, {"why": "returns", "times": facts.returns}
    if not facts.running and (facts.on - facts.raised_on).days >= _WITHOUT_ACTION:
        yield 2, {"why": "no_action", "since": facts.raised_on.isoformat()}
