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
from meetingtracker.rules.states import RUNNING, Stage, Status

Reached = frozenset[int]
Ladder = Callable[[Climb, Policy], Reached]


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
    known = _known()
    found = [
        *_promises(day, policies, known), *_proposals(day, known), *_confirmations(day, known),
    ]  # fmt: skip
    return sorted(found, key=lambda due: (-due.level, due.due_on, due.subject_id))


def overdue_promises(day: Day) -> list[Due]:
    """Level 3 of what the next meeting has to hear: every running promise whose date has passed,
    the worst first, also where that was said before. Not what stands still: what waits for somebody
    else, and what may lie for now (outside until its next look, or for an owner who left)."""
    policies, known = _policies(), _known()
    late = [
        one for one in _running(day, partial(_policy_of, policies), known)
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
        for one in _running(day, lambda row: policy, {})
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
    day: Day, policies: Sequence[tuple[datetime, Policy]], known: "_Known"
) -> Iterator[Due]:
    for one in _running(day, partial(_policy_of, policies), known):
        raised = known.get((one.rule, one.row.id, one.epoch), (0, None))[0]
        for level in sorted(one.reached):
            if not raised >> level & 1:
                yield Due(
                    one.rule, "action", one.row.id, one.epoch, level, one.policy.id, one.told_id,
                    one.asker_id, one.row.due_on,
                )  # fmt: skip


def _policy_of(policies: Sequence[tuple[datetime, Policy]], row: Any) -> Policy:
    """The policy that held when the epoch of a promise began."""
    began = row.epoch_at or row.created_at
    return next((p for since, p in policies if since <= began), GENTLE)


def _running(day: Day, policy_of: Callable[[Any], Policy], known: "_Known") -> Iterator[_Promise]:
    edges, today = windows(day.today, day.calendar), day.today
    far = max(edges.soon_high, edges.long[-1][0]) if edges.long else edges.soon_high
    gone = [one.id for one in day.company.people.values() if not one.active]
    rows = _rows(far, gone)
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


def _rows(far: date, gone: list[int]) -> Any:
    """Running promises that may stand on any level, with what the ladder asks of them."""
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
        .where(
            running(), Action.due_on.is_not(None),
            sa.or_(
                Action.due_on <= far, Action.moves >= OFTEN, Action.owner_id.in_(gone),
                Action.status == Status.blocked,
            ),
        )
        .execution_options(yield_per=5000)
    )  # fmt: skip


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


def _policies() -> list[tuple[datetime, Policy]]:
    """The newest first: an epoch climbs by the one that held when it began."""
    rows = db.session().scalars(
        sa.select(PolicyRow).where(PolicyRow.kind == LADDER).order_by(PolicyRow.number.desc())
    )
    return [(row.valid_from, Policy.read(row.body, row.id)) for row in rows]


_Known = Mapping[tuple[AlertRule, int, str], tuple[int, date | None]]


def _known() -> _Known:
    """For each epoch of what still runs: its levels as bits, and since when its leader is asked."""
    bit = sa.case({n: 1 << n for n in range(5)}, value=Alert.level)
    asked = sa.case((sa.and_(Alert.level == LEADER, Alert.answered_at.is_(None)), Alert.raised_on))
    rows = db.session().execute(
        sa.select(Alert.rule, Alert.subject_id, Alert.epoch, sa.func.sum(bit), sa.func.max(asked))
        .outerjoin(Action, sa.and_(Alert.subject_type == "action", Action.id == Alert.subject_id))
        .where(sa.or_(Alert.subject_type != "action", Action.status.not_in(_OVER)))
        .group_by(Alert.rule, Alert.subject_id, Alert.epoch)
    )
    return {(rule, i, name): (int(bits), asked_on) for rule, i, name, bits, asked_on in rows}


_OVER = (Status.verified, Status.cancelled)


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
