"""What the scan of the follow-up reads: the promises that may climb, and what is known of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueChange, DueRequest
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.issue import Issue
from meetingtracker.models.policy import LADDER
from meetingtracker.models.policy import Policy as PolicyRow
from meetingtracker.models.reads import stamps
from meetingtracker.models.reads.flags import running
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.followup import OFTEN, is_due_soon, windows
from meetingtracker.rules.ladder import GENTLE, LEADER, AlertRule, Climb, Policy, levels
from meetingtracker.rules.states import Priority, Status

if TYPE_CHECKING:
    from meetingtracker.models.reads.followup_scan import Day

Policies = Sequence[tuple[datetime, Policy]]


class Running(NamedTuple):
    """A running promise with what the ladder asks of it. `blocked_on`, `next_look_on`: days, while
    it is blocked. A tuple of our own: its names are read ten times as fast as those of a row."""

    id: int
    status: Status
    due_on: date
    promised_on: date
    priority: Priority
    moves: int
    reopened: int
    epoch_at: datetime | None
    created_at: datetime
    owner_id: int | None
    requested_by_id: int | None
    on_track_at: datetime | None
    on_track_note: str | None
    waits_until_on: date | None
    blocked_on: Any
    next_look_on: Any
    severity: int | None


def running_promises(which: sa.ColumnElement[bool]) -> Iterator[Running]:
    columns = [getattr(Action, name) for name in Running._fields[:-1]]
    rows = db.session().execute(
        sa.select(*columns, Issue.severity)
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .where(which)
        .execution_options(yield_per=5000)
    )
    return map(Running._make, rows)


def may_climb(day: "Day") -> sa.ColumnElement[bool]:
    """Running promises that may stand on any level."""
    return sa.and_(
        running(), Action.due_on.is_not(None),
        sa.or_(Action.due_on <= _far(day), _climbs_early(day)),
    )  # fmt: skip


def unsettled(day: "Day", policies: Policies) -> sa.ColumnElement[bool]:
    """Promises that may lack an alert: those that are not plain, and of the plain ones only the
    dates on which some lack one. Most of 100,000 are never looked at one by one."""
    raised, high = _raised(), _is_high()
    ahead = sa.case((Action.due_on > day.today, Action.promised_on))
    began = sa.func.coalesce(Action.epoch_at, Action.created_at)
    held: Any = sum(
        (sa.case((began >= since, 1), else_=0) for since, _ in policies), start=sa.literal(0)
    )
    plain = sa.and_(running(), Action.due_on <= _far(day), _plain(day))
    groups = db.session().execute(
        sa.select(Action.due_on, high, ahead, held, raised.c.bits, raised.c.asked_on)
        .select_from(Action)
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .outerjoin(raised, sa.and_(raised.c.subject_id == Action.id,
                                   raised.c.epoch == stamps.epoch_of_action()))
        .where(plain)
        .distinct()
    )  # fmt: skip
    edges = windows(day.today, day.calendar)
    oldest_first = [GENTLE, *(policy for _, policy in reversed(policies))]
    dates = set()
    for due_on, is_high_one, promised_on, number, bits, asked_on in groups:
        climb = Climb(due_on, due_on, bool(is_high_one), leader_asked_on=asked_on)
        reached = levels(climb, oldest_first[number], day.today, day.calendar)
        soon = promised_on is not None and is_due_soon(
            Status.open, due_on, promised_on, bool(is_high_one), edges
        )
        if any(not (bits or 0) >> level & 1 for level in reached | ({0} if soon else set())):
            dates.add(due_on)
    return sa.and_(
        running(), Action.due_on.is_not(None),
        sa.or_(
            Action.due_on.in_(dates), _climbs_early(day),
            sa.and_(Action.due_on <= _far(day), ~_plain(day)),
        ),
    )  # fmt: skip


def _plain(day: "Day") -> sa.ColumnElement[bool]:
    """Promises whose level follows from their date and what was raised: nobody has said, moved or
    asked anything."""
    asked = [
        sa.select(request.action_id).where(request.answered_at.is_(None))
        for request in (DueRequest, ChangeRequest)
    ]
    heard = sa.select(AgendaItem.action_id).where(
        AgendaItem.action_id.is_not(None), AgendaItem.ask == Ask.VERDICT, AgendaItem.placed > 0
    )
    return sa.and_(
        ~_climbs_early(day), Action.on_track_note.is_(None), Action.waits_until_on.is_(None),
        *(Action.id.not_in(ids) for ids in (*asked, heard)),
    )  # fmt: skip


def _climbs_early(day: "Day") -> sa.ColumnElement[bool]:
    """What may stand on a level long before its date."""
    here = [one.id for one in day.company.people.values() if one.active]
    return sa.or_(
        Action.status == Status.blocked, Action.moves >= OFTEN, Action.owner_id.is_(None),
        Action.owner_id.not_in(here),
    )  # fmt: skip


def _far(day: "Day") -> date:
    """The last date that may be soon."""
    edges = windows(day.today, day.calendar)
    return max(edges.soon_high, *(due_on for due_on, _before in edges.long))


def _is_high() -> sa.ColumnElement[bool]:
    """The SQL twin of `is_high`."""
    return sa.or_(Action.priority == Priority.high, sa.func.coalesce(Issue.severity, 0) == 1)


def _raised() -> sa.Subquery:
    """For each epoch of each action: the levels of its ladder as bits, and since when its leader is
    asked in vain."""
    return (
        sa.select(
            Alert.subject_id, Alert.epoch, sa.func.sum(_BIT).label("bits"),
            sa.func.max(_ASKED).label("asked_on"),
        )
        .where(Alert.subject_type == "action", Alert.rule == AlertRule.due)
        .group_by(Alert.subject_id, Alert.epoch)
        .subquery()
    )  # fmt: skip


_BIT = sa.case({n: 1 << n for n in range(5)}, value=Alert.level)


_ASKED = sa.case((sa.and_(Alert.level == LEADER, Alert.answered_at.is_(None)), Alert.raised_on))


Known = Mapping[tuple[AlertRule, int, str], tuple[int, date | None]]


def known_levels(which: sa.ColumnElement[bool]) -> Known:
    """For each epoch of these promises, of proposals and of issues: its levels as bits, and since
    when its leader is asked."""
    rows = db.session().execute(
        sa.select(Alert.rule, Alert.subject_id, Alert.epoch, sa.func.sum(_BIT), sa.func.max(_ASKED))
        .outerjoin(Action, sa.and_(Alert.subject_type == "action", Action.id == Alert.subject_id))
        .where(sa.or_(Alert.subject_type != "action", Action.status == Status.proposed, which))
        .group_by(Alert.rule, Alert.subject_id, Alert.epoch)
    )
    return {(rule, i, name): (int(bits), asked_on) for rule, i, name, bits, asked_on in rows}


def ladders() -> Policies:
    """The newest first: an epoch climbs by the one that held when it began."""
    rows = db.session().scalars(
        sa.select(PolicyRow).where(PolicyRow.kind == LADDER).order_by(PolicyRow.number.desc())
    )
    return [(row.valid_from, Policy.read(row.body, row.id)) for row in rows]


def days_of_moves(zone: str) -> dict[int, tuple[date, ...]]:
    """The days of the moves that count, of promises that were moved often."""
    undone = sa.select(DueChange.undoes_id).where(DueChange.undoes_id.is_not(None))
    rows = db.session().execute(
        sa.select(DueChange.action_id, DueChange.at)
        .join(Action, Action.id == DueChange.action_id)
        .where(running(), Action.moves >= OFTEN, DueChange.undoes_id.is_(None),
               DueChange.id.not_in(undone))
        .order_by(DueChange.id)
    )  # fmt: skip
    moved: dict[int, list[date]] = defaultdict(list)
    for action_id, at in rows:
        moved[action_id].append(local_today(at, zone))
    return {action_id: tuple(days) for action_id, days in moved.items()}


def open_wishes() -> set[int]:
    """Actions whose owner asks for another date, another owner or to drop it."""
    session = db.session()
    return {
        *session.scalars(sa.select(DueRequest.action_id).where(DueRequest.answered_at.is_(None))),
        *session.scalars(
            sa.select(ChangeRequest.action_id).where(ChangeRequest.answered_at.is_(None))
        ),
    }


def verdicts_asked() -> dict[int, list[tuple[datetime, int]]]:
    """For each action the verdicts asked for it: when, and how many issued meetings it stood in."""
    rows = db.session().execute(
        sa.select(Action.id, AgendaItem.created_at, AgendaItem.placed)
        .select_from(AgendaItem)
        .join(Action, Action.id == AgendaItem.action_id)
        .where(AgendaItem.ask == Ask.VERDICT, AgendaItem.placed > 0, running())
    )
    met: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for action_id, created_at, placed in rows:
        met[action_id].append((created_at, placed))
    return met
