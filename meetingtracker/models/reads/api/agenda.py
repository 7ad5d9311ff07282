"""Agenda items as the API gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.models.reads.api.lists import Clause, Slice, Window, holds, rows_of
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask, Outcome
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Labelled


class ItemStatus(Labelled):
    """Where an agenda item is: waiting for a meeting, on an agenda, over, or withdrawn."""

    waiting = "waiting", ""
    placed = "placed", ""
    over = "over", ""
    withdrawn = "withdrawn", ""


@dataclass(frozen=True, slots=True)
class ItemObject:
    """`minutes` is the time it asks for; `placed`, `deferred`, `unreached` count past meetings."""

    id: int
    version: int
    series: str
    title: str
    description: str
    ask: Ask
    minutes: int
    department: str
    presenter: str | None
    issue: int | None
    status: ItemStatus
    placed: int
    deferred: int
    unreached: int
    carried: Outcome | None
    created_at: datetime
    created_by: str | None


_presenter, _creator = aliased(Person), aliased(Person)
_over = sa.and_(
    AgendaItem.carried.is_not(None),
    AgendaItem.carried.not_in([outcome for outcome in Outcome if outcome.carries]),
)
_status = sa.case(
    (AgendaItem.withdrawn_at.is_not(None), ItemStatus.withdrawn.value),
    (_over, ItemStatus.over.value),
    (AgendaItem.in_pool, ItemStatus.waiting.value),
    else_=ItemStatus.placed.value,
)
_series = (
    sa.select(Series.name)
    .where(Series.id == AgendaItem.series_id)
    .correlate(AgendaItem)
    .scalar_subquery()
)
FILTERS: Mapping[str, Any] = {
    "series": _series,
    "ask": AgendaItem.ask,
    "department": AgendaItem.department_id,
    "presenter": AgendaItem.presenter_id,
    "created_by": AgendaItem.created_by_id,
    "issue": AgendaItem.issue_id,
    "status": _status,
}


def item_slice(actor: Actor, filters: Mapping[str, Any], window: Window) -> Slice[ItemObject]:
    """Those that the actor may see. `filters`: of FILTERS, by id."""
    words = holds(window.words, AgendaItem.title, AgendaItem.description)
    where = [visible_items(actor), words]
    where += [FILTERS[name] == value for name, value in filters.items()]
    rows, total, last_id = rows_of(_select(), AgendaItem, where, window)
    return Slice([_object(row) for row in rows], total, last_id)


def item_object(*where: Clause) -> ItemObject | None:
    """The one item of these clauses; who may see it is for the caller to say."""
    row = db.session().execute(_select().where(*where)).first()
    return _object(row) if row else None


def _select() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            AgendaItem.id, AgendaItem.version, Series.name.label("series"), AgendaItem.title,
            AgendaItem.description, AgendaItem.ask, AgendaItem.minutes,
            Department.name.label("department"), _presenter.email.label("presenter"),
            AgendaItem.issue_id.label("issue"), _status.label("status"), AgendaItem.placed,
            AgendaItem.deferred, AgendaItem.unreached, AgendaItem.carried,
            AgendaItem.created_at, _creator.email.label("created_by"),
        )
        .join(Series, Series.id == AgendaItem.series_id)
        .join(Department, Department.id == AgendaItem.department_id)
        .outerjoin(_presenter, _presenter.id == AgendaItem.presenter_id)
        .outerjoin(_creator, _creator.id == AgendaItem.created_by_id)
    )  # fmt: skip


def _object(row: Any) -> ItemObject:
    values = dict(row._mapping)
    return ItemObject(**(values | {"status": ItemStatus[values["status"]]}))
