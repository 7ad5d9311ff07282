"""The scan of the follow-up: which alerts must stand on a day, and which of them do not yet."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueChange, DueRequest
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.issue import Issue
from meetingtracker.models.policy import LADDER
from meetingtracker.models.policy import Policy as PolicyRow
from meetingtracker.models.reads.flags import running
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.blocking import chain
from meetingtracker.rules.calendar import WorkingCalendar, local_today
from meetingtracker.rules.followup import OFTEN, is_due_soon, is_high, windows
from meetingtracker.rules.ladder import (
    CONFIRM_AGAIN,
    GENTLE,
    LEADER,
    MEETING,
    PROPOSAL_WAITS,
    REMIND,
    AlertRule,
    Climb,
    Policy,
    block_epoch,
    epoch,
    levels,
    look_on,
)
from meetingtracker.rules.recipients import Company
from meetingtracker.rules.states import RUNNING, Priority, Stage, Status

Reached = frozenset[int]
Policies = Sequence[tuple[datetime, Policy]]


@dataclass(frozen=True, slots=True)
class Due:
    """An alert that must be raised. `told_id`: whose it is to move, the owner or a blocker; None if
    nobody has it. `asker_id`: who waits for it."""

    rule: AlertRule
    subject_type: str
    subject_id: int
    epoch: str
    level: int
    policy_id: int | None
    told_id: int | None
    asker_id: int | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Day:
    """What a scan looks with: the organisation's day, its zone and calendar, and who is there."""

    today: date
    zone: str
    calendar: WorkingCalendar
    company: Company


def new_alerts(day: Day) -> list[Due]:
    """All alerts that must stand by now and do not, whatever was missed before."""
    policies = _policies()
    which = unsettled(day, policies)
    known = _known(which)
    found = [
        *_promises(day, policies, known, which), *_proposals(day, known),
        *_confirmations(day, known),
    ]  # fmt: skip
    return sorted(found, key=lambda due: (-due.level, due.due_on, due.subject_id))


def overdue_promises(day: Day) -> list[Due]:
    """Level 3 of what the next meeting has to hear: every running promise whose date has passed,
    the worst first, also where that was said before. Not what stands still: what waits for somebody
    else, and what may lie for now (outside until its next look, or for an owner who left)."""
    which = _may_climb(day)
    policies, known = _policies(), _known(which)
    late = [
        one for one in _running(day, partial(_policy_of, policies), known, which)
        if one.rule is AlertRule.due and one.row.due_on < day.today and not one.lies
    ]  # fmt: skip
    late.sort(
        key=lambda one: (
            not is_high(one.row.priority, one.row.severity), one.row.due_on, one.row.id
        )
    )  # fmt: skip
    return [
        Due(
            one.rule, "action", one.row.id, one.epoch, MEETING, one.policy.id, one.told_id,
            one.asker_id, one.row.due_on,
        )
        for one in late
    ]  # fmt: skip


def standing(policy: Policy, day: Day) -> Counter[int]:
    """How many running promises would stand on each level (1 up), were this the policy of all."""
    return Counter(
        max(reached)
        for one in _running(day, lambda row: policy, {}, _may_climb(day))
        if (reached := one.reached - {0})
    )


@dataclass(frozen=True, slots=True)
class _Promise:
    """A running promise with its ladder: the owner's own, or that of whoever blocks it."""

    row: Any
    rule: AlertRule
    epoch: str
    told_id: int | None
    asker_id: int | None
    policy: Policy
    reached: Reached
    lies: bool = False
    """Somebody let it lie until today or later."""


def _promises(
    day: Day, policies: Policies, known: "_Known", which: sa.ColumnElement[bool]
) -> Iterator[Due]:
    for one in _running(day, partial(_policy_of, policies), known, which):
        raised = known.get((one.rule, one.row.id, one.epoch), (0, None))[0]
        for level in sorted(one.reached):
            if not raised >> level & 1:
                yield Due(
                    one.rule, "action", one.row.id, one.epoch, level, one.policy.id, one.told_id,
                    one.asker_id, one.row.due_on,
                )  # fmt: skip


def _policy_of(policies: Policies, row: Any) -> Policy:
    """The policy that held when the epoch of a promise began."""
    began = row.epoch_at or row.created_at
    return next((p for since, p in policies if since <= began), GENTLE)


def _running(
    day: Day, policy_of: Callable[[Any], Policy], known: "_Known", which: sa.ColumnElement[bool]
) -> Iterator[_Promise]:
    edges, today = windows(day.today, day.calendar), day.today
    rows = _rows(which)
    blocks = blocks_of()
    waits_on = who_waits_on(day, blocks)
    waits_for = _waits_for(blocks)
    moved, asked, met = _moves(day.zone), _open_wishes(), _meetings()

    # Thousands of promises share a date and a state: their levels are worked out once.
    @lru_cache(maxsize=65536)
    def reached(climb: Climb, policy: Policy) -> Reached:
        return levels(climb, policy, today, day.calendar)

    for row in rows:
        high = is_high(row.priority, row.severity)
        policy = policy_of(row)
        until = row.due_on
        if row.status is Status.blocked:
            until = look_on(row.blocked_on, row.next_look_on, day.calendar)
            if (told := waits_on[row.id]) is not None and told != row.owner_id:
                name = block_epoch(row.blocked_on, until)
                asked_on = known.get((AlertRule.blocked, row.id, name), (0, None))[1]
                climb = Climb(until, until, high, leader_asked_on=asked_on)
                levels_of = reached(climb, policy)
                yield _Promise(row, AlertRule.blocked, name, told, row.owner_id, policy, levels_of)
                continue
        name = epoch(row.due_on, row.reopened)
        waits = row.waits_until_on is not None and row.waits_until_on >= today
        circle = row.status is Status.blocked and bool(chain(row.id, waits_for).circle)
        climb = Climb(
            row.due_on,
            max(row.due_on, until, row.waits_until_on or row.due_on),
            high,
            answered=row.id in asked or _spoke(row, day.zone),
            leader_at_once=circle or (not waits and _nobody_has(row.owner_id, day.company)),
            moved_on=moved.get(row.id, ()) if row.moves >= OFTEN else (),
            meetings=_since(met.get(row.id, ()), row.epoch_at or row.created_at),
            leader_asked_on=known.get((AlertRule.due, row.id, name), (0, None))[1],
        )
        soon = is_due_soon(row.status, row.due_on, row.promised_on, high, edges)
        yield _Promise(
            row, AlertRule.due, name, row.owner_id, row.requested_by_id, policy,
            reached(climb, policy) | ({0} if soon and row.due_on > today else set()),
            lies=row.due_on < today <= climb.counts_from,
        )  # fmt: skip


def _rows(which: sa.ColumnElement[bool]) -> Any:
    """Running promises with what the ladder asks of them."""
    return db.session().execute(
        sa.select(
            Action.id, Action.status, Action.due_on, Action.promised_on, Action.priority,
            Action.moves, Action.reopened, Action.epoch_at, Action.created_at, Action.owner_id,
            Action.requested_by_id, Action.on_track_at, Action.on_track_note,
            Action.waits_until_on, Action.blocked_on, Action.next_look_on,
            Action.blocker_person_id, Action.blocker_department_id, Action.blocker_action_id,
            Issue.severity,
        )
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .where(which)
        .execution_options(yield_per=5000)
    )  # fmt: skip


def _may_climb(day: Day) -> sa.ColumnElement[bool]:
    """Running promises that may stand on any level."""
    return sa.and_(
        running(), Action.due_on.is_not(None),
        sa.or_(Action.due_on <= _far(day), _climbs_early(day)),
    )  # fmt: skip


def _climbs_early(day: Day) -> sa.ColumnElement[bool]:
    """What may stand on a level long before its date."""
    here = [one.id for one in day.company.people.values() if one.active]
    return sa.or_(
        Action.status == Status.blocked, Action.moves >= OFTEN, Action.owner_id.is_(None),
        Action.owner_id.not_in(here),
    )  # fmt: skip


def _far(day: Day) -> date:
    """The last date that may be soon."""
    edges = windows(day.today, day.calendar)
    return max(edges.soon_high, *(due_on for due_on, _before in edges.long))


def _plain(day: Day) -> sa.ColumnElement[bool]:
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


def unsettled(day: Day, policies: Policies) -> sa.ColumnElement[bool]:
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
                                   raised.c.epoch == epoch_text()))
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


def epoch_text() -> sa.ColumnElement[str]:
    """The SQL twin of `epoch`."""
    return sa.cast(Action.due_on, sa.String(10)) + "." + sa.cast(Action.reopened, sa.String)


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


def who_moves(end: int, start: int, blocks: Mapping[int, Any], company: Company) -> int | None:
    """At the end of a chain: the person or the head of the department it waits for; the owner of an
    action that can go on; None for outside, and for an action that is finished."""
    last = blocks.get(end)
    if last is None:
        return None
    if last.status is Status.blocked:
        if last.blocker_person_id is not None:
            return int(last.blocker_person_id)
        if last.blocker_department_id is not None:
            return company.head_of(last.blocker_department_id)
        return None if end == start else last.owner_id
    return last.owner_id if last.status in RUNNING else None


def who_waits_on(day: Day, blocks: Mapping[int, Any]) -> dict[int, int | None]:
    """For each blocked action who has to move; None for outside, a circle, or what can go on."""
    waits_for = _waits_for(blocks)
    found: dict[int, int | None] = {}
    for action_id, row in blocks.items():
        if row.status is Status.blocked:
            way = chain(action_id, waits_for)
            moves = who_moves(way.end, action_id, blocks, day.company)
            found[action_id] = None if way.circle else moves
    return found


def _waits_for(blocks: Mapping[int, Any]) -> dict[int, int]:
    return {
        action_id: row.blocker_action_id
        for action_id, row in blocks.items()
        if row.status is Status.blocked and row.blocker_action_id is not None
    }


def blocks_of() -> dict[int, Any]:
    """Every blocked action and every action that blocks one, by id."""
    waiting = aliased(Action)
    blocking = sa.select(waiting.blocker_action_id).where(
        waiting.status == Status.blocked, waiting.blocker_action_id.is_not(None)
    )
    rows = db.session().execute(
        sa.select(
            Action.id, Action.status, Action.owner_id, Action.blocked_on,
            Action.blocker_person_id, Action.blocker_department_id, Action.blocker_action_id,
        ).where(sa.or_(Action.status == Status.blocked, Action.id.in_(blocking)))
    )  # fmt: skip
    return {row.id: row for row in rows}


def _nobody_has(owner_id: int | None, company: Company) -> bool:
    """Its owner has left and nobody stands in; or it never had one."""
    owner = company.people.get(owner_id) if owner_id is not None else None
    if owner is not None and owner.active:
        return False
    return owner is None or company.stand_in(owner.id) is None


def _spoke(row: Any, zone: str) -> bool:
    """On track, with a word, since the date has passed."""
    if row.on_track_at is None or not row.on_track_note:
        return False
    again = row.epoch_at is not None and row.on_track_at < row.epoch_at
    return not again and local_today(row.on_track_at, zone) > row.due_on


def _moves(zone: str) -> dict[int, tuple[date, ...]]:
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


def _open_wishes() -> set[int]:
    """Actions whose owner asks for another date, another owner or to drop it."""
    session = db.session()
    return {
        *session.scalars(sa.select(DueRequest.action_id).where(DueRequest.answered_at.is_(None))),
        *session.scalars(
            sa.select(ChangeRequest.action_id).where(ChangeRequest.answered_at.is_(None))
        ),
    }


def _meetings() -> dict[int, list[tuple[datetime, int]]]:
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


def _since(met: Sequence[tuple[datetime, int]], began: datetime) -> int:
    return sum(placed for created_at, placed in met if created_at >= began)


def _policies() -> Policies:
    """The newest first: an epoch climbs by the one that held when it began."""
    rows = db.session().scalars(
        sa.select(PolicyRow).where(PolicyRow.kind == LADDER).order_by(PolicyRow.number.desc())
    )
    return [(row.valid_from, Policy.read(row.body, row.id)) for row in rows]


_Known = Mapping[tuple[AlertRule, int, str], tuple[int, date | None]]


def _known(which: sa.ColumnElement[bool]) -> _Known:
    """For each epoch of these promises, of proposals and of issues: its levels as bits, and since
    when its leader is asked."""
    rows = db.session().execute(
        sa.select(Alert.rule, Alert.subject_id, Alert.epoch, sa.func.sum(_BIT), sa.func.max(_ASKED))
        .outerjoin(Action, sa.and_(Alert.subject_type == "action", Action.id == Alert.subject_id))
        .where(sa.or_(Alert.subject_type != "action", Action.status == Status.proposed, which))
        .group_by(Alert.rule, Alert.subject_id, Alert.epoch)
    )
    return {(rule, i, name): (int(bits), asked_on) for rule, i, name, bits, asked_on in rows}


def _proposals(day: Day, known: _Known) -> Iterator[Due]:
    """Proposals that got no answer: the leader of whoever was asked hears of it."""
    rows = db.session().execute(
        sa.select(
            Action.id, Action.owner_id, Action.requested_by_id, Action.due_on, Action.promised_on,
            sa.func.coalesce(Action.proposed_at, Action.created_at).label("since"),
        ).where(Action.status == Status.proposed, Action.owner_id.is_not(None))
    )  # fmt: skip
    for row in rows:
        since = local_today(row.since, day.zone)
        name = f"{since.isoformat()}.{row.owner_id}"
        waited = day.calendar.working_days_between(since, day.today)
        if waited >= PROPOSAL_WAITS and (AlertRule.proposal, row.id, name) not in known:
            yield Due(
                AlertRule.proposal, "action", row.id, name, LEADER, None, row.owner_id,
                row.requested_by_id, row.due_on or row.promised_on,
            )  # fmt: skip


def _confirmations(day: Day, known: _Known) -> Iterator[Due]:
    """Resolved issues about which nobody has said anything for CONFIRM_AGAIN working days."""
    rows = db.session().execute(
        sa.select(
            Issue.id, Issue.resolved_on, Issue.raised_by_id, Issue.raising_department_id
        ).where(Issue.stage == Stage.resolved)
    )
    for row in rows:
        name = row.resolved_on.isoformat()
        waited = day.calendar.working_days_between(row.resolved_on, day.today)
        if waited >= CONFIRM_AGAIN and (AlertRule.confirmation, row.id, name) not in known:
            raiser = row.raised_by_id
            told = raiser if day.company.is_here(raiser) else None
            yield Due(
                AlertRule.confirmation, "issue", row.id, name, REMIND, None,
                told or day.company.head_of(row.raising_department_id), None, row.resolved_on,
            )  # fmt: skip
