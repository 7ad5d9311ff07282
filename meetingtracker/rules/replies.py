"""What a line of a mail can be answered with, and by whom: the predicates of the pages, asked here.

Source: Escalation ladder (must), Reminders; Who may do what.
"""

from enum import StrEnum

from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Change, Status
from meetingtracker.rules.things import ActionLike, IssueLike


class Reply(StrEnum):
    """An answer: the words on its button, and what it says once it is given."""

    label: str
    said: str

    def __new__(cls, value: str, label: str, said: str) -> "Reply":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.said = said
        return member

    done = "done", N_("Done"), N_("You said it is done.")
    on_track = "on_track", N_("On track"), N_("You said it is on track.")
    move = "move", N_("Another date"), N_("You moved the date.")
    ask_date = "ask_date", N_("Ask for another date"), N_("You asked for another date.")
    block = "block", N_("It waits for somebody"), N_("You said what it waits for.")
    hand_over = "hand_over", N_("Hand it over"), N_("You handed it over.")
    ask_over = "ask_over", N_("Not mine, or for somebody else"), N_("You asked to hand it over.")
    drop = "drop", N_("Drop it"), N_("You dropped it.")
    ask_drop = "ask_drop", N_("Ask to drop it"), N_("You asked to drop it.")
    accept = "accept", N_("Accept"), N_("You accepted it.")
    other_date = (
        "other_date",
        N_("Yes, but by another date"),
        N_("You promised it by another date."),
    )
    decline = "decline", N_("Decline"), N_("You declined it.")
    verify = "verify", N_("It is done"), N_("You said that it is done indeed.")
    refuse = "refuse", N_("Not done yet"), N_("You sent it back.")
    part_done = "part_done", N_("My part is done"), N_("You said your part is done.")
    not_mine = "not_mine", N_("Not mine"), N_("You said it does not wait for you.")
    date_yes = "date_yes", N_("Yes"), N_("You agreed to the date.")
    date_no = "date_no", N_("No, the date stands"), N_("You kept the date.")
    date_other = "date_other", N_("Another date"), N_("You gave another date.")
    change_yes = "change_yes", N_("Yes"), N_("You agreed.")
    change_no = "change_no", N_("No, it stays"), N_("You left it as it is.")
    change_other = "change_other", N_("Somebody else"), N_("You gave it to somebody.")
    confirm = "confirm", N_("It works"), N_("You confirmed that it works.")
    reopen = "reopen", N_("Not solved"), N_("You re-opened it.")
    lend = "lend", N_("Accept"), N_("You agreed to lend them.")
    lend_no = "lend_no", N_("Decline"), N_("You declined to lend them.")
    keep = "keep", N_("It stays as it is"), N_("You said it stays as it is.")
    help = "help", N_("I help"), N_("You said you help.")
    other_owner = "other_owner", N_("Somebody else takes it"), N_("You gave it to somebody else.")


R = Reply
PROPOSAL = (R.accept, R.other_date, R.decline)
LEADER = (R.keep, R.help, R.other_owner)
OWN = (
    Notice.overdue, Notice.due_today, Notice.due_soon, Notice.likely_late, Notice.nudged,
    Notice.assigned, Notice.given_in_meeting, Notice.to_accept,
)  # fmt: skip
"""Notices about a promise of one's own; decided elsewhere, or only told: the rest."""


def replies_about_action(
    actor: Actor,
    notice: Notice,
    action: ActionLike,
    *,
    blocks: bool,
    change: Change | None,
    is_named: bool,
    owner_department_id: int | None,
) -> tuple[Reply, ...]:
    """In the order of their buttons. `blocks`: the actor is whom it waits for; `change`: what its
    owner wishes, and `is_named`: for whom."""
    match notice:
        case Notice.to_verify if may.may_verify(actor, action):
            return (R.verify, R.refuse)
        case Notice.blocked_on_you if blocks:
            return (R.part_done, R.not_mine)
        case Notice.date_to_decide if may.may_move_due(actor, action):
            return (R.date_yes, R.date_no, R.date_other)
        case Notice.change_to_decide if may.may_change_owner(actor, action):
            return _of_a_wish(change, is_named)
        case Notice.escalated if may.may_answer_as_leader(
            actor, action, owner_department_id, was_asked=True
        ):
            return LEADER
        case _ if notice in OWN:
            return _of_ones_own(actor, action)
    return ()


def _of_a_wish(change: Change | None, is_named: bool) -> tuple[Reply, ...]:
    if change is Change.drop:
        return (R.change_yes, R.change_no)
    return (
        (R.change_yes, R.change_no, R.change_other) if is_named else (R.change_no, R.change_other)
    )


def _of_ones_own(actor: Actor, action: ActionLike) -> tuple[Reply, ...]:
    if action.status is Status.proposed:
        return PROPOSAL if may.may_answer_proposal(actor, action) else ()
    if not action.status.is_running:
        return ()
    found: list[Reply] = []
    updates = may.may_update_action(actor, action)
    if updates:
        found += (R.done, R.on_track)
    if may.may_move_due(actor, action):
        found.append(R.move)
    elif may.may_ask_to_move(actor, action):
        found.append(R.ask_date)
    if updates:
        found.append(R.block)
    if may.may_change_owner(actor, action):
        found += (R.hand_over, R.drop)
    elif may.may_ask_to_change(actor, action):
        found += (R.ask_over, R.ask_drop)
    return tuple(found)


def replies_about_issue(
    actor: Actor, notice: Notice, issue: IssueLike, *, nominee_department_id: int | None
) -> tuple[Reply, ...]:
    """The same for an issue."""
    if notice is Notice.to_confirm and may.may_confirm(actor, issue):
        return (R.confirm, R.reopen)
    if notice is Notice.nominee and may.may_accept_point_person(actor, nominee_department_id):
        return (R.lend, R.lend_no)
    return ()
