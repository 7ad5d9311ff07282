"""Answer a proposed promise with another date: a new promise replaces it."""

from datetime import date, datetime

from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status


def promise_instead(
    action: Action, *, due_on: date, reason: str, by: Actor, at: datetime, on: date
) -> Action:
    """Drop the proposal and promise the same thing by `due_on`; the new one binds at once."""
    if action.status is not Status.proposed:
        raise RuleBroken(N_("Only a proposed action can be answered with another date."))
    if due_on == action.due_on:
        raise RuleBroken(N_("That is the proposed date: accept it."), field="due_on")
    action.decline(reason=reason, by=by, at=at)
    return give_action(
        title=action.title, owner_id=action.owner_id, due_on=due_on, by=by, at=at, on=on,
        department_id=action.department_id, issue_id=action.issue_id, series_id=action.series_id,
        requested_by_id=action.requested_by_id, present_in_meeting=True, priority=action.priority,
        repeat=action.repeat, description=action.description,
        description_html=action.description_html, replaces_id=action.id,
    )  # fmt: skip
