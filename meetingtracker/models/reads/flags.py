"""The flags in SQL: twins of rules/followup.py; a generated test holds them together."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from meetingtracker.models.action import Action
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.issue import Issue
from meetingtracker.rules.followup import OFTEN, Flag, Windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import RUNNING, UNFINISHED, Priority, Stage, Status
from meetingtracker.rules.warning import Mark

Clause = sa.ColumnElement[bool]


def _listed(name: str, values: tuple[Any, ...]) -> sa.BindParameter[Any]:
    """Values that stand in the statement itself: only so does SQLite use a partial index."""
    return sa.bindparam(name, list(values), expanding=True, literal_execute=True, unique=True)


def running() -> Clause:
    """Accepted and not finished; spelt as in the partial indexes of actions."""
    return Action.status.in_(_listed("running", RUNNING))


def unfinished() -> Clause:
    """Running or still proposed; spelt as in the partial index of actions."""
    return Action.status.in_(_listed("unfinished", UNFINISHED))


def cancelled() -> Clause:
    """Dropped, declined or taken back; spelt as in the partial index of actions."""
    return Action.status.in_(_listed("cancelled", (Status.cancelled,)))


def is_open() -> Clause:
    """Not closed or declined; spelt as in the partial index of issues."""
    return Issue.stage.not_in(_listed("ended", (Stage.closed, Stage.declined)))


def action_flag(flag: Flag, edges: Windows) -> Clause:
    """The actions that carry a flag. LookupError for one that actions do not have."""
    return _ACTION[flag](edges)


def issue_flag(flag: Flag, edges: Windows) -> Clause:
    """The open issues that carry a flag. LookupError for one that issues do not have."""
    return _ISSUE[flag](edges)


def _overdue(edges: Windows) -> Clause:
    return sa.and_(running(), Action.due_on < edges.today)


def _due_soon(edges: Windows) -> Clause:
    severe = sa.exists().where(Issue.id == Action.issue_id, Issue.severity == 1).correlate(Action)
    last = max(edges.soon_high, edges.long[-1][0])
    return sa.and_(
        running(),
        Action.due_on.between(edges.today, last),
        sa.or_(
            Action.due_on <= edges.soon,
            sa.and_(
                Action.due_on <= edges.soon_high,
                sa.or_(Action.priority == Priority.high, severe),
            ),
            *(
                sa.and_(Action.due_on == day, Action.promised_on < before)
                for day, before in edges.long
            ),
        ),
    )


def _moved_twice(edges: Windows) -> Clause:
    return sa.and_(running(), Action.moves >= OFTEN)


def speaks_of() -> Clause:
    """Joins the early warning that stands on an action: until its date moves, or its owner says "on
    track"."""
    return sa.and_(
        EarlyWarning.subject_type == "action", EarlyWarning.subject_id == Action.id,
        EarlyWarning.cleared_at.is_(None), EarlyWarning.due_on == Action.due_on,
        sa.or_(Action.on_track_at.is_(None), Action.on_track_at < EarlyWarning.raised_at),
    )  # fmt: skip


def warned(today: date, actor: Actor | None = None) -> Clause:
    """Joins the early warning that is shown of an action: the owner sees it first, all others from
    the next day on; from its date on it is overdue instead."""
    seen = EarlyWarning.raised_on < today
    if actor is not None:
        seen = sa.or_(seen, Action.owner_id == actor.id)
    return sa.and_(speaks_of(), EarlyWarning.due_on >= today, seen)


def marked(mark: Mark, today: date, actor: Actor | None = None) -> Clause:
    """The running actions that carry this mark of the early warning."""
    ids = sa.select(EarlyWarning.subject_id).where(EarlyWarning.mark == mark, warned(today, actor))
    return sa.and_(running(), Action.id.in_(ids.correlate(Action)))


def troubled() -> Clause:
    """Joins the early warning that stands on an issue."""
    return sa.and_(
        EarlyWarning.subject_type == "issue", EarlyWarning.subject_id == Issue.id,
        EarlyWarning.cleared_at.is_(None),
    )  # fmt: skip


_ACTION = {
    Flag.overdue: _overdue,
    Flag.likely_late: lambda edges: marked(Mark.likely_late, edges.today),
    Flag.watch: lambda edges: marked(Mark.watch, edges.today),
    Flag.due_soon: _due_soon,
    Flag.blocked: lambda edges: Action.status == Status.blocked,
    Flag.moved_twice: _moved_twice,
}


def _has(actions: Clause) -> Clause:
    """Issues with such an action. A list, not a test per issue: few actions are overdue at once."""
    return Issue.id.in_(sa.select(Action.issue_id).where(Action.issue_id.is_not(None), actions))


def _unassigned(edges: Windows) -> Clause:
    return sa.and_(
        Issue.point_person_id.is_(None),
        Issue.stage != Stage.resolved,
        Issue.raised_on < edges.unassigned_before,
    )


_ISSUE = {
    Flag.overdue: lambda edges: _has(_overdue(edges)),
    Flag.unassigned: _unassigned,
    Flag.likely_late: lambda edges: _has(marked(Mark.likely_late, edges.today)),
    Flag.watch: lambda edges: _has(marked(Mark.watch, edges.today)),
    Flag.trouble: lambda edges: sa.exists().where(troubled()).correlate(Issue),
    Flag.due_soon: lambda edges: _has(_due_soon(edges)),
    Flag.blocked: lambda edges: sa.or_(
        Issue.stage == Stage.blocked, _has(Action.status == Status.blocked)
    ),
    Flag.to_confirm: lambda edges: Issue.stage == Stage.resolved,
}


def worst_first(edges: Windows) -> sa.Case[int]:
    """How urgent an open issue is: by the first of these flags that it carries."""
    order = (Flag.overdue, Flag.unassigned, Flag.likely_late, Flag.due_soon)
    places = ((issue_flag(flag, edges), place) for place, flag in enumerate(order))
    return sa.case(*places, else_=len(order))
