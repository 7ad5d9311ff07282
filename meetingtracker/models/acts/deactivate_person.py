"""Somebody leaves: whatever waits for them gets another owner in the same write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

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


@dataclass(frozen=True, slots=True)
class HandOver:
    """What becomes of what somebody leaves behind.

    `heir` takes every role (issues, series, meetings) and every promise not named otherwise:
    `owners` by the promise's id; `delegated` stay in the leaver's name and `delegate` answers for
    them; `waiting` may lie until `waits_until`.
    """

    heir: Person
    owners: Mapping[int, Person] = field(default_factory=dict)
    delegate: Person | None = None
    delegated: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()
    waits_until: date | None = None


def deactivate_person(person: Person, to: HandOver, *, by: Actor, at: datetime, on: date) -> int:
    """End the account and hand over what it holds. Answers how many promises.

    `on` is the organisation's day. Raises RuleBroken for the last administrator, for a department's
    only leader, for somebody who is not here, and for a promise that nobody would answer for.
    """
    if not person.is_active:
        return 0
    for field_name, one in (("heir", to.heir), ("delegate", to.delegate)):
        if one is not None and (one.id == person.id or not one.is_active):
            raise RuleBroken(N_("Choose somebody who is still here."), field=field_name)
    if person.is_last_admin():
        raise RuleBroken(N_("This is the last administrator. Give somebody else the switch first."))
    if to.delegated and to.delegate is None:
        raise RuleBroken(N_("Say who answers for what stays in their name."), field="delegate")
    if to.waiting and (to.waits_until is None or to.waits_until < on):
        raise RuleBroken(N_("Say until when it may lie: today or later."), field="waits_until")
    _leave_departments(person, by=by, at=at)
    promises = open_promises(person.id)
    for action in promises:
        _hand_over(action, to, by=by, at=at)
    _hand_over_roles(person, to.heir, by=by, at=at)
    _stand_in(person, to, by=by, at=at)
    end_all(person.id, at=at)
    OneTimeLink.end_all(person.id, at=at)
    person.deactivate(by=by, at=at)
    return len(promises)


def open_promises(person_id: int) -> list[Action]:
    """What the person owns and has not finished, the most urgent first."""
    return list(
        db.session().scalars(
            sa.select(Action)
            .where(Action.owner_id == person_id, Action.status.in_(UNFINISHED))
            .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        )
    )


def _hand_over(action: Action, to: HandOver, *, by: Actor, at: datetime) -> None:
    if action.id in to.waiting:
        action.record("action.waits", by=by, at=at, reason=REASON, waits_until_on=to.waits_until)
        return
    delegated = action.id in to.delegated
    heir = to.delegate if delegated else to.owners.get(action.id, to.heir)
    if heir is None or not heir.is_active:
        raise RuleBroken(N_("Choose somebody who is still here."), field="heir")
    if action.issue_id is not None:
        let_read(action.issue_id, heir.id, by=by, at=at)
    if not delegated:
        action.hand_over(
            owner_id=heir.id, department_id=heir.department_id or action.department_id,
            reason=REASON, binds=action.status is not Status.proposed, by=by, at=at,
        )  # fmt: skip


def _stand_in(person: Person, to: HandOver, *, by: Actor, at: datetime) -> None:
    """Who answers for the leaver, and for those for whom the leaver would have answered."""
    delegate_id = to.delegate.id if to.delegate and to.delegated else None
    person.record("person.delegate_named", by=by, at=at, delegate_id=delegate_id)
    left_alone = sa.select(Person).where(Person.delegate_id == person.id)
    for other in db.session().scalars(left_alone):
        heir_id = to.heir.id if to.heir.id != other.id else None
        other.record("person.delegate_named", by=by, at=at, reason=REASON, delegate_id=heir_id)


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
