"""Somebody leaves: whatever waits for them gets another owner in the same write."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.name_reader import let_read
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, open_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.series import Series
from meetingtracker.models.sign_in import OneTimeLink, end_all
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER, UNFINISHED, Status

REASON = "The owner left."


def deactivate_person(person: Person, *, heir: Person, by: Actor, at: datetime) -> int:
    """End the account; `heir` takes over every open promise and role. Answers how many promises.

    Raises RuleBroken for the last administrator, for a department's only leader, and for an heir
    who is not here.
    """
    if not person.is_active:
        return 0
    if heir.id == person.id or not heir.is_active:
        raise RuleBroken(N_("Choose somebody who is still here."), field="hand_over_to")
    if person.is_last_admin():
        raise RuleBroken(N_("This is the last administrator. Give somebody else the switch first."))
    _leave_departments(person, by=by, at=at)
    promises = list(
        db.session().scalars(
            sa.select(Action)
            .where(Action.owner_id == person.id, Action.status.in_(UNFINISHED))
            .order_by(Action.id)
        )
    )
    for action in promises:
        if action.issue_id is not None:
            let_read(action.issue_id, heir.id, by=by, at=at)
        action.hand_over(
            owner_id=heir.id, department_id=heir.department_id or action.department_id,
            reason=REASON, binds=action.status is not Status.proposed, by=by, at=at,
        )  # fmt: skip
    _hand_over_roles(person, heir, by=by, at=at)
    end_all(person.id, at=at)
    OneTimeLink.end_all(person.id, at=at)
    person.deactivate(by=by, at=at)
    return len(promises)


def _leave_departments(person: Person, *, by: Actor, at: datetime) -> None:
    """The deputy moves up; a department is never left without anybody."""
    led = sa.select(Department).where(
        sa.or_(Department.leader_id == person.id, Department.deputy_id == person.id)
    )
    for department in db.session().scalars(led):
        leader, deputy = department.leader_id, department.deputy_id
        if leader == person.id:
            leader, deputy = deputy, None
        elif deputy == person.id:
            deputy = None
        department.appoint(leader_id=leader, deputy_id=deputy, by=by, at=at)


def _hand_over_roles(person: Person, heir: Person, *, by: Actor, at: datetime) -> None:
    session = db.session()
    for issue in session.scalars(
        sa.select(Issue).where(Issue.point_person_id == person.id, open_issues())
    ):
        let_read(issue.id, heir.id, by=by, at=at)
        issue.name_point_person(heir.id, by=by, at=at)
    for issue in session.scalars(
        sa.select(Issue).where(Issue.nominee_id == person.id, open_issues())
    ):
        issue.decline_nominee(reason=REASON, by=by, at=at)
    for action in session.scalars(
        sa.select(Action).where(
            Action.blocker_person_id == person.id, Action.status == Status.blocked
        )
    ):
        action.record("action.blocked", by=by, at=at, reason=REASON, blocker_person_id=heir.id)
    for item in session.scalars(sa.select(AgendaItem).where(AgendaItem.presenter_id == person.id)):
        if not item.is_over:
            item.edit(by=by, at=at, presenter_id=heir.id)
    for series in session.scalars(sa.select(Series).where(Series.owner_id == person.id)):
        series.change(by=by, at=at, owner_id=heir.id)
    for meeting in session.scalars(
        sa.select(Meeting).where(Meeting.facilitator_id == person.id, Meeting.state.in_(NOT_OVER))
    ):
        meeting.facilitate(heir.id, by=by, at=at)
