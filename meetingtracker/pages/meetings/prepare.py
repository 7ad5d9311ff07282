"""Preparing for a meeting: one page with what is asked of somebody, and one tap."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.give_points import give_points
from meetingtracker.models.acts.order_agenda import pull_up
from meetingtracker.models.acts.prepare import say_prepared
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.models.reads.agenda_lines import AgendaLine, agenda_lines
from meetingtracker.models.reads.minutes import held
from meetingtracker.models.reads.points import points_given
from meetingtracker.models.reads.prepare_sheet import sheet_of
from meetingtracker.pages.meetings.page import Answer, Asked, area, load, own_departments, press
from meetingtracker.rules import permissions as may
from meetingtracker.rules.agenda import MOST_POINTS, Ask
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.cards import shown_cards
from meetingtracker.web.filters import calendar, today


@area.get("/meetings/<int:meeting_id>/prepare")
@allow(Permission.signed_in)
def prepare(meeting_id: int) -> Answer:
    meeting = load(meeting_id)
    if not meeting.state.is_ahead:
        return redirect(url_for("meetings.show", meeting_id=meeting_id))
    return prepare_page(meeting_id)


def prepare_page(meeting_id: int) -> str:
    meeting = load(meeting_id)
    sheet = sheet_of(actor(), meeting, today(), calendar())
    return render_template(
        "meetings/prepare.html",
        meeting=meeting,
        sheet=sheet,
        week=sheet.week,
        shown={card.card.id: card for card in shown_cards(sheet.week.cards, today())},
        departments=own_departments(meeting),
        choices=_choices(meeting),
        given=points_given(meeting_id, actor().id),
        most=MOST_POINTS,
        today=today(),
        me=actor().id,
        back=url_for("meetings.prepare", meeting_id=meeting_id),
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the visitor may say about the items of the agenda, verdicts and hidden ones left out."""

    lines: list[AgendaLine]
    points: bool
    pulls: bool


def _choices(meeting: Meeting) -> Choices:
    series = meeting.series
    points = series.gives_points and meeting.state.takes_items and weighs(meeting)
    pulls = series.allows_pulls and may.may_pull_item(actor())
    if not (points or pulls):
        return Choices([], points=False, pulls=False)
    lines = agenda_lines(held(meeting), actor())
    shown = [one for one in lines if not one.hidden and one.ask is not Ask.VERDICT]
    return Choices(shown, points=points, pulls=pulls)


def _placed(meeting: Meeting) -> Placement:
    """The item that the form names, if it stands on the agenda and the visitor may read it."""
    item_id = request.form.get("item", type=int)
    return found(
        db.session.scalar(
            sa.select(Placement)
            .join(AgendaItem, AgendaItem.id == Placement.item_id)
            .where(
                Placement.meeting_id == meeting.id, Placement.item_id == item_id,
                visible_items(actor()),
            )
        )
    )  # fmt: skip


def weighs(meeting: Meeting) -> bool:
    return may.may_give_points(actor(), meeting)


def _press(meeting_id: int, allowed: Asked, act: Callable[[Meeting], object]) -> Answer:
    return press(
        meeting_id, allowed, act, done=url_for("meetings.prepare", meeting_id=meeting_id),
        again=lambda: prepare_page(meeting_id),
    )  # fmt: skip


@area.post("/meetings/<int:meeting_id>/points")
@allow(Permission.signed_in)
def give(meeting_id: int) -> Answer:
    """So many of one's points stand on the item from now on."""

    def act(meeting: Meeting) -> None:
        points = request.form.get("points", type=int)
        if points is None:
            abort(400)
        give_points(meeting, _placed(meeting).item_id, points, by=actor())

    return _press(meeting_id, weighs, act)


@area.post("/meetings/<int:meeting_id>/pull")
@allow(Permission.signed_in)
def pull(meeting_id: int) -> Answer:
    """An executive puts the item on top; without an item they let go of theirs."""

    def act(meeting: Meeting) -> None:
        placement = _placed(meeting) if request.form.get("item") else None
        pull_up(meeting, placement, by=actor(), at=clock.now())

    return _press(meeting_id, lambda meeting: may.may_pull_item(actor()), act)


@area.post("/meetings/<int:meeting_id>/preparation")
@allow(Permission.signed_in)
def say_fine(meeting_id: int) -> Answer:
    """ "All fine": every department of one's own is prepared."""

    def act(meeting: Meeting) -> None:
        if say_prepared(meeting, own_departments(meeting), by=actor(), at=clock.now()):
            flash(_("Thank you: you are prepared."))

    return press(
        meeting_id, lambda meeting: bool(own_departments(meeting)), act,
        done=url_for("meetings.show", meeting_id=meeting_id),
        again=lambda: prepare_page(meeting_id),
    )  # fmt: skip
