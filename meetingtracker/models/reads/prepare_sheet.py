"""What somebody looks through before a meeting: what is asked of them, and what they bring."""

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.reads.actions import ActionRow, due_for, made_rows, rows_of
from meetingtracker.models.reads.agenda import visible_items
from meetingtracker.models.reads.early_warnings import LikelyLate, likely_late
from meetingtracker.models.reads.flags import running
from meetingtracker.models.reads.my_week import MOST, NEEDS_ME, MyWeek, Section, my_week
from meetingtracker.models.reads.verdicts import verdicts_waiting
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.followup import Windows, windows
from meetingtracker.rules.permissions import Actor

ASKED = (*(name for name in NEEDS_ME if name != "today"), "blocked_on_me")
"""The sections of My week that are looked through; what is due is asked by the meeting's day."""


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An agenda item of one's own or of one's department; `position` None: it waits."""

    id: int
    title: str
    ask: Ask
    minutes: int
    department: str
    colour: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person looks through before a meeting. `week`: the sections of My week that ask
    something, and "before": due until the meeting. `verdicts`: overdue promises of others in their
    departments which the meeting will ask about."""

    week: MyWeek
    verdicts: list[ActionRow]
    likely: list[LikelyLate]
    items: list[OwnItem]

    @property
    def asks(self) -> int:
        """How many things stand on it."""
        sections = (section.total for section in self.week.sections.values())
        return sum(sections) + len(self.verdicts) + len(self.likely)


def sheet_of(actor: Actor, meeting: Meeting, today: date, calendar: WorkingCalendar) -> Sheet:
    """The number of queries does not grow with what there is to do."""
    edges = windows(today, calendar)
    week = my_week(actor, today, calendar)
    sections = {name: week[name] for name in ASKED if name in week.sections}
    before = _due_before(actor, meeting, edges)
    if before.rows:
        sections["before"] = before
    above = {row.id for name in ("overdue", "before") for row in sections.get(name, before).rows}
    verdicts = _verdicts_of_others(actor, meeting, edges)
    above |= {row.id for row in verdicts}
    likely = [
        one for one in likely_late(actor, edges)
        if one.action.id not in above and _concerns(one.action, actor)
    ]  # fmt: skip
    return Sheet(replace(week, sections=sections), verdicts, likely, _own_items(actor, meeting))


def _concerns(action: ActionRow, actor: Actor) -> bool:
    return action.owner_id in actor.answers_for or actor.leads_any(action.department_id)


def _due_before(actor: Actor, meeting: Meeting, edges: Windows) -> Section:
    total = sa.func.count().over().label("total")
    rows = db.session().execute(
        rows_of(actor, edges.today, total)
        .where(due_for(actor, until=meeting.held_on), Action.due_on >= edges.today)
        .order_by(Action.due_on, Action.id)
        .limit(MOST)
    ).all()  # fmt: skip
    return Section(made_rows(rows, edges), rows[0].total if rows else 0)


def _verdicts_of_others(actor: Actor, meeting: Meeting, edges: Windows) -> list[ActionRow]:
    """What its own owner answers stands under overdue already."""
    asked = {item.action_id for item in verdicts_waiting(actor, [meeting.series_id])}
    rows = db.session().execute(
        rows_of(actor, edges.today)
        .where(
            Action.id.in_(asked), running(), Action.department_id.in_(actor.leads),
            Action.owner_id.not_in(actor.answers_for),
        )
        .order_by(Action.due_on, Action.id)
    )  # fmt: skip
    return made_rows(rows, edges)


def _own_items(actor: Actor, meeting: Meeting) -> list[OwnItem]:
    """On its agenda in their order, then those that wait for a meeting of the series."""
    here = sa.and_(Placement.item_id == AgendaItem.id, Placement.meeting_id == meeting.id)
    waits = sa.and_(AgendaItem.in_pool, AgendaItem.series_id == meeting.series_id)
    rows = db.session().execute(
        sa.select(AgendaItem, Placement.position)
        .outerjoin(Placement, here)
        .where(
            sa.or_(Placement.id.is_not(None), waits), AgendaItem.withdrawn_at.is_(None),
            AgendaItem.ask != Ask.VERDICT, _is_own(actor), visible_items(actor),
        )
        .options(joinedload(AgendaItem.department))
        .order_by(Placement.position.nulls_last(), AgendaItem.id)
    )  # fmt: skip
    return [
        OwnItem(
            item.id, item.title, item.ask, item.minutes, item.department.name,
            item.department.colour, position,
        )
        for item, position in rows
    ]  # fmt: skip


def _is_own(actor: Actor) -> sa.ColumnElement[bool]:
    people = actor.answers_for
    return sa.or_(
        AgendaItem.created_by_id.in_(people), AgendaItem.presenter_id.in_(people),
        AgendaItem.department_id.in_(actor.leads),
    )  # fmt: skip
