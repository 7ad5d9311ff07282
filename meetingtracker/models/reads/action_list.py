"""The list of actions: mine, my department's or all I may see, filtered, sorted, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import (
    ActionRow,
    answered_by,
    made_rows,
    rows_of,
    visible_actions,
)
from meetingtracker.models.reads.filters import (
    NOBODY,
    read_choice,
    read_department,
    read_number,
    read_person,
    read_text,
    read_word,
)
from meetingtracker.models.reads.flags import action_flag, marked, running, unfinished
from meetingtracker.models.reads.on_time import judged
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.followup import ACTION_FLAGS, EARLY, Flag, Windows, windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Status
from meetingtracker.rules.warning import Mark

PAGE = 50
SCOPES = ("all", "department", "mine")
SORTS = ("due", "newest", "moves")
STATUSES = ("unfinished", "all", *Status)
_DEPARTMENTS = ("owner", "department", "owed_to", "waits_on")
_NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class ActionFilters:
    """`status`: a Status, "unfinished" or "all". `judged`: "8w", what the on-time figure judges.
    `owed_to`: a department to whose people others promised it; `waits_on`: one that it is blocked
    on, or on its people, or on what they promised; `look`: "past", blocked and its next look is
    over."""

    scope: str = "all"
    owner: int | None = None
    department: int | None = None
    status: str = "unfinished"
    flag: Flag | None = None
    issue: int | None = None
    owed_to: int | None = None
    waits_on: int | None = None
    look: str = ""
    judged: str = ""
    q: str = ""
    sort: str = "due"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From an address. RuleBroken names a value that this list does not know."""
        flag = read_choice(query, "flag", Flag)
        if flag is not None and flag not in ACTION_FLAGS:
            raise RuleBroken(N_("Actions carry no such flag."), field="flag")
        return cls(
            scope=read_word(query, "scope", SCOPES, "all"),
            owner=read_person(query, "owner"),
            department=read_department(query, "department"),
            status=read_word(query, "status", STATUSES, "unfinished"),
            flag=flag,
            issue=read_number(query, "issue", 1, 2**31 - 1),
            owed_to=read_department(query, "owed_to"),
            waits_on=read_department(query, "waits_on"),
            look=read_word(query, "look", ("", "past"), ""),
            judged=read_word(query, "judged", ("", "8w"), ""),
            q=read_text(query),
            sort=read_word(query, "sort", SORTS, "due"),
        )

    def query(self, **other: Any) -> dict[str, str]:
        """Back into an address, without what stands by default; `other` values take its place."""
        values = {f.name: getattr(self, f.name) for f in fields(self)} | other
        usual = {f.name: f.default for f in fields(self)}
        return {
            name: "none" if value == NOBODY and name in _DEPARTMENTS else str(value)
            for name, value in values.items()
            if value is not None and value != "" and value != usual.get(name)
        }


@dataclass(frozen=True, slots=True)
class ActionList:
    """One page of rows; `total` over all pages, `next_cursor` None on the last."""

    rows: list[ActionRow]
    total: int
    next_cursor: str | None


def action_list(
    actor: Actor,
    filters: ActionFilters,
    today: date,
    calendar: WorkingCalendar,
    cursor: str | None = None,
    *,
    zone: str,
    limit: int = PAGE,
) -> ActionList:
    """Two queries; one more for the promises behind the on-time figure."""
    edges = windows(today, calendar)
    where = [visible_actions(actor), *_conditions(actor, filters, today)]
    if filters.flag is not None:
        early = filters.flag in EARLY
        where.append(
            marked(Mark(filters.flag.value), today, actor)
            if early
            else action_flag(filters.flag, edges)
        )
    if filters.judged:
        where.append(
            judged(actor, today=today, zone=zone, department_id=filters.department or None)
        )
    total = db.session().scalar(sa.select(sa.func.count()).select_from(Action).where(*where)) or 0
    key, descending = _KEYS[filters.sort]
    order = key.desc() if descending else key
    # First which rows, from an index alone, then what they say: names are joined to one page only.
    page = sa.select(Action.id, key.label("sort_key")).where(*where)
    if cursor:
        page = page.where(_after(cursor, filters.sort))
    picked = page.order_by(order, Action.id).limit(limit + 1).subquery()
    rows = rows_of(actor, today, picked.c.sort_key).join(picked, picked.c.id == Action.id)
    found = db.session().execute(rows.order_by(order, Action.id)).all()
    more = found[limit - 1] if len(found) > limit else None
    return ActionList(
        rows=made_rows(found[:limit], edges),
        total=total,
        next_cursor=f"{more.sort_key}~{more.id}" if more else None,
    )


def actions_by_id(actor: Actor, ids: Sequence[int], edges: Windows) -> list[ActionRow]:
    """Those of them that the actor may see, in the order given."""
    rows = rows_of(actor, edges.today).where(Action.id.in_(ids), visible_actions(actor))
    made = made_rows(db.session().execute(rows).all(), edges)
    return sorted(made, key=lambda row: ids.index(row.id))


_KEYS: dict[str, tuple[sa.ColumnElement[Any], bool]] = {
    "due": (sa.func.coalesce(Action.due_on, sa.literal(_NEVER, sa.Date)), False),
    "newest": (Action.promised_on.expression, True),
    "moves": (Action.moves.expression, True),
}


def _after(cursor: str, sort: str) -> sa.ColumnElement[bool]:
    """What stands behind the last row of the page before."""
    word, _, last_id = cursor.partition("~")
    try:
        value = int(word) if sort == "moves" else date.fromisoformat(word)
        row_id = int(last_id)
    except ValueError:
        raise RuleBroken(
            N_("This place in the list is gone: start again from its first page.")
        ) from None
    if abs(row_id) >= 2**31 or isinstance(value, int) and abs(value) >= 2**15:
        raise RuleBroken(N_("This place in the list is gone: start again from its first page."))
    key, descending = _KEYS[sort]
    beyond = key < value if descending else key > value
    return sa.or_(beyond, sa.and_(key == value, Action.id > row_id))


def _conditions(actor: Actor, filters: ActionFilters, today: date) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if filters.judged or filters.status == "all":
        where.append(Action.undone_at.is_(None))
    elif filters.status == "unfinished":
        where.append(unfinished())
    else:
        where += [Action.status == filters.status, Action.undone_at.is_(None)]
    if filters.scope == "mine":
        where.append(answered_by(actor))
    if filters.scope == "department":
        where.append(Action.department_id == actor.department_id)
    if filters.owner is not None:
        where.append(Action.owner_id.is_not_distinct_from(filters.owner or None))
    if filters.department is not None:
        where.append(Action.department_id.is_not_distinct_from(filters.department or None))
    if filters.owed_to is not None:
        where += [_asked_by(filters.owed_to), _not_of(filters.owed_to)]
    if filters.waits_on is not None:
        where += [_blocked_on(actor, filters.waits_on), _not_of(filters.waits_on)]
    if filters.look:
        where += [Action.status == Status.blocked, Action.next_look_on < today]
    if filters.issue is not None:
        asked = sa.select(Issue.id).where(Issue.id == filters.issue, visible_issues(actor))
        where.append(Action.issue_id.in_(asked))
    if filters.q:
        where.append(
            sa.or_(
                Action.title.icontains(filters.q, autoescape=True),
                Action.issue_id.in_(
                    sa.select(Issue.id).where(
                        Issue.title.icontains(filters.q, autoescape=True), visible_issues(actor)
                    )
                ),
            )
        )
    return where


def _people_of(department_id: int) -> sa.Select[int]:
    home = Person.department_id.is_not_distinct_from(department_id or None)
    return sa.select(Person.id).where(home)


def _asked_by(department_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(running(), Action.requested_by_id.in_(_people_of(department_id)))


def _blocked_on(actor: Actor, department_id: int) -> sa.ColumnElement[bool]:
    """What blocks it counts where the actor may see that."""
    theirs = sa.select(Action.id).where(
        Action.department_id == department_id, visible_actions(actor)
    )
    return sa.and_(
        Action.status == Status.blocked,
        sa.or_(
            Action.blocker_department_id == department_id,
            Action.blocker_person_id.in_(_people_of(department_id)),
            Action.blocker_action_id.in_(theirs.correlate(None)),
        ),
    )


def _not_of(department_id: int) -> sa.ColumnElement[bool]:
    return Action.department_id.is_distinct_from(department_id)
