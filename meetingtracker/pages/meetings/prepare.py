"""Preparing for a meeting: one page with what is asked of somebody, and one tap."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.models.acts.prepare import say_prepared
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.prepare_sheet import sheet_of
from meetingtracker.pages.meetings.page import Answer, area, load, own_departments, press
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
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
        today=today(),
        me=actor().id,
        back=url_for("meetings.prepare", meeting_id=meeting_id),
    )


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
