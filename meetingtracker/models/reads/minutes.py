"""What the minutes of a meeting will say, and what still stands in their way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement, RaisedIssue
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.person import Person
from meetingtracker.models.series import SeriesAttendee
from meetingtracker.rules.agenda import ActionFacts, Ask, ItemFacts, MeetingFacts
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.minutes import (
    CONFIDENTIAL_ISSUE,
    DecisionFacts,
    MinutesFacts,
    MinutesItem,
    NewActionFacts,
    OpenActionFacts,
    RaisedIssueFacts,
)
from meetingtracker.rules.states import UNFINISHED, Presence


@dataclass(frozen=True)
class Held:
    """All that a meeting holds, read in a fixed number of queries; `by_*` go by placement id."""

    meeting: Meeting
    placements: list[Placement]
    attendance: dict[int, Attendance]
    actions: list[Action]
    decisions: list[Decision]
    raised: list[RaisedIssue]

    def of(self, rows: Iterable[Any]) -> dict[int | None, list[Any]]:
        """The rows by their placement's id."""
        found: dict[int | None, list[Any]] = defaultdict(list)
        for row in rows:
            found[row.placement_id].append(row)
        return found


def held(meeting: Meeting) -> Held:
    """What was taken back is left out."""
    session = db.session()
    placements = session.scalars(
        sa.select(Placement)
        .filter_by(meeting_id=meeting.id)
        .options(
            joinedload(Placement.item).options(
                joinedload(AgendaItem.department),
                joinedload(AgendaItem.presenter),
                joinedload(AgendaItem.issue),
                joinedload(AgendaItem.executive),
            ),
            joinedload(Placement.pulled_by),
            selectinload(Placement.notes),
        )
        .order_by(Placement.position, Placement.id)
        .execution_options(populate_existing=True)
    )
    attendance = session.scalars(
        sa.select(Attendance)
        .filter_by(meeting_id=meeting.id)
        .options(joinedload(Attendance.person))
    )
    actions = session.scalars(
        sa.select(Action)
        .where(Action.meeting_id == meeting.id, Action.undone_at.is_(None))
        .options(joinedload(Action.owner).joinedload(Person.department), joinedload(Action.issue))
        .order_by(Action.id)
    )
    decisions = session.scalars(
        sa.select(Decision)
        .where(Decision.meeting_id == meeting.id, Decision.state != DecisionState.undone)
        .options(
            joinedload(Decision.owner).joinedload(Person.department), joinedload(Decision.issue)
        )
        .order_by(Decision.id)
    )
    raised = session.scalars(
        sa.select(RaisedIssue)
        .join(Placement, Placement.id == RaisedIssue.placement_id)
        .where(Placement.meeting_id == meeting.id, RaisedIssue.undone_at.is_(None))
        .options(joinedload(RaisedIssue.issue))
        .order_by(RaisedIssue.id)
    )
    return Held(
        meeting, list(placements), {a.person_id: a for a in attendance}, list(actions),
        list(decisions), list(raised),
    )  # fmt: skip


def minutes_used(meeting: Meeting, placements: Iterable[Placement]) -> int:
    """Minutes of talking: by the clock from start to end, else what the items took."""
    if meeting.started_at and meeting.ended_at:
        return round((meeting.ended_at - meeting.started_at).total_seconds() / 60)
    return round(sum(p.seconds_spent for p in placements) / 60)


def closing_facts(everything: Held, calendar: WorkingCalendar) -> MeetingFacts:
    """The meeting as the closing checks see it. Item ids are those of the placements."""
    actions = everything.of(everything.actions)
    decisions = everything.of(everything.decisions)
    raised = everything.of(everything.raised)
    meeting = everything.meeting
    present = [a for a in everything.attendance.values() if a.presence is Presence.present]
    return MeetingFacts(
        has_facilitator=meeting.facilitator_id is not None,
        present=len(present),
        minutes_planned=meeting.minutes,
        minutes_used=minutes_used(meeting, everything.placements),
        items=[
            ItemFacts(
                id=p.id,
                title=p.item.title,
                outcome=p.outcome,
                placed=p.item.placed + 1,
                verdict=p.verdict,
                has_content=bool(
                    actions[p.id]
                    or decisions[p.id]
                    or raised[p.id]
                    or any(n.undone_at is None for n in p.notes)
                    or (p.item.ask is Ask.VERDICT and p.outcome_reason)  # the verdict itself
                ),
            )
            for p in everything.placements
        ],
        actions=[
            ActionFacts(
                id=a.id,
                title=a.title,
                owner_id=a.owner_id,
                owner_name=a.owner.name if a.owner else None,
                due_on=a.due_on,
                on_working_day=a.due_on is not None and calendar.is_working(a.due_on),
            )
            for a in everything.actions
            if a.status in UNFINISHED or a.owner_id is None
        ],
    )


def minutes_facts(everything: Held) -> MinutesFacts:
    """Everything the next version of the minutes prints, in the words of this moment."""
    meeting = everything.meeting
    issued = db.session().scalar(
        sa.select(sa.func.count(MinutesVersion.id)).filter_by(meeting_id=meeting.id)
    )
    zone = ZoneInfo(meeting.zone)
    started, ended = meeting.started_at, meeting.ended_at
    open_actions = _open_actions(meeting)
    return MinutesFacts(
        series=meeting.series.name,
        version=(issued or 0) + 1,
        held_on=meeting.held_on,
        starts_at=started.astimezone(zone).time() if started else meeting.start_time,
        ends_at=ended.astimezone(zone).time() if ended else None,
        zone=meeting.zone,
        facilitator=meeting.facilitator.name if meeting.facilitator else None,
        present=_names(everything, Presence.present),
        excused=_names(everything, Presence.excused),
        absent=_names(everything, Presence.absent),
        items=_items(everything),
        open_actions=open_actions,
        numbers=_numbers(everything, len(open_actions)),
        place=meeting.series.place,
        scribe=meeting.scribe.name if meeting.scribe else None,
        reason=meeting.reopen_reason,
    )


def secret_issues(everything: Held) -> dict[str, int]:
    """The issue of each confidential item by its number in the text, as JSON keeps it."""
    return {
        str(number): p.item.issue_id
        for number, p in enumerate(everything.placements, 1)
        if _is_confidential(p) and p.item.issue_id is not None
    }


def _names(everything: Held, presence: Presence) -> list[str]:
    """By name. An attendee about whom nobody said anything counts as absent."""
    names = [a.person.name for a in everything.attendance.values() if a.presence is presence]
    if presence is Presence.absent:
        names += db.session().scalars(
            sa.select(Person.name)
            .join(SeriesAttendee, SeriesAttendee.person_id == Person.id)
            .where(
                SeriesAttendee.series_id == everything.meeting.series_id,
                SeriesAttendee.removed_at.is_(None),
                Person.deactivated_at.is_(None),
                Person.id.not_in(everything.attendance),
            )
        )
    return sorted(names)


def _items(everything: Held) -> list[MinutesItem]:
    actions = everything.of(everything.actions)
    decisions = everything.of(everything.decisions)
    raised = everything.of(everything.raised)
    return [
        MinutesItem(
            title=p.item.title,
            department=p.item.department.name,
            presenter=p.item.presenter.name if p.item.presenter else None,
            outcome=_outcome(p),
            confidential=_is_confidential(p),
            notes=[n.text for n in p.notes if n.undone_at is None],
            decisions=[
                DecisionFacts(d.text, d.reason, d.owner.name if d.owner else None)
                for d in decisions[p.id]
            ],
            actions=[
                NewActionFacts(a.id, a.title, a.owner.name if a.owner else None, a.due_on)
                for a in actions[p.id]
            ],
            issues=[
                RaisedIssueFacts(
                    r.issue_id,
                    r.issue.title
                    if not r.issue.confidential or _is_confidential(p)
                    else CONFIDENTIAL_ISSUE,
                )
                for r in raised[p.id]
            ],
        )
        for p in everything.placements
    ]


def _is_confidential(placement: Placement) -> bool:
    return placement.item.issue is not None and placement.item.issue.confidential


def _outcome(placement: Placement) -> str:
    """In English, like all of the document."""
    words = placement.outcome.label if placement.outcome else "None"
    if placement.verdict is not None:
        words += f" (verdict: {placement.verdict.label.lower()})"
    return f"{words}: {placement.outcome_reason}" if placement.outcome_reason else words


def _open_actions(meeting: Meeting) -> list[OpenActionFacts]:
    """Promises from earlier meetings of the series that are not finished, by date."""
    rows = db.session().scalars(
        sa.select(Action)
        .join(Meeting, Meeting.id == Action.meeting_id)
        .where(
            Meeting.series_id == meeting.series_id,
            Meeting.held_on < meeting.held_on,
            Action.status.in_(UNFINISHED),
        )
        .options(joinedload(Action.owner), joinedload(Action.issue))
        .order_by(Action.due_on.nulls_last(), Action.id)
    )
    return [
        OpenActionFacts(
            id=a.id,
            title=a.title,
            owner=a.owner.name if a.owner else None,
            due_on=a.due_on,
            state=a.status.label,
            confidential=a.issue is not None and a.issue.confidential,
        )
        for a in rows
    ]


def _numbers(everything: Held, still_open: int) -> list[tuple[str, str]]:
    """Of what the text tells: what came out of a confidential item is not even counted."""
    meeting, placements = everything.meeting, everything.placements
    secret = {p.id for p in placements if _is_confidential(p)}
    carried = sum(
        p.outcome is not None and p.outcome.carries and p.id not in secret for p in placements
    )
    used = f"{minutes_used(meeting, placements)} of {meeting.minutes}"
    return [
        ("Minutes used", used) if meeting.started_at else ("Minutes planned", str(meeting.minutes)),
        ("Agenda items", str(len(placements))),
        ("Carried over", str(carried)),
        ("Decisions", str(sum(d.placement_id not in secret for d in everything.decisions))),
        ("New actions", str(sum(a.placement_id not in secret for a in everything.actions))),
        ("Open actions from before", str(still_open)),
    ]
