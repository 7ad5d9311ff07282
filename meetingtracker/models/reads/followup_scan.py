"""The scan of the follow-up: which alerts must stand on a day, and which of them do not yet."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import NamedTuple

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.blocks import blocker_of, blocks_of, who_waits_on
from meetingtracker.models.reads.followup_rows import (
    Known,
    Policies,
    Running,
    days_of_moves,
    known_levels,
    ladders,
    may_climb,
    open_wishes,
    running_promises,
    unsettled,
    verdicts_asked,
)
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
from meetingtracker.rules.states import Stage, Status

Reached = frozenset[int]


class Due(NamedTuple):
    """An alert that must be raised. `told_id`: whose it is to move, the owner or a blocker; None if
    nobody has it. `asker_id`: who waits for it. A tuple: there may be 100,000 of them."""

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
    policies = ladders()
    which = unsettled(day, policies)
    known = known_levels(which)
    found = [
        *_promises(day, policies, known, which), *_proposals(day, known),
        *_confirmations(day, known),
    ]  # fmt: skip
    return sorted(found, key=lambda due: (-due.level, due.due_on, due.subject_id))


def overdue_promises(day: Day) -> list[Due]:
    """Level 3 of what the next meeting has to hear: every running promise whose date has passed,
    the worst first, also where that was said before. Not what stands still: what waits for somebody
    else, and what may lie for now (outside until its next look, or for an owner who left)."""
    which = may_climb(day)
    policies, known = ladders(), known_levels(which)
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
        for one in _running(day, lambda row: policy, {}, may_climb(day))
        if (reached := one.reached - {0})
    )


class _Promise(NamedTuple):
    """A running promise with its ladder: the owner's own, or that of whoever blocks it."""

    row: Running
    rule: AlertRule
    epoch: str
    told_id: int | None
    asker_id: int | None
    policy: Policy
    reached: Reached
    lies: bool = False
    """Somebody let it lie until today or later."""


def _promises(
    day: Day, policies: Policies, known: Known, which: sa.ColumnElement[bool]
) -> Iterator[Due]:
    for one in _running(day, partial(_policy_of, policies), known, which):
        raised = known.get((one.rule, one.row.id, one.epoch), (0, None))[0]
        for level in sorted(one.reached):
            if not raised >> level & 1:
                yield Due(
                    one.rule, "action", one.row.id, one.epoch, level, one.policy.id, one.told_id,
                    one.asker_id, one.row.due_on,
                )  # fmt: skip


def _policy_of(policies: Policies, row: Running) -> Policy:
    """The policy that held when the epoch of a promise began."""
    began = row.epoch_at or row.created_at
    return next((p for since, p in policies if since <= began), GENTLE)


def _running(
    day: Day, policy_of: Callable[[Running], Policy], known: Known, which: sa.ColumnElement[bool]
) -> Iterator[_Promise]:
    edges, today = windows(day.today, day.calendar), day.today
    rows = running_promises(which)
    blocks = blocks_of()
    waits_on = who_waits_on(day.company, blocks)
    waits_for = blocker_of(blocks)
    moved, asked, met = days_of_moves(day.zone), open_wishes(), verdicts_asked()

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


def _nobody_has(owner_id: int | None, company: Company) -> bool:
    """Its owner has left and nobody stands in; or it never had one."""
    owner = company.people.get(owner_id) if owner_id is not None else None
    if owner is not None and owner.active:
        return False
    return owner is None or company.stand_in(owner.id) is None


def _spoke(row: Running, zone: str) -> bool:
    """On track, with a word, since the date has passed."""
    if row.on_track_at is None or not row.on_track_note:
        return False
    again = row.epoch_at is not None and row.on_track_at < row.epoch_at
    return not again and local_today(row.on_track_at, zone) > row.due_on


def _since(met: Sequence[tuple[datetime, int]], began: datetime) -> int:
    return sum(placed for created_at, placed in met if created_at >= began)


def _proposals(day: Day, known: Known) -> Iterator[Due]:
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


def _confirmations(day: Day, known: Known) -> Iterator[Due]:
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
