"""What happened to promises, played again: how each stood at an instant, from what came before it.

Times are the organisation's wall clock without a zone, because a due date ends at midnight there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from meetingtracker.rules.states import Status
from meetingtracker.rules.warning import Facts

BLOCKED_WORDS = frozenset(
    {Status.blocked.value, "on hold", "awaiting user info", "awaiting vendor", "awaiting problem",
     "awaiting evidence"}
)  # fmt: skip
"""States, in small letters, in which somebody else has to move first."""
_AT_BIRTH = timedelta(minutes=1)
"""What is recorded so soon after the creation belongs to it."""
_DAY = timedelta(days=1)


class Change(NamedTuple):
    """One line of a history: due, owner, dept, status, priority, comment, update, done, reopened
    or link_block. `value` is the new one ("" is nobody, no date); people and departments are
    opaque words that are only compared."""

    at: datetime
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """An action from its creation on; `department` is the one it began in."""

    id: str | int
    created: datetime
    department: str
    changes: Sequence[Change]


@dataclass(slots=True)
class Standing:
    """One open promise at an instant. `moves` counts each move of its date, either way."""

    id: str | int
    due: date
    facts: Facts
    owner: str
    blocked_since: datetime | None
    first_due: date | None
    moves: int
    last_change: datetime


def due_end(due: date) -> datetime:
    """The midnight at which a due date is over."""
    return datetime.combine(due + _DAY, time())


class Replay:
    """Goes through histories once, forward only. Knows nothing that came after `now`, the instant
    it has reached (None before the first step).

    Histories that are read one by one are read at the first step, and what is played is let go.
    """

    def __init__(self, histories: Iterable[History]) -> None:
        self._coming = (_Action(place, history) for place, history in enumerate(histories))
        self._waiting: list[_Action] = []
        self._open: dict[int, _Action] = {}
        self.now: datetime | None = None

    def advance(self, to: datetime) -> None:
        """Play everything up to and including an instant. Raises ValueError if it lies behind."""
        if self.now is not None and to < self.now:
            raise ValueError("A replay goes forward only.")
        self.now = to
        waiting = []
        for action in chain(self._waiting, self._coming):
            if action.next_at > to:
                waiting.append(action)
                continue
            if action.play(to):
                waiting.append(action)
            if action.is_open:
                self._open[action.place] = action
            else:
                self._open.pop(action.place, None)
        self._waiting = waiting

    def standing(self, horizon_days: float, most: int | None = None) -> list[Standing]:
        """The open promises due within the next days (more than 0), in the order given.

        Of more than `most` an even part, by their place in that order."""
        now = self.now
        if now is None:
            return []
        opened: Counter[str] = Counter()
        overdue: Counter[str] = Counter()
        near: list[_Action] = []
        horizon = timedelta(days=horizon_days)
        for action in self._open.values():
            opened[action.owner] += 1
            if action.ends is None:
                continue
            left = action.ends - now
            if left <= timedelta(0):
                overdue[action.owner] += 1
            elif left <= horizon:
                near.append(action)
        # Without an owner there is nobody whose load could be seen.
        del opened[""], overdue[""]
        if most is not None and len(near) > most:
            every = -(-len(near) // most)
            near = [action for action in near if action.place % every == 0]
        near.sort(key=lambda action: action.place)
        return [action.standing(now, opened, overdue) for action in near]


class _Action:
    """How one action stands while its history is played."""

    __slots__ = (
        "blocked_since", "born", "changes", "created", "department", "done", "due", "ends",
        "first_due", "handed_over", "id", "last_change", "moved_later", "moves", "next_at",
        "number", "owner", "place", "promised", "settled", "updates",
    )  # fmt: skip

    def __init__(self, place: int, history: History) -> None:
        self.place = place
        self.id = history.id
        self.changes = sorted(history.changes, key=itemgetter(0))
        self.number = 0
        self.created = self.next_at = self.last_change = history.created
        self.department = history.department
        self.owner = ""
        self.due: date | None = None
        self.first_due: date | None = None
        self.ends: datetime | None = None
        self.settled = history.created + _AT_BIRTH
        self.born = self.done = False
        self.promised = True
        self.blocked_since: datetime | None = None
        self.moves = self.moved_later = self.handed_over = self.updates = 0

    @property
    def is_open(self) -> bool:
        return self.born and self.promised and not self.done

    def play(self, to: datetime) -> bool:
        """Everything up to and including an instant; whether something is left."""
        self.born = True
        changes, number = self.changes, self.number
        while number < len(changes) and changes[number][0] <= to:
            self._apply(*changes[number])
            number += 1
        self.number = number
        if number == len(changes):
            self.changes, self.number = [], 0
            return False
        self.next_at = changes[number].at
        return True

    def _apply(self, at: datetime, kind: str, value: str) -> None:
        if kind == "due":
            self._move(date.fromisoformat(value) if value else None)
        elif kind == "owner":
            self.handed_over += self.owner not in ("", value)
            self.owner = value
        elif kind == "dept":
            self.handed_over += self.department not in ("", value)
            self.department = value
        elif kind == "status":
            self._enter(value, at)
        elif kind in ("comment", "update"):
            self.updates += 1
        elif kind in ("done", "reopened"):
            self.done = kind == "done"
        if at > self.settled and kind not in ("created", "done"):
            self.last_change = at

    def _move(self, to: date | None) -> None:
        if self.due and to and to != self.due:
            self.moves += 1
            self.moved_later += to > self.due
        self.due = to
        self.first_due = self.first_due or to
        self.ends = due_end(to) if to else None

    def _enter(self, status: str, at: datetime) -> None:
        # Until its owner accepts it, nobody has promised anything.
        self.promised = status != Status.proposed
        if status.lower() not in BLOCKED_WORDS:
            self.blocked_since = None
        elif self.blocked_since is None:
            self.blocked_since = at

    def standing(self, now: datetime, opened: Counter[str], overdue: Counter[str]) -> Standing:
        assert self.due is not None and self.ends is not None
        facts = Facts(
            days_left=(self.ends - now) / _DAY,
            age_days=(now - self.created) / _DAY,
            quiet_days=(now - self.last_change) / _DAY,
            updates=self.updates,
            owner_open=opened[self.owner],
            owner_overdue=overdue[self.owner],
            moved_later=self.moved_later,
            handed_over=self.handed_over,
            blocked=self.blocked_since is not None,
            has_owner=bool(self.owner),
        )
        return Standing(
            id=self.id, due=self.due, facts=facts, owner=self.owner,
            blocked_since=self.blocked_since, first_due=self.first_due, moves=self.moves,
            last_change=self.last_change,
        )  # fmt: skip
