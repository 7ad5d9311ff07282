"""The history as the API gives it, and who may read which part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.agenda_item import AgendaItem, Note, Placement, RaisedIssue
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.comment import Attachment, Comment
from meetingtracker.models.decision import Decision
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue, IssueReader, visible_issues
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.preparation import Preparation
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.models.reads.agenda_lines import hidden_issues
from meetingtracker.models.reads.api.lists import Clause, Slice, Window, holds, rows_of
from meetingtracker.models.series import Series, SeriesAttendee, visible_series
from meetingtracker.rules.permissions import Actor


@dataclass(frozen=True, slots=True)
class EventObject:
    """`changes` maps a column to its old and its new value, with ids and ISO dates."""

    id: int
    at: datetime
    actor: str | None
    kind: str
    subject_type: str
    subject_id: int
    subject_version: int
    meeting: int | None
    reason: str | None
    changes: dict[str, list[Any]]


FILTERS: Mapping[str, Any] = {
    "actor": Event.actor_id,
    "kind": Event.kind,
    "subject_type": Event.subject_type,
    "subject_id": Event.subject_id,
    "meeting": Event.meeting_id,
}


def event_slice(actor: Actor, filters: Mapping[str, Any], window: Window) -> Slice[EventObject]:
    """Those that the actor may read. `filters`: of FILTERS, by id."""
    words = holds(window.words, Event.kind, sa.func.coalesce(Event.reason, ""))
    where = [visible_events(actor), words]
    where += [FILTERS[name] == value for name, value in filters.items()]
    rows, total, last_id = rows_of(_select(), Event, where, window)
    named = [value for row in rows for value in row.changes.get("issue_id", ())]
    hidden = hidden_issues(named, actor)
    return Slice([_object(row, hidden) for row in rows], total, last_id)


def event_object(actor: Actor, event_id: int) -> EventObject | None:
    row = db.session().execute(_select().where(Event.id == event_id, visible_events(actor))).first()
    if row is None:
        return None
    return _object(row, hidden_issues(row.changes.get("issue_id", ()), actor))


def visible_events(actor: Actor) -> Clause:
    """Administrators read all, executives what happened to issues, promises and meetings, leaders
    that of their own department, everybody that of their own promises; but nobody what was done to
    a thing that they may not see."""
    hidden = _hidden(actor)
    mine = Action.owner_id == actor.id
    clauses = [_of("action", Action, mine), *_about(mine)]
    if actor.leads:
        led = list(actor.leads)
        ours = sa.or_(Issue.raising_department_id.in_(led), Issue.owning_department_id.in_(led))
        clauses += [
            _of("issue", Issue, ours),
            _of("action", Action, Action.department_id.in_(led)),
            *_about(Action.department_id.in_(led)),
            _of("agenda_item", AgendaItem, AgendaItem.department_id.in_(led)),
        ]
    if actor.is_executive:
        clauses.append(Event.subject_type.in_(list(hidden)))
    if actor.is_admin:
        clauses.append(sa.true())
    return sa.and_(
        sa.or_(*clauses),
        *(
            ~sa.and_(Event.subject_type == subject_type, Event.subject_id.in_(ids))
            for subject_type, ids in hidden.items()
        ),
    )


def _about(actions: Clause) -> list[Clause]:
    """What was said of such actions: alerts and early warnings."""
    ids = sa.select(Action.id).where(actions)
    return [
        _of(kind, noun, noun.subject_type == "action", noun.subject_id.in_(ids))
        for kind, noun in _SAID.items()
    ]


_SAID: dict[str, Any] = {"alert": Alert, "early_warning": EarlyWarning}


def _of(subject_type: str, noun: Any, *where: Clause) -> Clause:
    ids = sa.select(noun.id).where(*where)
    return sa.and_(Event.subject_type == subject_type, Event.subject_id.in_(ids))


def _hidden(actor: Actor) -> dict[str, Any]:
    """What may be confidential, by type: the few ids that the actor may not see."""

    def ids(noun: Any, *where: Any) -> Any:
        return sa.select(noun.id).where(*where)

    def unseen(visible: Clause) -> Clause:
        return ~sa.func.coalesce(visible, sa.false())  # an action without an owner is no one's own

    issues = ids(Issue, Issue.confidential, unseen(visible_issues(actor)))
    actions = ids(Action, unseen(visible_actions(actor)))
    items = ids(AgendaItem, unseen(visible_items(actor)))
    series = ids(Series, unseen(visible_series(actor)))
    meetings = ids(Meeting, Meeting.series_id.in_(series))
    placements = ids(Placement, Placement.item_id.in_(items))
    comments = ids(Comment, sa.or_(Comment.issue_id.in_(issues), Comment.action_id.in_(actions)))
    return {
        "issue": issues,
        "issue_reader": ids(IssueReader, IssueReader.issue_id.in_(issues)),
        "action": actions,
        **{
            kind: ids(
                noun,
                sa.or_(
                    sa.and_(noun.subject_type == "action", noun.subject_id.in_(actions)),
                    sa.and_(noun.subject_type == "issue", noun.subject_id.in_(issues)),
                ),
            )
            for kind, noun in _SAID.items()
        },
        "due_request": ids(DueRequest, DueRequest.action_id.in_(actions)),
        "change_request": ids(ChangeRequest, ChangeRequest.action_id.in_(actions)),
        "comment": comments,
        "attachment": ids(
            Attachment,
            sa.or_(
                Attachment.issue_id.in_(issues),
                Attachment.action_id.in_(actions),
                Attachment.comment_id.in_(comments),
            ),
        ),
        "agenda_item": items,
        "placement": placements,
        "note": ids(Note, Note.placement_id.in_(placements)),
        "raised_issue": ids(RaisedIssue, RaisedIssue.issue_id.in_(issues)),
        "decision": ids(
            Decision, sa.or_(Decision.issue_id.in_(issues), Decision.meeting_id.in_(meetings))
        ),
        "series": series,
        "series_attendee": ids(SeriesAttendee, SeriesAttendee.series_id.in_(series)),
        "meeting": meetings,
        "attendance": ids(Attendance, Attendance.meeting_id.in_(meetings)),
        "preparation": ids(Preparation, Preparation.meeting_id.in_(meetings)),
    }


def _select() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Event.id, Event.at, Person.email.label("actor"), Event.kind, Event.subject_type,
        Event.subject_id, Event.subject_version, Event.meeting_id.label("meeting"),
        Event.reason, Event.changes,
    ).outerjoin(Person, Person.id == Event.actor_id)  # fmt: skip


def _object(row: Any, hidden: set[int | None]) -> EventObject:
    """Somebody keeps their own promise, but not the number of an issue they may no longer read."""
    values = dict(row._mapping)
    if hidden.intersection(values["changes"].get("issue_id", ())):
        values["changes"] = {n: v for n, v in values["changes"].items() if n != "issue_id"}
    return EventObject(**values)
