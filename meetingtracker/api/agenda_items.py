"""/api/v1/agenda-items."""

from enum import StrEnum
from typing import Any, Literal

from flask import Response
from flask_babel import gettext as _
from msgspec import UNSET, UnsetType

from meetingtracker import clock
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import (
    Change,
    Create,
    DepartmentName,
    Email,
    Id,
    Line,
    ListQuery,
    Minutes,
    Name,
    Reason,
    Text,
    given,
)
from meetingtracker.api.issues import rendered
from meetingtracker.api.lists import Listed, any_department, anybody, filters_of, listed, window_of
from meetingtracker.api.refused import Refused
from meetingtracker.api.writes import changed, created
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.withdraw_item import withdraw_item
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.reads.agenda import default_series, visible_item, visible_items
from meetingtracker.models.reads.api.agenda import ItemObject, ItemStatus, item_object, item_slice
from meetingtracker.models.reads.api.names import department_named, person_known, series_named
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import may_change_item
from meetingtracker.web.access import actor, found, require
from meetingtracker.web.filters import today

Asked = StrEnum("Asked", {ask.name: ask.value for ask in Ask if ask is not Ask.VERDICT})  # type: ignore[misc]


class ItemQuery(ListQuery):
    """A presenter may be "none"."""

    series: str | UnsetType = UNSET
    ask: Ask | UnsetType = UNSET
    department: str | UnsetType = UNSET
    presenter: str | UnsetType = UNSET
    created_by: str | UnsetType = UNSET
    issue: Id | UnsetType = UNSET
    status: ItemStatus | UnsetType = UNSET


class NewItem(Create):
    """For the first series you may see, for your department and presented by you unless given."""

    title: Line
    description: Text = ""
    ask: Asked = Asked("discuss")
    minutes: Minutes = 10
    series: Name | UnsetType = UNSET
    department: DepartmentName | UnsetType = UNSET
    presenter: Email | None | UnsetType = UNSET
    issue: Id | None = None


class ItemPatch(Change):
    """`status` "withdrawn" takes it back, with a `reason`."""

    title: Line | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    ask: Asked | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    department: DepartmentName | UnsetType = UNSET
    presenter: Email | None | UnsetType = UNSET
    status: Literal["withdrawn"] | UnsetType = UNSET
    reason: Reason = ""


@operation("GET", "/agenda-items", query=ItemQuery, answer=Listed[ItemObject])
def list_agenda_items(query: ItemQuery) -> Listed[ItemObject]:
    """Agenda items that you may see."""
    filters = filters_of(
        query, department=any_department, presenter=anybody, created_by=anybody
    )  # fmt: skip
    return listed(item_slice(actor(), filters, window_of(query)))


@operation("GET", "/agenda-items/<int:item_id>", answer=ItemObject)
def get_agenda_item(item_id: int) -> ItemObject:
    """One agenda item."""
    return found(item_object(AgendaItem.id == item_id, visible_items(actor())))


@operation("POST", "/agenda-items", body=NewItem, answer=ItemObject)
def propose_agenda_item(body: NewItem) -> Response:
    """Propose an agenda item: on the next agenda, or waiting for it."""
    require(True)  # anybody may propose an item for a series they may see
    department_id = _department(body)
    presenter_id = actor().id if body.presenter is UNSET else _person(body.presenter)
    html = rendered(body.description)

    def act() -> object:
        if body.issue is not None and visible_issue(actor(), body.issue) is None:
            raise RuleBroken(N_("There is no such issue."), field="issue")
        item = propose_item(
            series=_series(body.series), title=body.title, ask=Ask(body.ask.value),
            minutes=body.minutes, department_id=department_id, presenter_id=presenter_id,
            description=body.description, description_html=html, issue_id=body.issue,
            by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
        return item_object(AgendaItem.id == item.id)

    return created(act)


@operation("PATCH", "/agenda-items/<int:item_id>", body=ItemPatch, answer=ItemObject)
def patch_agenda_item(item_id: int, body: ItemPatch) -> Response:
    """Change the words of an agenda item, or withdraw it."""
    words = _words(body)

    def act(item: AgendaItem) -> None:
        if any(getattr(item, name) != value for name, value in words.items()):
            item.edit(by=actor(), at=clock.now(), **words)
        if body.status is not UNSET:
            withdraw_item(item, reason=body.reason.strip(), by=actor(), at=clock.now())

    return changed(
        body,
        load=lambda: visible_item(actor(), item_id),
        allowed=lambda item: may_change_item(actor(), item),
        act=act,
        show=lambda: found(item_object(AgendaItem.id == item_id)),
    )


def _words(body: ItemPatch) -> dict[str, Any]:
    words = given(body, "title", "description", "ask", "minutes")
    if body.title is not UNSET:
        words["title"] = body.title.strip()
    if body.ask is not UNSET:
        words["ask"] = Ask(body.ask.value)
    if body.description is not UNSET:
        words["description_html"] = rendered(body.description)
    if body.department is not UNSET:
        words["department_id"] = department_named(body.department, "department")
    if body.presenter is not UNSET:
        words["presenter_id"] = _person(body.presenter)
    return words


def _department(body: NewItem) -> int:
    if body.department is not UNSET:
        return department_named(body.department, "department")
    own = actor().department_id
    if own is None:
        raise RuleBroken(N_("Say for which department it is."), field="department")
    return own


def _person(email: str | None) -> int | None:
    return None if email is None else person_known(email, "presenter")


def _series(name: str | UnsetType) -> Series:
    series = default_series(actor()) if name is UNSET else series_named(name, actor())
    if series is None:
        raise Refused(
            409, _("There is no meeting series yet: an administrator makes the first.")
        )  # fmt: skip
    return series
