"""Founding a series and changing it."""

from datetime import time
from typing import Any

from flask import redirect, render_template, request, url_for

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.reads.meetings import attendees_of, visible_series_row
from meetingtracker.models.series import Series
from meetingtracker.pages.meetings.forms import SeriesForm, seated
from meetingtracker.pages.meetings.page import Answer, area
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission, may_manage_series
from meetingtracker.rules.states import Visibility
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import change
from meetingtracker.web.filters import zone


@area.route("/meetings/series/new", methods=["GET", "POST"])
@allow(Permission.administer)
def new_series() -> Answer:
    form = SeriesForm(
        version=0, weekday=4, start_time=time(10), minutes=60, every_weeks=1, zone=zone(),
        visibility=Visibility.company, owner=actor().id,
    )  # fmt: skip
    form.offer_people()
    if request.method == "GET":
        return _page(form, None)
    if not form.validate():
        return _page(form, None), 422
    try:
        with writing():
            row = Series.found(by=actor(), at=clock.now(), **_values(form))
            row.seat(frozenset(form.attendees.data or ()), by=actor(), at=clock.now())
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return _page(form, None), 422
    return redirect(url_for("meetings.index"))


@area.route("/meetings/series/<int:series_id>/edit", methods=["GET", "POST"])
@allow(Permission.manage_series)
def edit_series(series_id: int) -> Answer:
    row = found(visible_series_row(actor(), series_id))
    require(may_manage_series(actor(), row))
    # Not obj=row: its owner and attendees are rows, of which a list of choices knows nothing.
    form = SeriesForm(
        version=row.version, name=row.name, weekday=row.weekday, start_time=row.start_time,
        zone=row.zone, minutes=row.minutes, every_weeks=row.every_weeks, owner=row.owner_id,
        visibility=row.visibility, place=row.place, approves=row.approves,
        copies_to=row.copies_to, gives_points=row.gives_points, allows_pulls=row.allows_pulls,
        attendees=sorted(row.attendee_ids),
    )  # fmt: skip
    form.offer_people()
    if request.method == "GET":
        return _page(form, row)

    def act(row: Series) -> None:
        row.change(by=actor(), at=clock.now(), **_values(form))
        row.seat(frozenset(form.attendees.data or ()), by=actor(), at=clock.now())

    return change(
        form,
        load=lambda: visible_series_row(actor(), series_id),
        allowed=lambda row: may_manage_series(actor(), row),
        act=act,
        again=lambda refused: _page(form, found(visible_series_row(actor(), series_id))),
        done=url_for("meetings.index"),
    )


def _values(form: SeriesForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "weekday": form.weekday.data,
        "start_time": form.start_time.data,
        "zone": form.zone.data,
        "minutes": form.minutes.data,
        "every_weeks": form.every_weeks.data,
        "owner_id": form.owner.data,
        "visibility": form.visibility.data,
        "place": form.place.data or "",
        "approves": form.approves.data,
        "copies_to": form.copies_to.data or "",
        "gives_points": form.gives_points.data,
        "allows_pulls": form.allows_pulls.data,
    }


def _page(form: SeriesForm, row: Series | None) -> str:
    posted = form.version.raw_data
    now = seated(row) if row else ""
    stale = bool(row and posted and (posted[0] != str(row.version) or form.seated.data != now))
    return render_template(
        "meetings/series.html", form=form, series=row, stale=stale, seated=now,
        attendees=attendees_of(row.id) if row and stale else [],
    )  # fmt: skip
