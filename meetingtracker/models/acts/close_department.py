"""A department is no more: first everything that belongs to it finds another place."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue, open_issues
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED


def close_department(department: Department, *, by: Actor, at: datetime) -> bool:
    """False if it is closed. RuleBroken while people, open issues or open actions belong to it."""
    if department.closed_at is not None:
        return False
    home = department.id
    left = {
        "people": sa.select(sa.func.count(Person.id)).where(
            Person.department_id == home, Person.deactivated_at.is_(None)
        ),
        "issues": sa.select(sa.func.count(Issue.id)).where(
            sa.or_(Issue.raising_department_id == home, Issue.owning_department_id == home),
            open_issues(),
        ),
        "actions": sa.select(sa.func.count(Action.id)).where(
            Action.department_id == home, Action.status.in_(UNFINISHED)
        ),
    }
    counts = {name: db.session().scalar(query) or 0 for name, query in left.items()}
    if any(counts.values()):
        raise RuleBroken(
            N_("%(people)d people, %(issues)d open issues and %(actions)d open actions still "
               "belong to it. Give them another place first."),
            people=counts["people"], issues=counts["issues"], actions=counts["actions"],
        )  # fmt: skip
    return department.record(
        "department.closed", by=by, at=at, closed_at=at, leader_id=None, deputy_id=None
    )
