"""An agenda that fits: asks, outcomes, the proposed order, and the checks before minutes go out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import accumulate

from meetingtracker.rules.errors import N_

VERDICT_FROM = 3
"""The placement from which an item may not be put off again without a verdict."""
MOST_POINTS = 3
"""Priority points that one person has for one meeting."""
MOST_ACTIONS = 10
"""More new actions than this for one person are worth a second look."""
_DEFAULT_SEVERITY = 3


class Ask(StrEnum):
    """What an item wants from the room."""

    DECIDE = "decide"
    DISCUSS = "discuss"
    INFORM = "inform"
    HELP = "help"
    VERDICT = "verdict"
    RECOGNISE = "recognise"

    @property
    def label(self) -> str:
        return _ASK_LABELS[self]


class Outcome(StrEnum):
    """How an item left a meeting."""

    RESOLVED = "resolved"
    DECIDED = "decided"
    BECAME_ACTION = "became_action"
    BECAME_ISSUE = "became_issue"
    DEFERRED = "deferred"
    UNREACHED = "unreached"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _OUTCOME_WORDS[self][0]

    @property
    def tone(self) -> str:
        """The badge's colour: "" (plain), late, risk, good or wait."""
        return _OUTCOME_WORDS[self][1]

    @property
    def carries(self) -> bool:
        """Whether the item gets a placement in the next meeting."""
        return self in (Outcome.DEFERRED, Outcome.UNREACHED)


class Verdict(StrEnum):
    """What ends an item that keeps coming back."""

    DECIDE = "decide"
    ACTION = "action"
    EXECUTIVE = "executive"
    DROP = "drop"
    SESSION = "session"

    @property
    def label(self) -> str:
        return _VERDICT_LABELS[self]


_ASK_LABELS = {
    Ask.DECIDE: N_("Decide"),
    Ask.DISCUSS: N_("Discuss"),
    Ask.INFORM: N_("Inform"),
    Ask.HELP: N_("Help"),
    Ask.VERDICT: N_("Verdict"),
    Ask.RECOGNISE: N_("Recognise"),
}
_OUTCOME_WORDS = {
    Outcome.RESOLVED: (N_("Resolved"), "good"),
    Outcome.DECIDED: (N_("Decided"), "good"),
    Outcome.BECAME_ACTION: (N_("Became an action"), "good"),
    Outcome.BECAME_ISSUE: (N_("Became an issue"), "risk"),
    Outcome.DEFERRED: (N_("Deferred"), "wait"),
    Outcome.UNREACHED: (N_("Not reached"), "late"),
    Outcome.WITHDRAWN: (N_("Withdrawn"), ""),
}
_VERDICT_LABELS = {
    Verdict.DECIDE: N_("Decide now"),
    Verdict.ACTION: N_("Make it an action"),
    Verdict.EXECUTIVE: N_("Hand to an executive"),
    Verdict.DROP: N_("Drop it, with a reason"),
    Verdict.SESSION: N_("Hold a separate session"),
}
_SPOKEN_ABOUT = (Outcome.RESOLVED, Outcome.DECIDED, Outcome.BECAME_ACTION, Outcome.BECAME_ISSUE)


def needs_verdict(placed: int, outcome: Outcome | None) -> bool:
    """Whether this outcome asks for a verdict; `placed` counts the present placement."""
    return placed >= VERDICT_FROM and outcome is not None and outcome.carries


def settled(outcome: Outcome, verdict: Verdict | None) -> Outcome:
    """How an item leaves once a verdict is given: some verdicts are themselves the outcome.

    Handed to an executive or kept for a separate session it stays put off, as it was.
    """
    if verdict is None or not outcome.carries:
        return outcome
    ends = {
        Verdict.DECIDE: Outcome.DECIDED,
        Verdict.ACTION: Outcome.BECAME_ACTION,
        Verdict.DROP: Outcome.WITHDRAWN,
    }
    return ends.get(verdict, outcome)


@dataclass(frozen=True)
class Candidate:
    """An item that may stand on the agenda, with all that its place depends on."""

    item_id: int
    ask: Ask
    executive_pull: bool
    severity: int | None
    """1 (worst) to 4 of the issue behind it; None counts as 3."""
    points: int
    """Priority points given by leaders."""
    carried: Outcome | None
    """How it left the meeting before; None for a new item."""
    first_placed_on: date | None
    created_at: datetime
    minutes: int


def proposed_order(items: Sequence[Candidate], *, meeting_minutes: int) -> list[Candidate]:
    """The order to propose at cut-off; `meeting_minutes` is the length of the meeting.

    Verdicts first, worst first, as many as fit a quarter of the minutes (what does not fit goes
    to the very end, to be answered while preparing); then executive pulls; then by severity,
    unreached before deferred before new, priority points, age.
    """
    first: list[Candidate] = []
    last: list[Candidate] = []
    left = meeting_minutes / 4
    for item in sorted((i for i in items if i.ask is Ask.VERDICT), key=_rank):
        if item.minutes <= left:
            left -= item.minutes
            first.append(item)
        else:
            last.append(item)
    return first + sorted((i for i in items if i.ask is not Ask.VERDICT), key=_rank) + last


def _rank(item: Candidate) -> tuple[bool, int, int, int, date, datetime, int]:
    came_back = {Outcome.UNREACHED: 0, Outcome.DEFERRED: 1}
    return (
        not item.executive_pull,
        item.severity or _DEFAULT_SEVERITY,
        came_back.get(item.carried, 2) if item.carried else 2,
        -item.points,
        item.first_placed_on or item.created_at.date(),
        item.created_at,
        item.item_id,
    )


def fit(items_minutes: Sequence[int], meeting_minutes: int) -> int:
    """How many items, in this order, stand above the line: all up to the first that overruns."""
    for above, used in enumerate(accumulate(items_minutes)):
        if used > meeting_minutes:
            return above
    return len(items_minutes)


@dataclass(frozen=True)
class ItemFacts:
    """An item as it stands when the meeting closes."""

    id: int
    title: str
    outcome: Outcome | None
    placed: int
    """In how many meetings it stood, this one included."""
    verdict: Verdict | None
    has_content: bool
    """Whether a note, a decision, an action or an issue was written down under it."""


@dataclass(frozen=True)
class ActionFacts:
    """An action given in the meeting."""

    id: int
    title: str
    owner_id: int | None
    owner_name: str | None
    due_on: date | None
    on_working_day: bool
    """Whether `due_on` is a working day; of no matter without a date."""


@dataclass(frozen=True)
class MeetingFacts:
    """A meeting about to be closed."""

    has_facilitator: bool
    present: int
    minutes_planned: int
    minutes_used: int
    items: Sequence[ItemFacts] = ()
    actions: Sequence[ActionFacts] = ()


@dataclass(frozen=True)
class Check:
    """One finding: it blocks issuing, or only warns. `text` % `params` is the sentence."""

    code: str
    text: str
    blocks: bool
    params: Mapping[str, object] = field(default_factory=dict)
    item_id: int | None = None
    action_id: int | None = None

    def __str__(self) -> str:
        return self.text % self.params


def closing_checks(facts: MeetingFacts) -> list[Check]:
    """Everything that blocks issuing the minutes, then everything to be warned about."""
    found = [
        *_meeting_checks(facts),
        *(check for item in facts.items for check in _item_checks(item)),
        *(check for action in facts.actions for check in _action_checks(action)),
        *_load_checks(facts.actions),
    ]
    return sorted(found, key=lambda check: not check.blocks)


def _meeting_checks(facts: MeetingFacts) -> Iterator[Check]:
    if not facts.has_facilitator:
        yield Check("no_facilitator", N_("Nobody facilitated. Say who did."), True)
    if facts.present < 1:
        yield Check("nobody_present", N_("Nobody is marked as present."), False)
    over = facts.minutes_used - facts.minutes_planned
    if over > 0:
        text = N_("The meeting ran %(minutes)d minutes over.")
        yield Check("over_time", text, False, {"minutes": over})


def _item_checks(item: ItemFacts) -> Iterator[Check]:
    params: dict[str, object] = {"title": item.title, "placed": item.placed}
    if item.outcome is None:
        text = N_("“%(title)s” has no outcome.")
        yield Check("item_without_outcome", text, True, params, item_id=item.id)
    elif needs_verdict(item.placed, item.outcome) and item.verdict is None:
        text = N_("“%(title)s” stood on %(placed)d agendas. It needs a verdict now.")
        yield Check("item_without_verdict", text, True, params, item_id=item.id)
    elif item.outcome in _SPOKEN_ABOUT and not item.has_content:
        text = N_("“%(title)s” was discussed, but nothing is written down.")
        yield Check("item_empty", text, False, params, item_id=item.id)


def _action_checks(action: ActionFacts) -> Iterator[Check]:
    params: dict[str, object] = {"title": action.title}
    if action.owner_id is None:
        text = N_("“%(title)s” has no owner.")
        yield Check("action_without_owner", text, True, params, action_id=action.id)
    if action.due_on is None:
        text = N_("“%(title)s” has no date.")
        yield Check("action_without_date", text, True, params, action_id=action.id)
    elif not action.on_working_day:
        text = N_("“%(title)s” is due on %(due_on)s, which is not a working day.")
        due = {"due_on": action.due_on.isoformat()}
        yield Check("action_off_day", text, False, params | due, action_id=action.id)


def _load_checks(actions: Sequence[ActionFacts]) -> Iterator[Check]:
    names = {a.owner_id: a.owner_name for a in actions if a.owner_id is not None}
    for owner_id, count in Counter(a.owner_id for a in actions).items():
        if owner_id is not None and count > MOST_ACTIONS:
            text = N_("%(name)s was given %(count)d actions. Is that possible?")
            yield Check("too_many_actions", text, False, {"name": names[owner_id], "count": count})
