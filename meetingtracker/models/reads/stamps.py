"""Stamps: the state in which somebody was asked; what stands otherwise now is asked no more."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.alert import Alert
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.flags import running
from meetingtracker.rules.ladder import AlertRule
from meetingtracker.rules.states import Stage, Status


def of_promise(owner_id: int | None, due_on: date | None, reopened: int) -> str:
    """Whose it is and by when."""
    return f"{owner_id}.{due_on}.{reopened}"


def of_proposal(owner_id: int | None) -> str:
    return f"{owner_id}"


def of_completion(done_at: datetime | None) -> str:
    return f"{done_at.isoformat() if done_at else ''}"


def of_block(row: Any) -> str:
    """Since when, and for whom it waits."""
    blockers = (row.blocker_person_id, row.blocker_department_id, row.blocker_action_id)
    return f"{row.blocked_on}.{'.'.join(str(one or '') for one in blockers)}"


def of_wish(request_id: int) -> str:
    return f"{request_id}"


def of_resolution(resolved_on: date | None) -> str:
    return f"{resolved_on}"


def of_nominee(nominee_id: int | None) -> str:
    return f"{nominee_id}"


def stands() -> sa.ColumnElement[bool]:
    """Alerts whose thing still is in the stretch that they were raised in; the SQL twin of
    `epoch`, `block_epoch` and the names of proposals (rules/ladder.py, reads/followup_scan.py)."""
    day = sa.func.substr(Alert.epoch, 1, 10)
    mine = sa.and_(Alert.subject_type == "action", Action.id == Alert.subject_id)
    name = _text(Action.due_on) + "." + sa.cast(Action.reopened, sa.String)
    ends = "." + sa.cast(Action.owner_id, sa.String)
    rest = sa.func.substr(Alert.epoch, 11)
    return sa.or_(
        sa.exists().where(mine, Alert.rule == AlertRule.due, running(), Alert.epoch == name),
        sa.exists().where(
            mine, Alert.rule == AlertRule.blocked, Action.status == Status.blocked,
            day == _text(Action.blocked_on),
        ),
        sa.exists().where(
            mine, Alert.rule == AlertRule.proposal, Action.status == Status.proposed, rest == ends
        ),
        sa.exists().where(
            Alert.subject_type == "issue", Issue.id == Alert.subject_id,
            Issue.stage == Stage.resolved, Alert.epoch == _text(Issue.resolved_on),
        ),
    )  # fmt: skip


def _text(column: Any) -> sa.ColumnElement[str]:
    """A day as ISO text, as `date.isoformat` writes it."""
    if db.engine.dialect.name == "sqlite":
        return sa.cast(column, sa.String)
    return sa.func.to_char(column, "YYYY-MM-DD")
