"""One PATCH of an action: each part asks its own predicate, by how the action stood before it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.api.action_status import Rights, rights_of, set_status
from meetingtracker.api.refused import Refused
from meetingtracker.models.action import Action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.acts.move_due import move_due
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Status
from meetingtracker.web.access import actor, require

WORDS = ("title", "description", "description_html", "priority")


def change_action(action: Action, values: Mapping[str, Any], *, reason: str) -> None:
    """Set what differs: owner, date, status, then the words. An end comes last, because what is
    finished can't be changed any more."""
    rights = rights_of(action)
    before = action.status
    owner_id = values.get("owner_id", action.owner_id)
    if owner_id != action.owner_id:
        require(rights.change_owner)
        hand_over(action, owner_id, reason=reason, by=actor(), at=clock.now())
    _move(action, values, rights, before, reason)
    if before.is_finished or not values.get("status", before).is_finished:
        set_status(action, values, rights, before, reason)
        _set_words(action, values, rights)
    else:
        _set_words(action, values, rights)
        set_status(action, values, rights, before, reason)


def _move(
    action: Action, values: Mapping[str, Any], rights: Rights, before: Status, reason: str
) -> None:
    to = values.get("due_on", action.due_on)
    if to == action.due_on:
        return
    if before is Status.proposed and action.due_on is not None:
        raise RuleBroken(
            N_("It is only proposed: accept it first, then move the date."), field="due_on"
        )
    if not rights.move:
        require(rights.ask_to_move)
        raise Refused(403, _("You may only ask for another date: do it on the action's page."))
    move_due(action, to=to, reason=reason, by=actor(), at=clock.now())


def _set_words(action: Action, values: Mapping[str, Any], rights: Rights) -> None:
    words = {n: values[n] for n in WORDS if n in values}
    if "title" in words:
        words["title"] = words["title"].strip()
    if any(getattr(action, name) != value for name, value in words.items()):
        require(rights.edit)
        action.edit(by=actor(), at=clock.now(), **words)
