"""States of issues, actions and meetings, and which step may follow which."""

from enum import StrEnum

from meetingtracker.rules.errors import N_


class Labelled(StrEnum):
    """A stored value with the word people read and the tone (colour) it is shown in."""

    label: str
    tone: str

    def __new__(cls, value: str, label: str, tone: str = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member


class Stage(Labelled):
    """Where an issue stands."""

    new = "new", N_("Raised")
    triaged = "triaged", N_("Triaged")
    in_progress = "in_progress", N_("In progress")
    blocked = "blocked", N_("Blocked"), "wait"
    resolved = "resolved", N_("Resolved, to confirm"), "good"
    closed = "closed", N_("Closed"), "good"
    declined = "declined", N_("Declined")

    @property
    def is_open(self) -> bool:
        """Open issues stand on the board; a resolved one is open until it is confirmed."""
        return self not in (Stage.closed, Stage.declined)


OPEN_STAGES = tuple(stage for stage in Stage if stage.is_open)
# What people may set by hand. Resolving, confirming and declining are acts of their own.
WORKING_STAGES = (Stage.triaged, Stage.in_progress, Stage.blocked)
LANES = (
    (N_("Raised"), (Stage.new, Stage.triaged)),
    (N_("In progress"), (Stage.in_progress,)),
    (N_("Blocked"), (Stage.blocked,)),
    (N_("Resolved, to confirm"), (Stage.resolved,)),
)


class ClosedAs(Labelled):
    """How a closed issue ended."""

    confirmed = "confirmed", N_("Confirmed"), "good"
    not_confirmed = "not_confirmed", N_("Closed, not confirmed"), "risk"


class Customer(Labelled):
    """Whose customer is hurt."""

    internal = "internal", N_("Inside: another department")
    external = "external", N_("Outside: a customer of the company")


class Evidence(Labelled):
    """How we know what the customer is trying to get done."""

    asked = "asked", N_("We asked them")
    seen = "seen", N_("We saw it")
    complaint = "complaint", N_("They complained")
    assumed = "assumed", N_("We assume it")


class Status(Labelled):
    """The state of an action. Overdue is never one: it is computed."""

    proposed = "proposed", N_("Proposed"), "wait"
    open = "open", N_("Open")
    in_progress = "in_progress", N_("In progress")
    blocked = "blocked", N_("Blocked"), "wait"
    done = "done", N_("Done"), "good"
    verified = "verified", N_("Verified"), "good"
    cancelled = "cancelled", N_("Dropped")

    @property
    def is_running(self) -> bool:
        """Accepted and not finished: the only states that can be overdue."""
        return self in RUNNING

    @property
    def is_finished(self) -> bool:
        return self in (Status.done, Status.verified, Status.cancelled)


RUNNING = (Status.open, Status.in_progress, Status.blocked)
UNFINISHED = (Status.proposed, *RUNNING)


class Priority(Labelled):
    low = "low", N_("Low")
    normal = "normal", N_("Normal")
    high = "high", N_("High"), "risk"


class Change(Labelled):
    """What the owner of a promise may ask whoever decides about it."""

    hand_over = "hand_over", N_("Hand it over")
    drop = "drop", N_("Drop it")


class Repeat(Labelled):
    """How often a finished action opens its next promise."""

    weekly = "weekly", N_("Every week")
    fortnightly = "fortnightly", N_("Every two weeks")
    monthly = "monthly", N_("Every month")
    quarterly = "quarterly", N_("Every three months")


class MeetingState(Labelled):
    """planned > open > frozen > live > wrap_up > issued > approved; cancelled before live."""

    planned = "planned", N_("Planned")
    open = "open", N_("Planned")
    frozen = "frozen", N_("Agenda frozen")
    live = "live", N_("Live"), "risk"
    wrap_up = "wrap_up", N_("Closing"), "risk"
    issued = "issued", N_("Minutes issued"), "good"
    approved = "approved", N_("Minutes approved"), "good"
    cancelled = "cancelled", N_("Did not happen")

    @property
    def is_ahead(self) -> bool:
        """Not begun: its agenda can still be planned."""
        return self in AHEAD

    @property
    def takes_items(self) -> bool:
        """Its agenda is open: whoever proposes something still gets onto it, leaders prepare."""
        return self in AGENDA_OPEN

    @property
    def is_running(self) -> bool:
        return self in (MeetingState.live, MeetingState.wrap_up)

    @property
    def has_minutes(self) -> bool:
        return self in (MeetingState.issued, MeetingState.approved)


AGENDA_OPEN = (MeetingState.planned, MeetingState.open)
AHEAD = (*AGENDA_OPEN, MeetingState.frozen)
NOT_OVER = (*AHEAD, MeetingState.live, MeetingState.wrap_up)


class Visibility(Labelled):
    """Who may see a series: its meetings, items and minutes."""

    company = "company", N_("Everybody in the company")
    leaders = "leaders", N_("Leaders and executives")
    attendees = "attendees", N_("Its attendees only")


class Presence(Labelled):
    present = "present", N_("Here")
    excused = "excused", N_("Excused")
    absent = "absent", N_("Not here")
