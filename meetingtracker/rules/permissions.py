"""Who may do what: one predicate each, asked by page, button, API and worker.

Source: the table "Who may do what" of the product description. `d` there is the own department; for
an issue that is the raising or the owning one, for an action the action's. Rights add up.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled, Status, Visibility


class Role(Labelled):
    executive = "executive", N_("Executive")
    leader = "leader", N_("Leader")
    member = "member", N_("Member")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `leads` holds the ids of the departments led, as leader or deputy."""

    id: int | None
    name: str
    role: Role = Role.member
    is_admin: bool = False
    department_id: int | None = None
    leads: frozenset[int] = frozenset()
    active: bool = True

    @property
    def is_executive(self) -> bool:
        return self.role is Role.executive

    @property
    def is_leader(self) -> bool:
        return bool(self.leads) or self.role is Role.leader

    def leads_any(self, *departments: int | None) -> bool:
        return any(d in self.leads for d in departments if d is not None)


SYSTEM = Actor(id=None, name="Meetingtracker")


class Permission(StrEnum):
    """What a route asks of a person before it looks at any row; rows are asked by the view."""

    signed_in = "signed in"
    administer = "administrator"
    oversee = "administrator or executive"
    manage_series = "administrator or series owner"


def may_enter(actor: Actor, permission: Permission) -> bool:
    """The route's own question. `manage_series` is asked again with the series in hand."""
    if not actor.active:
        return False
    match permission:
        case Permission.administer:
            return actor.is_admin
        case Permission.oversee:
            return actor.is_admin or actor.is_executive
        case Permission.signed_in | Permission.manage_series:
            return True


class IssueLike(Protocol):
    @property
    def raising_department_id(self) -> int: ...
    @property
    def owning_department_id(self) -> int | None: ...
    @property
    def point_person_id(self) -> int | None: ...
    @property
    def raised_by_id(self) -> int | None: ...
    @property
    def confidential(self) -> bool: ...
    @property
    def reader_ids(self) -> Collection[int]: ...


class ActionLike(Protocol):
    @property
    def department_id(self) -> int | None: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def requested_by_id(self) -> int | None: ...
    @property
    def created_by_id(self) -> int | None: ...
    @property
    def moves(self) -> int: ...
    @property
    def status(self) -> Status: ...


class SeriesLike(Protocol):
    @property
    def owner_id(self) -> int | None: ...
    @property
    def visibility(self) -> Visibility: ...
    @property
    def attendee_ids(self) -> Collection[int]: ...


class MeetingLike(Protocol):
    @property
    def facilitator_id(self) -> int | None: ...
    @property
    def scribe_id(self) -> int | None: ...


# --- issues -----------------------------------------------------------------------------------


def leads_issue(actor: Actor, issue: IssueLike) -> bool:
    return actor.leads_any(issue.raising_department_id, issue.owning_department_id)


def may_see_issue(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """`in_meeting`: the actor runs a meeting that has the issue on its agenda."""
    if not issue.confidential or actor.is_executive or in_meeting:
        return True
    return (
        leads_issue(actor, issue)
        or actor.id is not None
        and (actor.id == issue.point_person_id or actor.id in issue.reader_ids)
    )


def may_triage(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """Owning department, severity, who may read it."""
    return in_meeting or actor.is_executive or leads_issue(actor, issue)


def may_name_readers(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """Who else reads a confidential issue: who may triage it, and whoever raised it."""
    return may_triage(actor, issue, in_meeting=in_meeting) or _is(actor, issue.raised_by_id)


def may_edit_issue(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """The words of an issue: whoever raised it, its point person, and who may triage it."""
    return may_triage(actor, issue, in_meeting=in_meeting) or _is(
        actor, issue.raised_by_id, issue.point_person_id
    )


def may_name_point_person(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    return may_triage(actor, issue, in_meeting=in_meeting)


def point_person_needs_acceptance(
    actor: Actor, nominee_department_id: int | None, *, in_meeting: bool = False
) -> bool:
    """A leader may ask for somebody of another department; its leader accepts."""
    if in_meeting or actor.is_executive:
        return False
    return not actor.leads_any(nominee_department_id)


def may_accept_point_person(actor: Actor, nominee_department_id: int | None) -> bool:
    return actor.is_executive or actor.leads_any(nominee_department_id)


def may_set_stage(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    return in_meeting or leads_issue(actor, issue) or _is(actor, issue.point_person_id)


def may_confirm(actor: Actor, issue: IssueLike) -> bool:
    """Who raised it, and their department, say whether it is solved."""
    return (
        _is(actor, issue.raised_by_id)
        or actor.leads_any(issue.raising_department_id)
        or actor.department_id == issue.raising_department_id
    )


# --- actions ----------------------------------------------------------------------------------


def starts_open(
    actor: Actor, *, owner_id: int | None, department_id: int | None, present_in_meeting: bool
) -> bool:
    """Whether a promise binds at once; otherwise it is proposed until its owner accepts.

    Open: to oneself, by an executive, by a leader within the own department, or in the meeting to
    somebody present. `department_id` is the owner's department.
    """
    return (
        present_in_meeting
        or owner_id is None
        or owner_id == actor.id
        or actor.is_executive
        or actor.leads_any(department_id)
    )


def may_update_action(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """Status, block, done, on track: the owner or the department's leader; not an executive."""
    return in_meeting or _is(actor, action.owner_id) or actor.leads_any(action.department_id)


def may_edit_action(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """The words and priority of an action: also by whoever made or asked for it."""
    return may_update_action(actor, action, in_meeting=in_meeting) or _is(
        actor, action.created_by_id, action.requested_by_id
    )


def may_move_due(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """Decide the next move: owner the first, requester or leader the second, executives all."""
    if actor.is_executive:
        return True
    if action.moves >= 2:
        return False
    if in_meeting or actor.leads_any(action.department_id):
        return True
    return _is(actor, action.owner_id if action.moves == 0 else action.requested_by_id)


def may_ask_to_move(actor: Actor, action: ActionLike) -> bool:
    return may_update_action(actor, action) or _is(actor, action.requested_by_id)


def may_change_owner(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """Hand over or drop, with a reason."""
    return in_meeting or actor.is_executive or actor.leads_any(action.department_id)


def may_answer_proposal(actor: Actor, action: ActionLike) -> bool:
    """Accept, decline or answer with another date."""
    return _is(actor, action.owner_id) or actor.leads_any(action.department_id)


def may_verify(actor: Actor, action: ActionLike, *, for_absent_requester: bool = False) -> bool:
    """Accept or refuse a finished action. `for_absent_requester`: in a meeting without them."""
    return for_absent_requester or actor.is_executive or _is(actor, action.requested_by_id)


# --- meetings ---------------------------------------------------------------------------------


def may_see_series(actor: Actor, series: SeriesLike) -> bool:
    if series.visibility is Visibility.company or actor.is_executive:
        return True
    if _is(actor, series.owner_id) or actor.id in series.attendee_ids:
        return True
    return series.visibility is Visibility.leaders and actor.is_leader


def may_manage_series(actor: Actor, series: SeriesLike) -> bool:
    """Time, attendees, planning and cancelling meetings: administrators and the series' owner."""
    return actor.is_admin or _is(actor, series.owner_id)


def runs_meeting(actor: Actor, meeting: MeetingLike) -> bool:
    """Facilitator or scribe: order, freeze, run, outcomes, issue, re-open."""
    return _is(actor, meeting.facilitator_id, meeting.scribe_id)


def may_take_over(actor: Actor, series: SeriesLike, *, is_here: bool = False) -> bool:
    """Any attending leader or executive may facilitate, in one tap; the owner always.

    To attend is to belong to the series or to be marked as present (`is_here`): whoever runs a
    meeting reads what is confidential on its agenda, so it is not for every leader who looks in.
    """
    if _is(actor, series.owner_id):
        return True
    attends = is_here or actor.id in series.attendee_ids
    return (actor.is_leader or actor.is_executive) and attends


def may_change_item(actor: Actor, item: "ItemLike") -> bool:
    """Words and withdrawal of an agenda item: who proposed or presents it, or its leader."""
    return _is(actor, item.created_by_id, item.presenter_id) or actor.leads_any(item.department_id)


class ItemLike(Protocol):
    @property
    def created_by_id(self) -> int | None: ...
    @property
    def presenter_id(self) -> int | None: ...
    @property
    def department_id(self) -> int: ...


def _is(actor: Actor, *people: int | None) -> bool:
    return actor.id is not None and actor.id in people
