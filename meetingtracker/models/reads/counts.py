"""The figures in the navigation, in one query; each opens exactly its rows."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue, open_issues, visible_issues
from meetingtracker.models.reads.actions import due_for, visible_actions
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED


@dataclass(frozen=True, slots=True)
class FrameCounts:
    needs_me: int
    open_issues: int
    open_actions: int


def frame_counts(actor: Actor, *, today: date) -> FrameCounts:
    issues = sa.select(sa.func.count()).select_from(Issue).where(
        open_issues(), visible_issues(actor)
    )  # fmt: skip
    actions = sa.select(sa.func.count()).select_from(Action).where(
        Action.status.in_(UNFINISHED), visible_actions(actor)
    )  # fmt: skip
    due = sa.select(sa.func.count()).select_from(Action).where(
        due_for(actor, until=today)
    )  # fmt: skip
    row = db.session().execute(
        sa.select(
            due.scalar_subquery(), issues.scalar_subquery(), actions.scalar_subquery()
        )
    ).one()
    return FrameCounts(*row)
