"""Meetings: the list, one of them, and planning the next."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.acts.carry_over import cancel_meeting
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.meeting import Meeting, locked_meeting
from meetingtracker.models.reads.meetings import (
    last_meeting_on,
    meeting_list,
    series_rows,
    visible_meeting,
    visible_series_row,
)
from meetingtracker.models.series import locked_series
from meetingtracker.pages.meetings import (
    agenda,
    capture,
    closing,
    forms,
    prepare,
    reviews,
    room,
    verdicts,
)
from meetingtracker.pages.meetings import series as series_pages
from meetingtracker.pages.meetings.page import Answer, area, coming_day, manages, show_page
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import change
from meetingtracker.web.filters import today

__all__ = [
    "agenda", "area", "capture", "closing", "prepare", "reviews", "room", "series_pages",
    "verdicts",
]  # fmt: skip


@area.get("/meetings")
@allow(Permission.signed_in)
def index() -> str:
    series_id = request.args.get("series", type=int)
    if series_id is not None:
        found(visible_series_row(actor(), series_id))
    after = _cursor(request.args.get("after"))
    meetings = meeting_list(actor(), series_id=series_id, after=after)
    series = series_rows(actor())
    return render_template(
        "meetings/index.html",
        meetings=meetings,
        series=series,
        chosen=series_id,
        is_first_page=after is None,
        more=url_for("meetings.index", series=series_id, after=meetings.next_cursor),
        manages={r.series.id for r in series if may.may_manage_series(actor(), r.series)},
        may_found=may.may_administer(actor()),
    )


def _cursor(text: str | None) -> tuple[date, int] | None:
    if not text:
        return None
    day, _dot, row = text.partition(".")
    try:
        return date.fromisoformat(day), int(row)
    except ValueError:
        abort(400)


@area.route("/meetings/series/<int:series_id>/next", methods=["GET", "POST"])
@allow(Permission.manage_series)
def plan(series_id: int) -> Answer:
    chosen = found(visible_series_row(actor(), series_id))
    require(may.may_manage_series(actor(), chosen))
    form = forms.PlanForm(
        held_on=coming_day(chosen, last_meeting_on(series_id), today()),
        start_time=chosen.start_time,
        minutes=chosen.minutes,
    )
    if request.method == "GET":
        return render_template("meetings/plan.html", form=form, series=chosen)
    if not form.validate():
        return render_template("meetings/plan.html", form=form, series=chosen), 422
    try:
        with writing():
            series_row = found(visible_series_row(actor(), series_id))
            require(may.may_manage_series(actor(), series_row))
            meeting_id = plan_meeting(
                series_row, held_on=form.held_on.data, start_time=form.start_time.data,
                minutes=form.minutes.data, by=actor(), at=clock.now(),
            ).id  # fmt: skip
    except RuleBroken as broken:
        form.add_rule_error(broken)
        chosen = found(visible_series_row(actor(), series_id))
        return render_template("meetings/plan.html", form=form, series=chosen), 422
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@area.get("/meetings/<int:meeting_id>")
@allow(Permission.signed_in)
def show(meeting_id: int) -> str:
    return show_page(meeting_id)


@area.post("/meetings/<int:meeting_id>/cancellation")
@allow(Permission.signed_in)
def cancel(meeting_id: int) -> Answer:
    form = forms.CancelForm()

    def act(meeting: Meeting) -> None:
        locked_series(meeting.series_id)  # first, as whoever plans or proposes does
        locked = found(locked_meeting(meeting.id))
        reason = form.reason.data or ""
        cancel_meeting(locked, reason=reason, by=actor(), at=clock.now())
        flash(_("It did not happen. What stood on its agenda goes on to the next meeting."))

    return change(
        form,
        load=lambda: visible_meeting(actor(), meeting_id),
        allowed=manages,
        act=act,
        again=lambda refused: show_page(meeting_id, refused),
        done=url_for("meetings.index"),
    )
