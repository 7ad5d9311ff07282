"""/api/v1/meetings."""

from datetime import date
from typing import Annotated, Literal

from flask import Response
from msgspec import UNSET, Meta, UnsetType

from meetingtracker import clock
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Change, Create, ListQuery, Name, Reason
from meetingtracker.api.lists import Listed, anybody, filters_of, listed, window_of
from meetingtracker.api.writes import changed, created
from meetingtracker.models.acts.carry_over import cancel_meeting
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.meeting import Meeting, locked_meeting
from meetingtracker.models.reads.api.meetings import (
    MeetingLine,
    MeetingObject,
    meeting_object,
    meeting_slice,
)
from meetingtracker.models.reads.api.names import series_named
from meetingtracker.models.reads.meetings import visible_meeting
from meetingtracker.models.series import locked_series
from meetingtracker.rules.permissions import may_manage_series
from meetingtracker.rules.states import MeetingState
from meetingtracker.web.access import actor, found, require


class MeetingQuery(ListQuery):
    """A facilitator or scribe may be "none"."""

    series: str | UnsetType = UNSET
    held_on: date | UnsetType = UNSET
    state: MeetingState | UnsetType = UNSET
    facilitator: str | UnsetType = UNSET
    scribe: str | UnsetType = UNSET


class NewMeeting(Create):
    """At the series' own time; `length` in minutes is the series' own unless given."""

    series: Name
    held_on: date
    length: Annotated[int, Meta(ge=5, le=600)] | UnsetType = UNSET


class MeetingPatch(Change):
    """`state` "cancelled", with a `reason`: what stood on its agenda goes on to the next one."""

    state: Literal["cancelled"] | UnsetType = UNSET
    reason: Reason = ""


@operation("GET", "/meetings", query=MeetingQuery, answer=Listed[MeetingLine])
def list_meetings(query: MeetingQuery) -> Listed[MeetingLine]:
    """Meetings of series that you may see."""
    filters = filters_of(query, facilitator=anybody, scribe=anybody)
    return listed(meeting_slice(actor(), filters, window_of(query)))


@operation("GET", "/meetings/<int:meeting_id>", answer=MeetingObject)
def get_meeting(meeting_id: int) -> MeetingObject:
    """One meeting, with its agenda and its issued minutes."""
    return found(meeting_object(actor(), meeting_id))


@operation("POST", "/meetings", body=NewMeeting, answer=MeetingObject)
def plan(body: NewMeeting) -> Response:
    """Plan a meeting of a series; what waits for it comes onto its agenda."""
    require(may_manage_series(actor(), series_named(body.series, actor())))
    length = None if body.length is UNSET else body.length

    def act() -> object:
        series = series_named(body.series, actor())
        require(may_manage_series(actor(), series))
        meeting = plan_meeting(
            series, held_on=body.held_on, minutes=length, by=actor(), at=clock.now()
        )
        return meeting_object(actor(), meeting.id)

    return created(act)


@operation("PATCH", "/meetings/<int:meeting_id>", body=MeetingPatch, answer=MeetingObject)
def patch_meeting(meeting_id: int, body: MeetingPatch) -> Response:
    """Cancel a meeting."""

    def act(meeting: Meeting) -> None:
        if body.state is UNSET:
            return
        locked_series(meeting.series_id)  # first, as whoever plans or proposes does
        locked = found(locked_meeting(meeting.id))
        cancel_meeting(locked, reason=body.reason, by=actor(), at=clock.now())

    return changed(
        body,
        load=lambda: visible_meeting(actor(), meeting_id),
        allowed=lambda meeting: may_manage_series(actor(), meeting.series),
        act=act,
        show=lambda: found(meeting_object(actor(), meeting_id)),
    )
