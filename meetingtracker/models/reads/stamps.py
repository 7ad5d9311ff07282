"""Stamps: the state in which somebody was asked; what stands otherwise now is asked no more."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.models.action import Action
from meetingtracker.models.alert import Alert
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.flags import running
from meetingtracker.rules.ladder import AlertRule, epoch
from meetingtracker.rules.states import Stage, Status

_DAY = 10  # characters of a date


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


# --- alerts: whether the stretch still runs in which one was raised -----------------------------


def still_stands(alert: Alert, thing: Action | Issue) -> bool:
    """Whether a thing is still in the stretch that an alert about it was raised for: the same date,
    the same block, the same person who has not accepted it, resolved and not yet confirmed."""
    match alert.rule, thing:
        case AlertRule.due, Action(due_on=date() as due_on):
            return thing.status.is_running and alert.epoch == epoch(due_on, thing.reopened)
        case AlertRule.blocked, Action(status=Status.blocked):
            return alert.epoch[:_DAY] == str(thing.blocked_on)
        case AlertRule.proposal, Action(status=Status.proposed):
            return alert.epoch[_DAY:] == f".{thing.owner_id}"
        case AlertRule.confirmation, Issue(stage=Stage.resolved):
            return alert.epoch == str(thing.resolved_on)
    return False


def stands() -> sa.ColumnElement[bool]:
    """`still_stands` in SQL, in a select of alerts."""
    action = sa.exists().where(Action.id == Alert.subject_id, stands_for_action())
    issue = sa.exists().where(
        Issue.id == Alert.subject_id, Issue.stage == Stage.resolved,
        Alert.rule == AlertRule.confirmation, Alert.epoch == _text(Issue.resolved_on),
    )  # fmt: skip
    return sa.or_(
        sa.and_(Alert.subject_type == "action", action.correlate(Alert)),
        sa.and_(Alert.subject_type == "issue", issue.correlate(Alert)),
    )


def stands_for_action() -> sa.ColumnElement[bool]:
    """The same where alerts are joined with their actions already."""
    begins, ends = sa.func.substr(Alert.epoch, 1, _DAY), sa.func.substr(Alert.epoch, _DAY + 1)
    return sa.or_(
        sa.and_(Alert.rule == AlertRule.due, running(), Alert.epoch == epoch_of_action()),
        sa.and_(Alert.rule == AlertRule.blocked, Action.status == Status.blocked,
                begins == _text(Action.blocked_on)),
        sa.and_(Alert.rule == AlertRule.proposal, Action.status == Status.proposed,
                ends == "." + sa.cast(Action.owner_id, sa.String)),
    )  # fmt: skip


def epoch_of_action() -> sa.ColumnElement[str]:
    """The SQL twin of `epoch`."""
    return _text(Action.due_on) + "." + sa.cast(Action.reopened, sa.String)


def _text(day: Any) -> sa.ColumnElement[str]:
    """A day as `date.isoformat` writes it: so both databases do."""
    return sa.cast(day, sa.String(_DAY))
