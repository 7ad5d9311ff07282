"""Who may do what: one predicate each, asked by page, button, API and worker.

Each finds out what the actor is to the thing; the table `who_may.WHO_MAY` decides. Rights add up.
"""

from dataclasses import dataclass
from enum import StrEnum

from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled, Visibility
from meetingtracker.rules.things import (
    ActionLike,
    BlockedLike,
    DepartmentLike,
    IssueLike,
    ItemLike,
    MeetingLike,
    SeriesLike,
)
from meetingtracker.rules.who_may import Deed, Standing, may


class Role(Labelled):
    executive = "executive", N_("Executive")
    leader = "leader", N_("Leader")
    member = "member", N_("Member")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `leads`: ids of the departments led, as leader or deputy. `stands_in_for`: ids of
    people who are away or have left and named the actor their delegate."""

    id: int | None
    name: str
    role: Role = Role.member
    is_admin: bool = False
    department_id: int | None = None
    leads: frozenset[int] = frozenset()
    active: bool = True
    stands_in_for: frozenset[int] = frozenset()

    @property
    def answers_for(self) -> frozenset[int]:
        """Ids of the people whose promises the actor answers for: the own, and as delegate."""
        return self.stands_in_for | ({self.id} if self.id is not None else set())

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
            return may_administer(actor)
        case Permission.oversee:
            return may_oversee(actor)
        case Permission.signed_in | Permission.manage_series:
            return True


# --- standings --------------------------------------------------------------------------------


def _given(**standings: bool) -> frozenset[Standing]:
    """The standings that hold, by name."""
    return frozenset(Standing[name] for name, holds in standings.items() if holds)


def _roles(actor: Actor) -> frozenset[Standing]:
    return _given(
        anyone=actor.active, admin=actor.is_admin, executive=actor.is_executive,
        any_leader=actor.is_leader,
    )  # fmt: skip


def _is(actor: Actor, *people: int | None) -> bool:
    return actor.id is not None and actor.id in people


def _stands_for(actor: Actor, person_id: int | None) -> bool:
    return person_id in actor.answers_for


def _to_issue(actor: Actor, issue: IssueLike, in_meeting: bool = False) -> frozenset[Standing]:
    return _roles(actor) | _given(
        leader=leads_issue(actor, issue), point_person=_is(actor, issue.point_person_id),
        raiser=_is(actor, issue.raised_by_id), runner=in_meeting,
    )  # fmt: skip


def _to_action(actor: Actor, action: ActionLike, in_meeting: bool = False) -> frozenset[Standing]:
    return _roles(actor) | _given(
        leader=actor.leads_any(action.department_id), owner=_stands_for(actor, action.owner_id),
        requester=_is(actor, action.requested_by_id), creator=_is(actor, action.created_by_id),
        runner=in_meeting,
    )  # fmt: skip


def _to_series(actor: Actor, series: SeriesLike) -> frozenset[Standing]:
    return _roles(actor) | _given(
        series_owner=_is(actor, series.owner_id), attendee=actor.id in series.attendee_ids
    )


# --- issues -----------------------------------------------------------------------------------


def leads_issue(actor: Actor, issue: IssueLike) -> bool:
    return actor.leads_any(issue.raising_department_id, issue.owning_department_id)


def may_see_issue(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """`in_meeting`: the actor runs a meeting that has the issue on its agenda."""
    if not issue.confidential:
        return True
    named = _given(named=actor.id is not None and actor.id in issue.reader_ids)
    return may(Deed.see_confidential, _to_issue(actor, issue, in_meeting) | named)


def may_triage(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """Owning department, severity, who may read it."""
    return may(Deed.triage, _to_issue(actor, issue, in_meeting))


def may_name_readers(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """Who else reads a confidential issue: who may triage it, and whoever raised it."""
    return may(Deed.name_readers, _to_issue(actor, issue, in_meeting))


def may_edit_issue(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    """The words of an issue: whoever raised it, its point person, and who may triage it."""
    return may(Deed.edit_issue, _to_issue(actor, issue, in_meeting))


def may_name_point_person(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    return may(Deed.name_point_person, _to_issue(actor, issue, in_meeting))


def point_person_needs_acceptance(
    actor: Actor, nominee_department_id: int | None, *, in_meeting: bool = False
) -> bool:
    """A leader may ask for somebody of another department; its leader accepts."""
    return not (in_meeting or may_accept_point_person(actor, nominee_department_id))


def may_accept_point_person(actor: Actor, nominee_department_id: int | None) -> bool:
    standings = _roles(actor) | _given(leader=actor.leads_any(nominee_department_id))
    return may(Deed.lend_person, standings)


def may_set_stage(actor: Actor, issue: IssueLike, *, in_meeting: bool = False) -> bool:
    return may(Deed.set_stage, _to_issue(actor, issue, in_meeting))


def may_confirm(actor: Actor, issue: IssueLike) -> bool:
    """Who raised it, and their department, say whether it is solved; not the owning one."""
    home = issue.raising_department_id
    standings = _given(
        raiser=_is(actor, issue.raised_by_id), leader=actor.leads_any(home),
        colleague=actor.department_id == home,
    )  # fmt: skip
    return may(Deed.confirm, standings)


# --- actions ----------------------------------------------------------------------------------


def starts_open(
    actor: Actor, *, owner_id: int | None, department_id: int | None, present_in_meeting: bool
) -> bool:
    """Whether a promise binds at once; otherwise it is proposed until its owner accepts.

    Open: to oneself, by an executive, by a leader within the own department, or in the meeting to
    somebody present. `department_id` is the owner's department.
    """
    standings = _roles(actor) | _given(
        owner=owner_id is None or owner_id == actor.id, leader=actor.leads_any(department_id),
        runner=present_in_meeting,
    )  # fmt: skip
    return may(Deed.bind, standings)


def may_update_action(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """Status, block, done, on track: the owner or the department's leader; not an executive."""
    return may(Deed.update_action, _to_action(actor, action, in_meeting))


def may_edit_action(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """The words and priority of an action: also by whoever made or asked for it."""
    return may(Deed.edit_action, _to_action(actor, action, in_meeting))


def may_move_due(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """Decide the next move: owner the first, requester or leader the second, executives all."""
    deed = {0: Deed.move_first, 1: Deed.move_second}.get(action.moves, Deed.move_later)
    return may(deed, _to_action(actor, action, in_meeting))


def may_ask_to_move(actor: Actor, action: ActionLike) -> bool:
    return may(Deed.ask_to_move, _to_action(actor, action))


def may_change_owner(actor: Actor, action: ActionLike, *, in_meeting: bool = False) -> bool:
    """Hand over or drop, with a reason."""
    return may(Deed.change_owner, _to_action(actor, action, in_meeting))


def may_ask_to_change(actor: Actor, action: ActionLike) -> bool:
    """Ask whoever may change the owner to hand it over or to drop it."""
    return may(Deed.ask_to_change, _to_action(actor, action))


def may_answer_proposal(actor: Actor, action: ActionLike) -> bool:
    """Accept, decline or answer with another date."""
    return may(Deed.answer_proposal, _to_action(actor, action))


def may_verify(actor: Actor, action: ActionLike, *, for_absent_requester: bool = False) -> bool:
    """Accept or refuse a finished action. `for_absent_requester`: in a meeting without them."""
    return may(Deed.verify, _to_action(actor, action, for_absent_requester))


def may_answer_as_leader(
    actor: Actor, action: ActionLike, owner_department_id: int | None, *, was_asked: bool = False
) -> bool:
    """Keep, help, other owner: who leads the owner or the action, and whoever asked for it; for
    one's own promise only who `was_asked`: the ladder put the question to them."""
    if _is(actor, action.owner_id) and not was_asked:
        return False
    led = _given(leader=actor.leads_any(owner_department_id), asked=was_asked)
    return may(Deed.answer_as_leader, _to_action(actor, action) | led)


def may_nudge(actor: Actor, action: ActionLike) -> bool:
    """Ask its owner, once a day, to look at it: everybody else who sees it."""
    return may(Deed.nudge, _roles(actor)) and not _stands_for(actor, action.owner_id)


def may_decide_escalation(actor: Actor) -> bool:
    """What only executives answer: level 4."""
    return may(Deed.decide_escalation, _roles(actor))


def is_blocker(actor: Actor, action: BlockedLike, *, blocking_owner_id: int | None) -> bool:
    """The side a blocked action waits for: the person, the department's leader, or the owner of
    the action that stands in the way (`blocking_owner_id`)."""
    return _is(actor, action.blocker_person_id, blocking_owner_id) or actor.leads_any(
        action.blocker_department_id
    )


# --- meetings ---------------------------------------------------------------------------------

_SEE = {
    Visibility.company: Deed.see_company_series,
    Visibility.leaders: Deed.see_leaders_series,
    Visibility.attendees: Deed.see_attendees_series,
}


def may_see_series(actor: Actor, series: SeriesLike) -> bool:
    return may(_SEE[series.visibility], _to_series(actor, series))


def may_manage_series(actor: Actor, series: SeriesLike) -> bool:
    """Time, attendees, planning and cancelling meetings: administrators and the series' owner."""
    return may(Deed.manage_series, _to_series(actor, series))


def runs_meeting(actor: Actor, meeting: MeetingLike) -> bool:
    """Facilitator or scribe: order, freeze, run, outcomes, issue, re-open."""
    return may(
        Deed.run_meeting, _given(runner=_is(actor, meeting.facilitator_id, meeting.scribe_id))
    )


def may_take_over(actor: Actor, series: SeriesLike, *, is_here: bool = False) -> bool:
    """Any attending leader or executive may facilitate, in one tap; the owner always.

    To attend is to belong to the series or to be marked as present (`is_here`): whoever runs a
    meeting reads what is confidential on its agenda, so it is not for every leader who looks in.
    """
    attends = is_here or actor.id in series.attendee_ids
    leads = actor.is_leader or actor.is_executive
    return may(
        Deed.take_over, _to_series(actor, series) | _given(attending_leader=attends and leads)
    )


def may_prepare(actor: Actor, department: DepartmentLike) -> bool:
    """Say that it is prepared: who leads it, and whoever stands in for them."""
    stands_in = {department.leader_id, department.deputy_id} & actor.stands_in_for
    leads = actor.leads_any(department.id) or bool(stands_in)
    return may(Deed.prepare, _given(leader=leads))


def may_give_points(actor: Actor, meeting: MeetingLike) -> bool:
    """Say in secret which agenda items matter most: leaders, executives, and who runs it."""
    runner = _is(actor, meeting.facilitator_id, meeting.scribe_id)
    return may(Deed.give_points, _roles(actor) | _given(runner=runner))


def may_pull_item(actor: Actor) -> bool:
    """Put one agenda item on top."""
    return may(Deed.pull_item, _roles(actor))


def may_answer_minutes(actor: Actor, *, attended: bool) -> bool:
    """Approve issued minutes or object to them: whoever was there."""
    return may(Deed.answer_minutes, _given(attended=attended))


def may_correct_minutes(actor: Actor, meeting: MeetingLike, *, attended: bool) -> bool:
    """Write a correction: who facilitates or takes notes, and whoever was there."""
    runner = _is(actor, meeting.facilitator_id, meeting.scribe_id)
    return may(Deed.correct_minutes, _given(runner=runner, attended=attended))


def may_agree_to_erratum(
    actor: Actor, meeting: MeetingLike, *, attended: bool, written_by_id: int
) -> bool:
    """A second person; one of the two facilitates or takes notes."""
    if _is(actor, written_by_id):
        return False
    writer_runs = written_by_id in (meeting.facilitator_id, meeting.scribe_id)
    runs = runs_meeting(actor, meeting)
    return runs or (writer_runs and may_correct_minutes(actor, meeting, attended=attended))


def may_review_decision(
    actor: Actor, owner_id: int | None, owner_department_id: int | None, *, in_meeting: bool = False
) -> bool:
    """Say whether it worked: its owner, who leads them, an executive, and the meeting."""
    standings = _roles(actor) | _given(
        owner=_stands_for(actor, owner_id), leader=actor.leads_any(owner_department_id),
        runner=in_meeting,
    )  # fmt: skip
    return may(Deed.review_decision, standings)


def may_change_item(actor: Actor, item: ItemLike) -> bool:
    """Words and withdrawal of an agenda item: who proposed or presents it, or its leader.

    Nobody changes an overdue verdict: its presenter owes the answer, and only that ends it.
    """
    if item.ask is Ask.VERDICT:
        return False
    standings = _given(
        creator=_is(actor, item.created_by_id), presenter=_is(actor, item.presenter_id),
        leader=actor.leads_any(item.department_id),
    )  # fmt: skip
    return may(Deed.change_item, standings)


# --- the whole --------------------------------------------------------------------------------


def may_administer(actor: Actor) -> bool:
    """Policy, people, departments, tokens, webhooks, imports."""
    return may(Deed.administer, _roles(actor))


def may_oversee(actor: Actor) -> bool:
    """Read what administrators change."""
    return may(Deed.oversee, _roles(actor))


# --- people -----------------------------------------------------------------------------------


def may_plan_absence(actor: Actor, person_id: int, department_id: int | None) -> bool:
    """Say when the person is away and who stands in: they, their leader, an administrator."""
    standings = _roles(actor) | _given(
        oneself=_is(actor, person_id), leader=actor.leads_any(department_id)
    )
    return may(Deed.plan_absence, standings)
