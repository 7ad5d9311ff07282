"""Who keeps whom waiting: the chain an action stands in, as far as its reader may see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.rules.blocking import chain
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status


@dataclass(frozen=True, slots=True)
class Link:
    """One action of a chain; `id` None and no words for one that the reader may not see."""

    id: int | None
    title: str = ""
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Blocking:
    """`waits_for`: the actions ahead, the nearest first, as far as they can be followed; the last
    of them, or the action itself, waits for `end` (a person or a department; "" for nobody named).
    `circle`: the actions at its end that wait for each other; if it is one of them, nothing is
    ahead. `keeps`: those that wait for it, through chains
    too; what the reader may not see is left out of these.
    """

    waits_for: list[Link]
    end: str
    circle: list[Link]
    keeps: list[Link]


def blocking(actor: Actor, action_id: int) -> Blocking:
    """In two queries, however long the chains."""
    waits_for = _waits_for()
    way = chain(action_id, waits_for)
    behind = _behind(action_id, waits_for)
    known = _links(actor, {*way.links, *behind})
    ahead: list[Link] = []
    for link_id in way.links[1:]:
        ahead.append(known[link_id][0])
        if ahead[-1].id is None:  # what it waits for in turn is not the reader's to know
            break
    last = ahead[-1] if ahead else known[action_id][0]
    inside = action_id in way.circle
    # From outside one sees the circle only as far as one can follow the way to it.
    circle = way.circle if inside or last.id is not None else ()
    return Blocking(
        waits_for=[] if inside else ahead,
        end="" if way.circle or last.id is None else known[last.id][1],
        circle=[known[i][0] for i in circle],
        keeps=[
            link for i in behind if i not in way.circle and (link := known[i][0]).id is not None
        ],
    )


def _waits_for() -> dict[int, int]:
    rows = db.session().execute(
        sa.select(Action.id, Action.blocker_action_id).where(
            Action.status == Status.blocked, Action.blocker_action_id.is_not(None)
        )
    )
    return {action_id: blocker_id for action_id, blocker_id in rows if blocker_id is not None}


def _behind(action_id: int, waits_for: Mapping[int, int]) -> list[int]:
    """Whom it keeps waiting, the nearest first."""
    waiting: dict[int, list[int]] = {}
    for one, other in sorted(waits_for.items()):
        waiting.setdefault(other, []).append(one)
    found = [action_id]
    for one in found:
        found += [other for other in waiting.get(one, ()) if other not in found]
    return found[1:]


def _links(actor: Actor, ids: Collection[int]) -> dict[int, tuple[Link, str]]:
    """Each with the person or the department that it waits for."""
    owner, blocker = aliased(Person), aliased(Person)
    rows = db.session().execute(
        sa.select(
            Action.id, Action.title, owner.name,
            sa.func.coalesce(blocker.name, Department.name, ""), visible_actions(actor),
        )
        .outerjoin(owner, owner.id == Action.owner_id)
        .outerjoin(blocker, blocker.id == Action.blocker_person_id)
        .outerjoin(Department, Department.id == Action.blocker_department_id)
        .where(Action.id.in_(ids))
    )  # fmt: skip
    return {
        action_id: (Link(action_id, title, name) if seen else Link(None), end)
        for action_id, title, name, end, seen in rows
    }
