"""What somebody would leave behind: each open promise, and the roles they hold."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, open_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.series import Series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import NOT_OVER, UNFINISHED


@dataclass(frozen=True, slots=True)
class Promise:
    """`title` is None for one that the actor may not read; somebody must take it all the same."""

    id: int
    title: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """The promises, the most urgent first, and how many of each role."""

    promises: list[Promise]
    roles: dict[str, int]


def leaving(actor: Actor, person_id: int) -> Leaving:
    may_read = visible_actions(actor)
    rows = db.session().execute(
        sa.select(Action.id, sa.case((may_read, Action.title), else_=None), Action.due_on)
        .where(Action.owner_id == person_id, Action.status.in_(UNFINISHED))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    )
    return Leaving([Promise(*row) for row in rows], _roles(person_id))


def _roles(person_id: int) -> dict[str, int]:
    counts = {
        "departments": sa.select(sa.func.count(Department.id)).where(
            sa.or_(Department.leader_id == person_id, Department.deputy_id == person_id)
        ),
        "issues": sa.select(sa.func.count(Issue.id)).where(
            Issue.point_person_id == person_id, open_issues()
        ),
        "items": sa.select(sa.func.count(AgendaItem.id)).where(
            AgendaItem.presenter_id == person_id, AgendaItem.in_pool
        ),
        "series": sa.select(sa.func.count(Series.id)).where(Series.owner_id == person_id),
        "meetings": sa.select(sa.func.count(Meeting.id)).where(
            Meeting.facilitator_id == person_id, Meeting.state.in_(NOT_OVER)
        ),
    }
    return {name: db.session().scalar(query) or 0 for name, query in counts.items()}
