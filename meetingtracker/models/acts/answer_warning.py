"""The owner's answer to an early warning: it helps, or it clears."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.ask_verdict import home_department, home_series
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.warning_marks import WarningAnswer

MINUTES = 5


def answer_warning(
    action: Action, answer: WarningAnswer, *, by: Actor, at: datetime, on: date
) -> AgendaItem | None:
    """ "On course" is an update like any other and clears the mark. "Needs help" brings the promise
    before the next meeting, once, and answers that item. A wrong date is moved by its own form."""
    warning = EarlyWarning.standing_on("action", action.id)
    if warning is None or warning.due_on != action.due_on or not action.status.is_running:
        raise RuleBroken(N_("This warning stands no more."))
    warning.be_answered(answer, by=by, at=at)
    if answer is WarningAnswer.on_course:
        action.answer_on_track(by=by, at=at)
    if answer is WarningAnswer.need_help:
        return _ask_for_help(action, by=by, at=at, on=on)
    return None


def _ask_for_help(action: Action, *, by: Actor, at: datetime, on: date) -> AgendaItem | None:
    """None if it is asked already, or if there is no meeting to ask in."""
    waiting = sa.select(AgendaItem.id).where(
        AgendaItem.action_id == action.id, AgendaItem.ask == Ask.HELP,
        AgendaItem.withdrawn_at.is_(None), AgendaItem.carried.is_(None),
    )  # fmt: skip
    series = home_series(action)
    if series is None or db.session().scalar(waiting.limit(1)) is not None:
        return None
    department_id = home_department(action, series)
    if department_id is None:
        return None
    return propose_item(
        series=series, title=action.title, ask=Ask.HELP, minutes=MINUTES,
        department_id=department_id, presenter_id=action.owner_id, action_id=action.id,
        by=by, at=at, on=on,
    )  # fmt: skip
