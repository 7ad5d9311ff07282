"""Why a promise was marked: facts about the action, kept as data and said in words when shown.

Source: Early warning (Reasons). A reason is a dict of plain values with its kind under "why"; days
are ISO dates, so that what is shown tomorrow still counts from the right day.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from meetingtracker.rules.warning import Signal
from meetingtracker.rules.warning_replay import Standing

MOST, ENOUGH = 3, 0.15
"""At most so many reasons, each a term of the score above this."""
QUIET, MANY = 5, 8
"""Days of silence, and open actions of one person, from which they are worth a word."""
LOAD = "load"
"""The reason that speaks of the owner's other promises: only the owner and their leader see it."""
Reason = dict[str, Any]

_SAID_AS = {
    Signal.updates: Signal.share_used,
    Signal.owner_load: LOAD,
    Signal.owner_overdue: LOAD,
}


def reasons(standing: Standing, terms: Sequence[tuple[Signal, float]]) -> list[Reason]:
    """The one to three largest terms above ENOUGH that are worth a word; if there is none, how near
    the date is."""
    large = [signal for signal, term in terms if term > ENOUGH]
    kinds = dict.fromkeys(
        kind for signal in large if _is_telling(kind := str(_SAID_AS.get(signal, signal)), standing)
    ) or {str(Signal.days_left): None}
    if Signal.quiet in kinds:  # "Due in 6 days; no change recorded for 19 days." says both
        kinds.pop(Signal.days_left, None)
    return [_reason(kind, standing) for kind in list(kinds)[:MOST]]


def _is_telling(kind: str, standing: Standing) -> bool:
    """Whether the fact itself speaks of a risk: a term may be large because something is small."""
    facts = standing.facts
    match kind:
        case Signal.quiet:
            return facts.quiet_days >= QUIET
        case Signal.share_used:
            return facts.age_days >= facts.days_left
        case Signal.blocked:
            return facts.blocked
        case Signal.moved:
            return standing.moves > 0
        case Signal.handed_over:
            return facts.handed_over > 0
        case "load":
            return facts.owner_overdue > 0 or facts.owner_open >= MANY
        case Signal.no_owner:
            return not facts.has_owner
    return True


def plain_reasons(standing: Standing) -> list[Reason]:
    """Without a score: what the plain rules go by."""
    return [_reason(Signal.quiet, standing)]


def _reason(kind: str, standing: Standing) -> Reason:
    facts = standing.facts
    match kind:
        case Signal.quiet:
            more: Reason = {"since": standing.last_change.date().isoformat()}
        case Signal.share_used:
            share = facts.age_days / (facts.age_days + facts.days_left)
            more = {"share": round(share, 2), "updates": facts.updates}
        case Signal.blocked if standing.blocked_since is not None:
            more = {"since": standing.blocked_since.date().isoformat()}
        case Signal.moved if standing.first_due is not None:
            more = {"moves": standing.moves, "from": standing.first_due.isoformat()}
        case Signal.handed_over:
            more = {"times": facts.handed_over}
        case "load":
            more = {"open": facts.owner_open, "overdue": facts.owner_overdue}
        case _:
            more = {}
    return {"why": str(kind), **more}


def shown(reasons: Iterable[Reason], *, with_load: bool) -> list[Reason]:
    """What one reader may be told of them."""
    return [reason for reason in reasons if with_load or reason["why"] != LOAD]
