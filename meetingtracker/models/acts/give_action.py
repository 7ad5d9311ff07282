"""Give somebody a promise: it binds at once, or waits until they accept."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.name_reader import share
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, starts_open
from meetingtracker.rules.states import Priority, Repeat, Status


def give_action(
    *,
    title: str,
    owner_id: int | None,
    due_on: date | None,
    by: Actor,
    at: datetime,
    on: date,
    department_id: int | None = None,
    issue_id: int | None = None,
    series_id: int | None = None,
    meeting_id: int | None = None,
    placement_id: int | None = None,
    requested_by_id: int | None = None,
    present_in_meeting: bool = False,
    priority: Priority = Priority.normal,
    repeat: Repeat | None = None,
    description: str = "",
    description_html: str = "",
    replaces_id: int | None = None,
    external_id: str | None = None,
) -> Action:
    """Make the promise, first date and all. `on` is the organisation's day.

    The requester is the creator unless one is named. Raises RuleBroken for an owner who has left.
    """
    owner = db.session().get(Person, owner_id) if owner_id is not None else None
    if owner_id is not None and (owner is None or not owner.is_active):
        raise RuleBroken(N_("Choose somebody who is still here."), field="owner")
    owners_department = owner.department_id if owner else None
    binds = starts_open(
        by, owner_id=owner_id, department_id=owners_department,
        present_in_meeting=present_in_meeting,
    )  # fmt: skip
    if issue_id is not None and owner_id is not None:
        said_there = present_in_meeting or meeting_id is not None
        share(issue_id, owner_id, by=by, at=at, in_meeting=said_there)
    return Action.create(
        "action.given",
        by=by,
        at=at,
        meeting_id=meeting_id,
        title=title.strip(),
        description=description,
        description_html=description_html,
        issue_id=issue_id,
        department_id=department_id or owners_department or _home_of(issue_id),
        owner_id=owner_id,
        requested_by_id=requested_by_id or by.id,
        created_by_id=by.id,
        series_id=series_id,
        placement_id=placement_id,
        replaces_id=replaces_id,
        external_id=external_id,
        status=Status.open if binds else Status.proposed,
        priority=priority,
        repeat=repeat,
        promised_on=on,
        due_on=due_on,
        original_due_on=due_on,
        created_at=at,
        updated_at=at,
    )


def _home_of(issue_id: int | None) -> int | None:
    if issue_id is None:
        return None
    return db.session().scalar(
        sa.select(sa.func.coalesce(Issue.owning_department_id, Issue.raising_department_id)).where(
            Issue.id == issue_id
        )
    )


def promise_again(
    action: Action, *, due_on: date | None, by: Actor, at: datetime, on: date
) -> Action:
    """The same promise by the same person with a first date of its own; it binds at once."""
    return give_action(
        title=action.title, owner_id=action.owner_id, due_on=due_on, by=by, at=at, on=on,
        department_id=action.department_id, issue_id=action.issue_id, series_id=action.series_id,
        requested_by_id=action.requested_by_id, present_in_meeting=True, priority=action.priority,
        repeat=action.repeat, description=action.description,
        description_html=action.description_html, replaces_id=action.id,
    )  # fmt: skip
