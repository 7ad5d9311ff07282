"""What leaders and executives are asked because a promise got no answer: its standing alerts."""

from datetime import date

import sqlalchemy as sa

from meetingtracker.models.action import Action
from meetingtracker.models.alert import Alert
from meetingtracker.models.reads.flags import running
from meetingtracker.rules.ladder import AlertRule, block_epoch, epoch
from meetingtracker.rules.states import Status


def still_stands(alert: Alert, action: Action) -> bool:
    """Whether an action is still in the stretch that the alert was raised for."""
    match alert.rule:
        case AlertRule.due:
            if not action.status.is_running or action.due_on is None:
                return False
            return alert.epoch == epoch(action.due_on, action.reopened)
        case AlertRule.blocked:
            if action.blocked_on is None or action.next_look_on is None:
                return False
            return alert.epoch == block_epoch(action.blocked_on, action.next_look_on)
        case AlertRule.proposal:
            return action.status is Status.proposed
    return False


def stands() -> sa.ColumnElement[bool]:
    """`still_stands` in SQL, in a select of alerts joined with their actions."""
    due = _text(Action.due_on) + "." + sa.cast(Action.reopened, sa.String)
    block = _text(Action.blocked_on) + ">" + _text(Action.next_look_on)
    return sa.or_(
        sa.and_(Alert.rule == AlertRule.due, running(), Alert.epoch == due),
        sa.and_(Alert.rule == AlertRule.blocked, Alert.epoch == block),
        sa.and_(Alert.rule == AlertRule.proposal, Action.status == Status.proposed),
    )


def _text(day: sa.SQLColumnExpression[date | None]) -> sa.ColumnElement[str]:
    """A day as text: ISO on both databases."""
    return sa.cast(day, sa.String(10))
