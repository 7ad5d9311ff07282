"""Writing down what comes out of an item: one line each, or in fields; and taking it back."""

from datetime import date
from typing import Any

from flask import redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meetingtracker import clock, markup
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts import capture as acts
from meetingtracker.models.agenda_item import Note, Placement, RaisedIssue
from meetingtracker.models.decision import Decision
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.meeting_room import names_to_mention
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.pages.meetings import forms
from meetingtracker.pages.meetings.page import Answer, area, changing, load, placement_of, runs
from meetingtracker.pages.meetings.room import ask, in_room, room_url
from meetingtracker.pages.meetings.room_page import Forms, refused_room
from meetingtracker.rules.capture import Captured, Kind, PersonName, parse_line
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.filters import day, today
from meetingtracker.web.forms import say

LABELS = {
    Kind.ACTION: _l("Action"),
    Kind.DECISION: _l("Decision"),
    Kind.ISSUE: _l("Issue"),
    Kind.NOTE: _l("Note"),
}


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/lines")
@allow(Permission.signed_in)
def write_line(meeting_id: int, placement_id: int) -> Answer:
    ask(meeting_id, placement_id)
    form = forms.LineForm()
    people = names_to_mention()
    read = parse_line(form.line.data or "", today=today(), people=people)
    problems = list(read.problems) if form.validate() else []
    if form.line.errors or problems:
        form.line.errors = [*form.line.errors, *problems]
        refused = Forms(line=form, understood=_understood(read, people))
        return refused_room(meeting_id, placement_id, refused, 422)
    try:
        _write(
            meeting_id, placement_id, read.kind, read.text, person_id=read.owner_id,
            due_on=read.due_on,
        )  # fmt: skip
    except RuleBroken as broken:
        form.line.errors = [say(broken)]
        return refused_room(meeting_id, placement_id, Forms(line=form), 422)
    return redirect(room_url(meeting_id, placement_id))


def _understood(read: Captured, people: list[PersonName]) -> list[tuple[str, str]]:
    """What the line was taken for, so that one sees what to put right."""
    names = {person.id: person.name for person in people}
    parts = [(_("Taken for"), str(LABELS[read.kind])), (_("Text"), read.text)]
    if read.owner_id is not None:
        parts.append((_("Owner"), names[read.owner_id]))
    if read.due_on is not None:
        parts.append((_("Due"), day(read.due_on)))
    return parts


@area.post("/meetings/<int:meeting_id>/placements/<int:placement_id>/captures")
@allow(Permission.signed_in)
def write_fields(meeting_id: int, placement_id: int) -> Answer:
    ask(meeting_id, placement_id)
    form = forms.WriteForm()
    form.offer_people()
    if not form.validate():
        return refused_room(meeting_id, placement_id, Forms(write=form), 422)
    kinds = {"action": Kind.ACTION, "decision": Kind.DECISION, "issue": Kind.ISSUE}
    try:
        _write(
            meeting_id, placement_id, kinds.get(form.kind.data, Kind.NOTE), form.text.data or "",
            person_id=form.person.data, due_on=form.day.data, reason=form.reason.data,
        )  # fmt: skip
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return refused_room(meeting_id, placement_id, Forms(write=form), 422)
    return redirect(room_url(meeting_id, placement_id))


def _write(
    meeting_id: int,
    placement_id: int,
    kind: Kind,
    text: str,
    *,
    person_id: int | None,
    due_on: date | None,
    reason: str | None = None,
) -> None:
    html = markup.render(text, people=mention_lookup(text)).html if kind is Kind.NOTE else ""
    by, at, on = actor(), clock.now(), today()
    with changing(meeting_id, runs) as meeting:
        place = placement_of(meeting, placement_id)
        match kind:
            case Kind.NOTE:
                acts.capture_note(meeting, place, text=text, html=html, by=by, at=at)
            case Kind.DECISION:
                acts.capture_decision(
                    meeting, place, text=text, reason=reason, owner_id=person_id,
                    review_on=due_on, by=by, at=at, on=on,
                )  # fmt: skip
            case Kind.ACTION:
                acts.capture_action(
                    meeting, place, title=text, owner_id=person_id, due_on=due_on, by=by, at=at,
                    on=on,
                )  # fmt: skip
            case Kind.ISSUE:
                acts.capture_issue(
                    meeting, place, title=text, point_person_id=person_id, by=by, at=at, on=on
                )


@area.post("/meetings/<int:meeting_id>/captured/<kind>/<int:row_id>/undo")
@allow(Permission.signed_in)
def undo(meeting_id: int, kind: str, row_id: int) -> Answer:
    placement = found(_captured(load(meeting_id), kind, row_id))[1]

    def act(meeting: Meeting) -> None:
        row, _placement = found(_captured(meeting, kind, row_id))
        acts.take_back(meeting, row, by=actor(), at=clock.now())

    return in_room(meeting_id, act, item=placement.id)


def _captured(
    meeting: Meeting, kind: str, row_id: int
) -> tuple[Note | Decision | Action | RaisedIssue, Placement] | None:
    """Something written down in this meeting, with the placement it belongs to."""
    table: Any = {"note": Note, "decision": Decision, "action": Action, "issue": RaisedIssue}.get(
        kind
    )
    row = db.session.get(table, row_id) if table else None
    if row is None or row.placement_id is None:
        return None
    placement = db.session.get(Placement, row.placement_id)
    if placement is None or placement.meeting_id != meeting.id:
        return None
    return row, placement
