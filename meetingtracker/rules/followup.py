"""What follows from dates alone: overdue, due soon, unassigned. Nothing here is ever stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled, Priority, Stage, Status
from meetingtracker.rules.warning import Mark

SOON, SOON_HIGH, SOON_LONG = 2, 3, 5
"""Working days ahead in which a date counts as soon (source: Reminders, level 0)."""
LONG = 10
"""A promise of more working days than this is a long one."""
OFTEN = 2
"""From so many moves on the moves themselves are a mark."""
_DAY = timedelta(days=1)


class Flag(Labelled):
    """The marks of issues and actions, worst first."""

    overdue = "overdue", N_("Overdue"), "late"
    unassigned = "unassigned", N_("Unassigned"), "late"
    likely_late = "likely_late", N_("Likely late"), "risk"
    watch = "watch", N_("Watch"), "risk"
    trouble = "trouble", N_("At risk"), "risk"
    due_soon = "due_soon", N_("Due soon"), "risk"
    blocked = "blocked", N_("Blocked"), "wait"
    moved_twice = "moved_twice", N_("Moved twice or more"), "risk"
    to_confirm = "to_confirm", N_("To confirm"), "good"

    @property
    def icon(self) -> str:
        return _ICONS[self]


_ICONS = {
    Flag.overdue: "clock",
    Flag.unassigned: "user",
    Flag.likely_late: "triangle-alert",
    Flag.watch: "eye",
    Flag.trouble: "trending-up",
    Flag.due_soon: "hourglass",
    Flag.blocked: "pause",
    Flag.moved_twice: "repeat",
    Flag.to_confirm: "check",
}
EARLY = (Flag.likely_late, Flag.watch)
"""The marks of the early warning."""
ACTION_FLAGS = (Flag.overdue, *EARLY, Flag.due_soon, Flag.blocked, Flag.moved_twice)
ISSUE_FLAGS = (
    Flag.overdue, Flag.unassigned, *EARLY, Flag.trouble, Flag.due_soon, Flag.blocked,
    Flag.to_confirm,
)  # fmt: skip
_RANKS = {flag: place for place, flag in enumerate(Flag)}


@dataclass(frozen=True, slots=True)
class Windows:
    """The edges that all flags of one day compare with; days are the organisation's.

    A date up to and including `soon`, `soon_high` is soon. `long` names, for each date that only a
    long promise is soon for, the day before which such a promise was made. An issue raised before
    `unassigned_before` has had its working day to find a point person.
    """

    today: date
    soon: date
    soon_high: date
    long: tuple[tuple[date, date], ...]
    unassigned_before: date


def windows(today: date, calendar: WorkingCalendar) -> Windows:
    """The edges of one day of the organisation."""
    soon = calendar.add_working_days(today, SOON)
    last = calendar.add_working_days(today, SOON_LONG)
    after = [soon + n * _DAY for n in range(1, (last - soon).days + 1)]
    return Windows(
        today=today,
        soon=soon,
        soon_high=calendar.add_working_days(today, SOON_HIGH),
        long=tuple((due_on, _long_before(due_on, calendar)) for due_on in after),
        unassigned_before=calendar.add_working_days(today, -1),
    )


def _long_before(due_on: date, calendar: WorkingCalendar) -> date:
    """A promise made before this day had more than LONG working days until `due_on`."""
    return calendar.add_working_days(due_on + _DAY, -(LONG + 1))


def is_overdue(status: Status, due_on: date | None, today: date) -> bool:
    """Running and its date has passed. Due today is not overdue."""
    return status.is_running and due_on is not None and due_on < today


def is_high(priority: Priority, severity: int | None) -> bool:
    """ "High" in reminders and ladder: by its own priority, or an issue of severity 1."""
    return priority is Priority.high or severity == 1


def is_due_soon(
    status: Status, due_on: date | None, promised_on: date, high: bool, edges: Windows
) -> bool:
    """Running and due from today on within 2 working days; 3 for high, 5 for long promises."""
    if not status.is_running or due_on is None or due_on < edges.today:
        return False
    if due_on <= (edges.soon_high if high else edges.soon):
        return True
    return any(due_on == day and promised_on < before for day, before in edges.long)


def is_unassigned(
    stage: Stage, point_person_id: int | None, raised_on: date, edges: Windows
) -> bool:
    """No point person after one whole working day, and still to be solved."""
    return (
        point_person_id is None
        and stage.is_open
        and stage is not Stage.resolved
        and raised_on < edges.unassigned_before
    )


def days_late(due_on: date, today: date) -> int:
    """Calendar days since a date that has passed."""
    return (today - due_on).days


def days_moved(original_due_on: date | None, due_on: date | None) -> int:
    """Calendar days from the first date to where it stands; negative if it came earlier."""
    if original_due_on is None or due_on is None:
        return 0
    return (due_on - original_due_on).days


def action_flags(
    *,
    status: Status,
    due_on: date | None,
    promised_on: date,
    moves: int,
    high: bool,
    edges: Windows,
    mark: Mark | None = None,
) -> tuple[Flag, ...]:
    """All marks of an action, worst first. `mark`: what the early warning shows of it."""
    flags = []
    if is_overdue(status, due_on, edges.today):
        flags.append(Flag.overdue)
    if mark is not None and status.is_running:
        flags.append(Flag[mark.name])
    if is_due_soon(status, due_on, promised_on, high, edges):
        flags.append(Flag.due_soon)
    if status is Status.blocked:
        flags.append(Flag.blocked)
    if status.is_running and moves >= OFTEN:
        flags.append(Flag.moved_twice)
    return tuple(flags)


def issue_flags(
    *,
    stage: Stage,
    point_person_id: int | None,
    raised_on: date,
    of_actions: Iterable[Flag],
    edges: Windows,
    in_trouble: bool = False,
) -> tuple[Flag, ...]:
    """All marks of an open issue, its own and those of its open actions, worst first."""
    if not stage.is_open:
        return ()
    flags = {flag for flag in of_actions if flag in ISSUE_FLAGS}
    if is_unassigned(stage, point_person_id, raised_on, edges):
        flags.add(Flag.unassigned)
    if in_trouble:
        flags.add(Flag.trouble)
    if stage is Stage.blocked:
        flags.add(Flag.blocked)
    if stage is Stage.resolved:
        flags.add(Flag.to_confirm)
    return tuple(sorted(flags, key=_RANKS.__getitem__))
