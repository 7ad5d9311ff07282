"""The room beside its agenda: what is written down, who is here, how far it has come."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import Placement
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.agenda_lines import hidden_issues
from meetingtracker.models.reads.minutes import Held
from meetingtracker.models.series import SeriesAttendee
from meetingtracker.rules.capture import PersonName
from meetingtracker.rules.permissions import Actor, Role
from meetingtracker.rules.states import MeetingState, Presence, Status


@dataclass(frozen=True, slots=True)
class Captured:
    """Something written down under an item; `kind` and `id` say what to take back."""

    kind: str
    id: int
    text: str
    html: str
    who: str | None
    initials: str
    colour: int | None
    due_on: date | None
    proposed: bool
    issue_id: int | None
    at: datetime


def captured_under(everything: Held, placement: Placement, actor: Actor) -> list[Captured]:
    """The newest first, without an issue that was made confidential since."""
    hidden = hidden_issues([r.issue_id for r in everything.raised], actor)
    found = [
        *(
            _captured("decision", d.id, d.text, d.created_at, who=d.owner)
            for d in everything.decisions
            if d.placement_id == placement.id
        ),
        *(
            _captured("action", a.id, a.title, a.created_at, who=a.owner, due_on=a.due_on,
                      proposed=a.status is Status.proposed)
            for a in everything.actions
            if a.placement_id == placement.id
        ),
        *(
            _captured("issue", r.id, r.issue.title, r.issue.created_at, issue_id=r.issue_id)
            for r in everything.raised
            if r.placement_id == placement.id and r.issue_id not in hidden
        ),
        *(
            _captured("note", n.id, n.text, n.at, html=n.html)
            for n in placement.notes
            if n.undone_at is None
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda c: c.at, reverse=True)


def _captured(
    kind: str,
    row_id: int,
    text: str,
    at: datetime,
    *,
    who: Person | None = None,
    html: str = "",
    due_on: date | None = None,
    proposed: bool = False,
    issue_id: int | None = None,
) -> Captured:
    return Captured(
        kind=kind,
        id=row_id,
        text=text,
        html=html,
        who=who.name if who else None,
        initials=who.initials if who else "",
        colour=who.colour if who else None,
        due_on=due_on,
        proposed=proposed,
        issue_id=issue_id,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who belongs to the series or was marked; `presence` None: nobody said yet."""

    person_id: int
    name: str
    initials: str
    colour: int
    presence: Presence | None


def seats(everything: Held) -> list[Seat]:
    """By name; attendees and guests."""
    marked = everything.attendance
    people = db.session().scalars(
        sa.select(Person)
        .where(
            sa.or_(
                Person.id.in_(marked),
                Person.id.in_(
                    sa.select(SeriesAttendee.person_id).where(
                        SeriesAttendee.series_id == everything.meeting.series_id,
                        SeriesAttendee.removed_at.is_(None),
                    )
                ),
            )
        )
        .options(joinedload(Person.department))
        .order_by(Person.name, Person.id)
    )
    return [
        Seat(
            person_id=p.id,
            name=p.name,
            initials=p.initials,
            colour=p.colour,
            presence=marked[p.id].presence if p.id in marked else None,
        )
        for p in people
        if p.is_active or p.id in marked
    ]


@dataclass(frozen=True, slots=True)
class SoFar:
    decisions: int
    actions: int
    carried: int
    kept: int
    """Of `promised`, the actions given in the meeting before this one, those that are done."""
    promised: int


def so_far(everything: Held, actor: Actor) -> SoFar:
    """Of what the actor may read: nothing that comes out of an item that is hidden from them."""
    meeting, placements = everything.meeting, everything.placements
    issues = hidden_issues([p.item.issue_id for p in placements], actor)
    hidden = {p.id for p in placements if p.item.issue_id in issues}
    outcomes = [p.outcome for p in placements if p.id not in hidden]
    before = (
        sa.select(Meeting.id)
        .where(
            Meeting.series_id == meeting.series_id,
            Meeting.held_on < meeting.held_on,
            Meeting.state.in_((MeetingState.issued, MeetingState.approved)),
        )
        .order_by(Meeting.held_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    statuses = (
        db.session()
        .scalars(
            sa.select(Action.status).where(
                Action.meeting_id == before,
                Action.status != Status.cancelled,
                visible_actions(actor),
            )
        )
        .all()
    )
    return SoFar(
        decisions=sum(d.placement_id not in hidden for d in everything.decisions),
        actions=sum(a.placement_id not in hidden for a in everything.actions),
        carried=sum(o is not None and o.carries for o in outcomes),
        kept=sum(s in (Status.done, Status.verified) for s in statuses),
        promised=len(statuses),
    )


def issue_of(placement: Placement) -> Issue | None:
    """The issue behind an item, with its departments."""
    if placement.item.issue_id is None:
        return None
    return db.session().scalar(
        sa.select(Issue)
        .where(Issue.id == placement.item.issue_id)
        .options(joinedload(Issue.raising_department), joinedload(Issue.owning_department))
    )


def names_to_mention() -> list[PersonName]:
    """Everybody who is still here, as a captured line may call them."""
    rows = db.session().execute(
        sa.select(Person.id, Person.name, Person.email)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.id)
    )
    return [PersonName(*row) for row in rows]


def executives() -> list[tuple[int, str]]:
    rows = db.session().execute(
        sa.select(Person.id, Person.name)
        .where(Person.role == Role.executive, Person.deactivated_at.is_(None))
        .order_by(Person.name)
    )
    return [(row[0], row[1]) for row in rows]
