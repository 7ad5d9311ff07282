"""What is blocked, and who has to move."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.rules.blocking import chain
from meetingtracker.rules.recipients import Company
from meetingtracker.rules.states import RUNNING, Status


def who_waits_on(company: Company, blocks: Mapping[int, Any]) -> dict[int, int | None]:
    """For each blocked action who has to move; None for outside, a circle, or what can go on."""
    waits_for = blocker_of(blocks)
    found: dict[int, int | None] = {}
    for action_id, row in blocks.items():
        if row.status is Status.blocked:
            way = chain(action_id, waits_for)
            moves = who_moves(way.end, action_id, blocks, company)
            found[action_id] = None if way.circle else moves
    return found


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


def blocker_of(blocks: Mapping[int, Any]) -> dict[int, int]:
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
