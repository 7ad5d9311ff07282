"""The lines of a digest with what may be answered to each: what a mail's link opens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.digest_lines import Line, lines_of
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor, is_blocker
from meetingtracker.rules.replies import Reply, replies_about_action, replies_about_issue
from meetingtracker.rules.states import Change

TYPES = ("action", "issue")
"""What can be answered; a meeting is only told of."""


@dataclass(frozen=True, slots=True)
class AskedLine:
    """`thing`: what it is about, if the actor may see it. `replies`: in the order of their
    buttons; none for a line that is dead or that asks nothing. `change`: the wish to be decided."""

    line: Line
    thing: Action | Issue | None
    replies: tuple[Reply, ...] = ()
    change: Change | None = None


def asked_lines(digest_id: int, actor: Actor) -> list[AskedLine]:
    """All lines of the digest in its order; the queries do not grow with them."""
    lines = lines_of(digest_id, actor)
    of_type = {kind: {n.subject_id for n in lines if n.subject_type == kind} for kind in TYPES}
    things: dict[str, Mapping[int, Action | Issue]] = {
        "action": _actions(of_type["action"], actor),
        "issue": _issues(of_type["issue"], actor),
    }
    wishes = _wishes([n.request_id for n in lines if n.notice is Notice.change_to_decide])
    return [
        _asked(line, things.get(line.subject_type, {}).get(line.subject_id), wishes, actor)
        for line in lines
    ]


def _asked(line: Line, thing: Any, wishes: Mapping[int, ChangeRequest], actor: Actor) -> AskedLine:
    wish = wishes.get(line.request_id or 0) if line.notice is Notice.change_to_decide else None
    replies: tuple[Reply, ...] = ()
    if line.alive and isinstance(thing, Action):
        other = thing.blocker_action
        replies = replies_about_action(
            actor, line.notice, thing,
            blocks=is_blocker(actor, thing, blocking_owner_id=other.owner_id if other else None),
            change=wish.change if wish else None, is_named=bool(wish and wish.to_person_id),
            owner_department_id=thing.owner.department_id if thing.owner else None,
        )  # fmt: skip
    elif line.alive and isinstance(thing, Issue):
        home = thing.nominee.department_id if thing.nominee else None
        replies = replies_about_issue(actor, line.notice, thing, nominee_department_id=home)
    return AskedLine(line, thing, replies, wish.change if wish else None)


def _actions(ids: Collection[int], actor: Actor) -> dict[int, Action]:
    rows = db.session().scalars(
        sa.select(Action)
        .where(Action.id.in_(ids), visible_actions(actor))
        .options(joinedload(Action.owner), joinedload(Action.blocker_action))
    )
    return {row.id: row for row in rows}


def _issues(ids: Collection[int], actor: Actor) -> dict[int, Issue]:
    rows = db.session().scalars(
        sa.select(Issue)
        .where(Issue.id.in_(ids), visible_issues(actor))
        .options(joinedload(Issue.nominee))
    )
    return {row.id: row for row in rows}


def _wishes(ids: Collection[int | None]) -> dict[int, ChangeRequest]:
    rows = db.session().scalars(sa.select(ChangeRequest).where(ChangeRequest.id.in_(ids)))
    return {row.id: row for row in rows}
