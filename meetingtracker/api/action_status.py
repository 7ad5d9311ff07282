"""What a PATCH may do to the status of an action: each target is one of the verbs."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from meetingtracker import clock
from meetingtracker.models.action import Action
from meetingtracker.models.acts.answer_proposal import decline
from meetingtracker.models.acts.finish_action import finish_action, take_back_finish
from meetingtracker.models.reads.action_page import given_or_discussed_by, visible_action
from meetingtracker.models.reads.api.actions import OUTSIDE
from meetingtracker.models.reads.api.names import department_named, person_known
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Status
from meetingtracker.web.access import actor, require
from meetingtracker.web.filters import calendar, today

LOOK_AFTER = 2  # working days until one looks again at what is blocked, unless a day is given


class Rights(NamedTuple):
    """What of the action the actor may change."""

    update: bool
    edit: bool
    move: bool
    ask_to_move: bool
    change_owner: bool
    answer_proposal: bool
    verify: bool
    blocks: bool


def rights_of(action: Action) -> Rights:
    by, room, other = actor(), given_or_discussed_by(actor(), action), action.blocker_action
    return Rights(
        update=may.may_update_action(by, action, in_meeting=room),
        edit=may.may_edit_action(by, action, in_meeting=room),
        move=may.may_move_due(by, action, in_meeting=room),
        ask_to_move=may.may_ask_to_move(by, action),
        change_owner=may.may_change_owner(by, action, in_meeting=room),
        answer_proposal=may.may_answer_proposal(by, action),
        verify=may.may_verify(by, action),
        blocks=may.is_blocker(by, action, blocking_owner_id=other.owner_id if other else None),
    )


def set_status(
    action: Action, values: Mapping[str, Any], rights: Rights, before: Status, reason: str
) -> None:
    """Bring it to the status that was sent; `before` is how it stood before the whole PATCH."""
    target = values.get("status", before)
    if target is not Status.blocked and values.get("blocked_by") is not None:
        raise RuleBroken(N_("Only what is blocked waits for somebody."), field="blocked_by")
    if target is before and target is not Status.blocked:
        return
    if action.status is Status.proposed and before is not Status.proposed:
        if "status" not in values:
            return
        raise RuleBroken(N_("It waits for its new owner: they accept it first."), field="status")
    by, at = actor(), clock.now()
    match target:
        case Status.blocked:
            _block(action, values, rights, reason)
        case Status.done:
            require(rights.update)
            finish_action(action, by=by, at=at, on=today())
        case Status.verified:
            require(rights.verify)
            action.verify(by=by, at=at)
        case Status.cancelled if before is Status.proposed and not rights.change_owner:
            require(rights.answer_proposal)
            decline(action, reason=reason, by=by, at=at)
        case Status.cancelled:
            require(rights.change_owner)
            action.cancel(reason=reason, by=by, at=at)
        case Status.open | Status.in_progress:
            _go_on(action, target, rights, reason)
        case _:
            raise RuleBroken(N_("An action is only proposed when it is new."), field="status")


def _go_on(action: Action, target: Status, rights: Rights, reason: str) -> None:
    """Accepted, begun, unblocked, or not done after all."""
    by, at = actor(), clock.now()
    match action.status:
        case Status.proposed if target is Status.open:
            require(rights.answer_proposal)
            action.accept(by=by, at=at)
        case Status.blocked:
            require(rights.update or rights.blocks)
            action.unblock(by=by, at=at, reason=reason or None)
        case Status.done if not rights.update:
            require(rights.verify)
            action.refuse(reason=reason, by=by, at=at)
        case Status.open | Status.proposed:
            require(rights.update)
            action.answer_on_track(by=by, at=at)
        case Status.in_progress:
            raise RuleBroken(N_("It has begun already."), field="status")
        case _:
            require(rights.update)
            take_back_finish(action, by=by, at=at)


def _block(action: Action, values: Mapping[str, Any], rights: Rights, reason: str) -> None:
    """Name what it waits for, or tell more of it; nothing sent about it changes nothing."""
    was_blocked = action.status is Status.blocked
    if was_blocked and not (values["need"] or values.keys() & {"blocked_by", "next_look_on"}):
        return
    require(rights.update)
    if values.get("blocked_by"):
        blocker = _blocker(values["blocked_by"])
    elif was_blocked and "blocked_by" not in values:
        blocker = {name: getattr(action, name) for name in _BLOCKERS}
    else:
        raise RuleBroken(N_("Say who or what it waits for."), field="blocked_by")
    look_again = action.next_look_on or calendar().add_working_days(today(), LOOK_AFTER)
    action.block(
        need=values["need"] or action.blocked_need or reason,
        next_look_on=values.get("next_look_on", max(look_again, today())),
        by=actor(), at=clock.now(), on=today(), **blocker,
    )  # fmt: skip


_BLOCKERS = ("blocker_person_id", "blocker_department_id", "blocker_action_id")


def _blocker(word: str) -> dict[str, int]:
    if word == OUTSIDE:
        return {}
    if word.startswith("#"):
        return {"blocker_action_id": _action_named(word[1:])}
    if "@" in word:
        return {"blocker_person_id": person_known(word, "blocked_by")}
    return {"blocker_department_id": department_named(word, "blocked_by")}


def _action_named(number: str) -> int:
    is_id = number.isascii() and number.isdigit() and len(number) < 10
    named = visible_action(actor(), int(number)) if is_id else None
    if named is None:
        raise RuleBroken(N_("There is no action with that number."), field="blocked_by")
    if named.status.is_finished:
        raise RuleBroken(N_("That action is finished already."), field="blocked_by")
    return named.id
