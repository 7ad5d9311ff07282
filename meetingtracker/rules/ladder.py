"""The escalation ladder: which level a promise has reached, from dates and answers alone.

Source: Escalation ladder, Action states, Reminders. Days are working days of the organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Self

from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Labelled

OFTEN_WITHIN = timedelta(days=30)
"""Moves no further apart than this count together: the second asks the leader, the third more."""
TWICE, THRICE = 2, 3
LONGEST_PAUSE = 10
"""Working days for which a block may keep the ladder still, however late its next look is."""
PROPOSAL_WAITS = 2
"""Working days after which an unanswered proposal goes to the leader of whoever was asked."""
VERIFIES_AFTER = 5
"""Working days in which a finished action may be refused; then it verifies itself."""
CONFIRM_AGAIN, CONFIRM_ENDS = 3, 10
"""Working days after which a resolved issue is asked about again, and closes as not confirmed."""
ASK_AGAIN = timedelta(days=7)
"""How often executives are asked for a decision that they owe."""
REMIND, LEADER, MEETING, EXECUTIVES = 1, 2, 3, 4


class AlertRule(Labelled):
    """What is wrong."""

    due = "due", N_("Its date has passed")
    blocked = "blocked", N_("It waits for somebody who does not move")
    proposal = "proposal", N_("It was proposed and got no answer")
    confirmation = "confirmation", N_("Nobody says whether it is solved")


class AlertAnswer(Labelled):
    """What a leader (level 2) or an executive (level 4) says."""

    keep = "keep", N_("It stays as it is: I have looked at it")
    help = "help", N_("I help")
    other_owner = "other_owner", N_("Somebody else takes it")
    new_plan = "new_plan", N_("A new plan, with a new date")
    more_help = "more_help", N_("More help for its owner")
    accepted = "accepted", N_("We live with it as it is")
    dropped = "dropped", N_("We drop it")


LEADER_ANSWERS = (AlertAnswer.keep, AlertAnswer.help, AlertAnswer.other_owner)
EXECUTIVE_ANSWERS = (
    AlertAnswer.new_plan, AlertAnswer.other_owner, AlertAnswer.more_help, AlertAnswer.accepted,
    AlertAnswer.dropped,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Steps:
    """When a promise climbs, in working days after its date.

    `remind` its owner; its leader if `unanswered` so long, and in any case after `anyway`;
    executives after `executives`, or when it was left on so many `meetings`.
    """

    remind: int
    unanswered: int
    anyway: int
    executives: int
    meetings: int

    def __post_init__(self) -> None:
        """Raises RuleBroken unless each step comes at or after the one before."""
        in_order = 1 <= self.remind <= self.unanswered <= self.anyway <= self.executives <= _MOST
        if not in_order or not 1 <= self.meetings <= _MOST:
            raise RuleBroken(
                N_("Each step comes after the one before, within %(most)d working days."),
                most=_MOST,
            )


_MOST = 60


@dataclass(frozen=True, slots=True)
class Policy:
    """`top`: the highest level; 3 ends at the next meeting (gentle), 4 at the executives (full).

    `leader_waits`: working days that a leader may leave level 2 unanswered before the meeting gets
    it. `digest_time`: local to each person's zone. `executives_any_day`: level 4 is mailed on days
    that are not worked, too. `id` is that of the row it comes from; None is the default.
    """

    top: int = MEETING
    normal: Steps = Steps(1, 3, 5, 10, 2)
    high: Steps = Steps(1, 2, 3, 5, 1)
    leader_waits: int = 2
    digest_time: time = time(8, 30)
    executives_any_day: bool = False
    id: int | None = None

    def __post_init__(self) -> None:
        if not MEETING <= self.top <= EXECUTIVES:
            raise RuleBroken(N_("The ladder ends at level 3 or 4."), field="top")
        if not 1 <= self.leader_waits <= _MOST:
            raise RuleBroken(
                N_("Give 1 to %(most)d working days."), field="leader_waits", most=_MOST
            )

    def steps(self, high: bool) -> Steps:
        return self.high if high else self.normal

    @classmethod
    def read(cls, body: Mapping[str, Any], policy_id: int | None = None) -> Self:
        """From what is stored. Raises RuleBroken, KeyError, TypeError or ValueError for another."""
        return cls(
            top=body["top"], normal=Steps(**body["normal"]), high=Steps(**body["high"]),
            leader_waits=body["leader_waits"],
            digest_time=time.fromisoformat(body["digest_time"]),
            executives_any_day=body["executives_any_day"], id=policy_id,
        )  # fmt: skip

    def body(self) -> dict[str, Any]:
        """As it is stored: JSON."""
        values = asdict(replace(self, id=None))
        del values["id"]
        return values | {"digest_time": self.digest_time.isoformat("minutes")}


GENTLE, FULL = Policy(top=MEETING), Policy(top=EXECUTIVES)
"""The two presets; gentle is what holds until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Climb:
    """All that the level of a promise (or of a block) depends on, in its present epoch.

    `counts_from`: the day after which working days are counted: its date, or later where it was
    let lie. `moved_on`: the days on which its date was moved, oldest first, those taken back left
    out. `answered`: its owner has answered once since the date passed, in words or by asking.
    `leader_at_once`: its owner has left, or it waits in a circle. `meetings`: issued meetings that
    left it without a verdict. `leader_asked_on`: when level 2 was
    raised, None once it is answered.
    """

    due_on: date
    counts_from: date
    high: bool = False
    answered: bool = False
    leader_at_once: bool = False
    moved_on: Sequence[date] = ()
    meetings: int = 0
    leader_asked_on: date | None = None


def epoch(due_on: date, reopened: int) -> str:
    """The name of a stretch in which each level is reached once: a date, and how often it was
    sent back. Back on a date that it had before, it goes on where it was."""
    return f"{due_on.isoformat()}.{reopened}"


def block_epoch(blocked_on: date, look_on: date) -> str:
    """The same for a block: another next look is a new one."""
    return f"{blocked_on.isoformat()}>{look_on.isoformat()}"


def look_on(blocked_on: date, next_look_on: date, calendar: WorkingCalendar) -> date:
    """Until when a block keeps the ladder still: its next look, LONGEST_PAUSE days at most."""
    return min(next_look_on, calendar.add_working_days(blocked_on, LONGEST_PAUSE))


def levels(climb: Climb, policy: Policy, today: date, calendar: WorkingCalendar) -> frozenset[int]:
    """The levels from 1 up that must have been raised by now in this epoch.

    What the clock has reached includes every level below, so that a pause of the runner skips
    none; what moves or a missing owner ask for is that level alone.
    """
    reached = set(range(1, _by_clock(climb, policy, today, calendar) + 1))
    often = moves_together(climb.moved_on)
    if often >= THRICE:
        reached.add(EXECUTIVES if policy.top >= EXECUTIVES else LEADER)
    elif often == TWICE or climb.leader_at_once:
        reached.add(LEADER)
    return frozenset(level for level in reached if level <= policy.top)


def _by_clock(climb: Climb, policy: Policy, today: date, calendar: WorkingCalendar) -> int:
    start = max(climb.due_on, climb.counts_from)
    if today <= start:
        return 0
    steps = policy.steps(climb.high)
    late = calendar.working_days_between(start, today)
    if late >= steps.executives or climb.meetings >= steps.meetings:
        return EXECUTIVES
    asked_on = climb.leader_asked_on
    if asked_on and calendar.working_days_between(asked_on, today) >= policy.leader_waits:
        return MEETING
    if late >= (steps.anyway if climb.answered else steps.unanswered):
        return LEADER
    return REMIND if late >= steps.remind else 0


def moves_together(moved_on: Sequence[date]) -> int:
    """How many moves lie within OFTEN_WITHIN before the last one, itself included."""
    if not moved_on:
        return 0
    return sum(moved_on[-1] - day <= OFTEN_WITHIN for day in moved_on)
