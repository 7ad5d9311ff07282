"""Propose an agenda item: on the next agenda, or in the pool until there is one."""

from datetime import date, datetime

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.place_item import place_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.meeting import open_meeting
from meetingtracker.models.series import Series, locked_series
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor


def propose_item(
    *,
    series: Series,
    title: str,
    ask: Ask,
    minutes: int,
    department_id: int,
    by: Actor,
    at: datetime,
    on: date,
    presenter_id: int | None = None,
    description: str = "",
    description_html: str = "",
    issue_id: int | None = None,
    action_id: int | None = None,
    decision_id: int | None = None,
) -> AgendaItem:
    """Add the item; `minutes` is the time it asks for, `on` the organisation's day.

    It goes to the end of the series' next agenda that is neither past nor frozen, else it waits in
    the pool. Placing counts nothing yet: the counters grow when minutes are issued.
    """
    series = locked_series(series.id)  # else a meeting planned meanwhile would miss it
    if series.ended_at is not None:
        raise RuleBroken(N_("This series has ended."), field="series")
    if not title.strip():
        raise RuleBroken(N_("Give it a title."), field="title")
    if action_id is not None and issue_id is None:  # it is for the eyes of who sees the issue
        issue_id = db.session().get_one(Action, action_id).issue_id
    item = AgendaItem.create(
        "agenda_item.proposed", by=by, at=at, series_id=series.id, title=title.strip(), ask=ask,
        minutes=minutes, department_id=department_id, presenter_id=presenter_id,
        description=description, description_html=description_html, issue_id=issue_id,
        action_id=action_id, decision_id=decision_id, created_by_id=by.id, created_at=at,
        in_pool=True,
    )  # fmt: skip
    if meeting := open_meeting(series.id, since=on):
        place_item(item, meeting, by=by, at=at)
    return item
