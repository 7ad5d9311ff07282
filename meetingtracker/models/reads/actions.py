"""Which actions a person may see, which need them, and one row as every list shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.department import Department
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.person import Person, initials
from meetingtracker.models.reads.flags import running, warned
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.followup import Flag, Windows, action_flags, days_moved, is_high
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED, Priority, Stage, Status, Visibility
from meetingtracker.rules.warning_reasons import Reason, shown


def visible_actions(actor: Actor) -> sa.ColumnElement[bool]:
    """Actions of visible issues, stand-alone ones of visible series, and always one's own."""
    if actor.is_executive:
        return sa.true()
    hidden_issue = Action.issue_id.in_(
        sa.select(Issue.id).where(Issue.confidential, ~visible_issues(actor))
    )
    hidden_series = Action.series_id.in_(
        sa.select(Series.id).where(Series.visibility != Visibility.company, ~visible_series(actor))
    )
    return sa.or_(
        Action.owner_id == actor.id,
        sa.and_(
            sa.or_(Action.issue_id.is_(None), ~hidden_issue),
            sa.or_(Action.issue_id.is_not(None), Action.series_id.is_(None), ~hidden_series),
        ),
    )


def answered_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The actor's own promises, and those of whom they stand in for and may see."""
    mine = Action.owner_id == actor.id
    if not actor.stands_in_for:
        return mine
    theirs = sa.and_(Action.owner_id.in_(actor.stands_in_for), visible_actions(actor))
    return sa.or_(mine, theirs)


def due_for(actor: Actor, *, until: date) -> sa.ColumnElement[bool]:
    """The actor's running promises with a date up to and including `until`."""
    return sa.and_(answered_by(actor), running(), Action.due_on <= until)


def to_accept(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(answered_by(actor), Action.status == Status.proposed)


def to_verify(actor: Actor) -> sa.ColumnElement[bool]:
    """Finished for the actor by somebody else; unanswered it verifies itself."""
    return sa.and_(
        Action.requested_by_id == actor.id,
        Action.status == Status.done,
        Action.owner_id.is_distinct_from(actor.id),
    )


def date_to_decide(actor: Actor) -> sa.ColumnElement[bool]:
    """Actions for which somebody asked another date and the actor is the one who decides."""
    asked = Action.id.in_(
        sa.select(DueRequest.action_id).where(
            DueRequest.answered_at.is_(None),
            sa.or_(DueRequest.asked_by_id.is_(None), DueRequest.asked_by_id != actor.id),
        )
    )
    led = Action.department_id.in_(actor.leads or {-1})
    decides = [
        sa.and_(Action.moves == 0, sa.or_(answered_by(actor), led)),
        sa.and_(Action.moves == 1, sa.or_(Action.requested_by_id == actor.id, led)),
    ]
    if actor.is_executive:
        decides.append(Action.moves >= 2)
    return sa.and_(asked, Action.status.in_(UNFINISHED), sa.or_(*decides))


def change_to_decide(actor: Actor) -> sa.ColumnElement[bool]:
    """Actions whose owner asks to hand them over or drop them, and the actor is who decides."""
    asked = Action.id.in_(
        sa.select(ChangeRequest.action_id).where(
            ChangeRequest.answered_at.is_(None),
            ChangeRequest.asked_by_id.is_distinct_from(actor.id),
        )
    )
    led = Action.department_id.in_(actor.leads or {-1})
    decides = sa.true() if actor.is_executive else led
    return sa.and_(asked, Action.status.in_(UNFINISHED), decides)


def blocked_on(actor: Actor) -> sa.ColumnElement[bool]:
    """Somebody else's promises that wait for the actor, a department they lead or their promise."""
    blocking = aliased(Action)
    return sa.and_(
        Action.status == Status.blocked,
        Action.owner_id.is_distinct_from(actor.id),
        sa.or_(
            Action.blocker_person_id == actor.id,
            Action.blocker_department_id.in_(actor.leads or {-1}),
            Action.blocker_action_id.in_(
                sa.select(blocking.id).where(blocking.owner_id == actor.id)
            ),
        ),
    )


def waits_on_others(actor: Actor) -> sa.ColumnElement[bool]:
    """Running promises that somebody else made to the actor."""
    return sa.and_(
        Action.requested_by_id == actor.id,
        running(),
        Action.owner_id.is_distinct_from(actor.id),
    )


def to_confirm(actor: Actor) -> sa.ColumnElement[bool]:
    """Resolved issues that the actor, as raiser or leader of the raising department, confirms."""
    return sa.and_(
        Issue.stage == Stage.resolved,
        sa.or_(
            Issue.raised_by_id == actor.id,
            Issue.raising_department_id.in_(actor.leads or {-1}),
        ),
    )


def nominees_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Open issues that ask for a person of a department the actor leads as point person."""
    return Issue.nominee_id.in_(
        sa.select(Person.id).where(Person.department_id.in_(actor.leads or {-1}))
    )


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as a list shows it; the permission predicates take it as it is."""

    id: int
    version: int
    title: str
    status: Status
    priority: Priority
    due_on: date | None
    original_due_on: date | None
    promised_on: date
    moves: int
    owner_id: int | None
    owner: str | None
    colour: int
    department_id: int | None
    requested_by_id: int | None
    requested_by: str | None
    created_by_id: int | None
    issue_id: int | None
    issue: str | None
    need: str | None
    next_look_on: date | None
    blocker_action_id: int | None
    waits_on: str
    flags: tuple[Flag, ...]
    reasons: list[Reason]
    """Of its early warning, as far as the reader may be told them."""

    @property
    def initials(self) -> str:
        return initials(self.owner or "")

    @property
    def days_moved(self) -> int:
        return days_moved(self.original_due_on, self.due_on)


_owner, _requester, _blocker = (aliased(Person) for _ in range(3))
_home, _blocking = aliased(Department), aliased(Department)
_COLUMNS = (
    Action.id, Action.version, Action.title, Action.status, Action.priority, Action.due_on,
    Action.original_due_on, Action.promised_on, Action.moves, Action.owner_id,
    _owner.name.label("owner"), _home.colour.label("colour"), Action.department_id,
    Action.requested_by_id, _requester.name.label("requested_by"), Action.created_by_id,
    Action.issue_id, Issue.severity.label("severity"), Action.blocked_need.label("need"),
    Action.next_look_on, Action.blocker_action_id,
    sa.func.coalesce(_blocker.name, _blocking.name, "").label("waits_on"),
)  # fmt: skip


def rows_of(actor: Actor, today: date, *more: Any) -> sa.Select[*tuple[Any, ...]]:
    """A select of actions with every name a row shows; `more` are columns of your own.

    An owner sees the own promise, but not the name of an issue they may no longer read.
    """
    issue = sa.case((visible_issues(actor), Issue.title)).label("issue")
    knows_load = sa.or_(Action.owner_id == actor.id, Action.department_id.in_(actor.leads or {-1}))
    early = (EarlyWarning.mark, EarlyWarning.reasons, knows_load.label("knows_load"))
    return (
        sa.select(*_COLUMNS, issue, *early, *more)
        .select_from(Action)
        .outerjoin(EarlyWarning, warned(today, actor))
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .outerjoin(_owner, _owner.id == Action.owner_id)
        .outerjoin(_home, _home.id == _owner.department_id)
        .outerjoin(_requester, _requester.id == Action.requested_by_id)
        .outerjoin(_blocker, _blocker.id == Action.blocker_person_id)
        .outerjoin(_blocking, _blocking.id == Action.blocker_department_id)
    )


def made_rows(rows: Iterable[Any], edges: Windows) -> list[ActionRow]:
    """The rows of `rows_of`, with their flags on the day of `edges`."""
    return [_made(row._mapping, edges) for row in rows]


def _made(row: Any, edges: Windows) -> ActionRow:
    flags = action_flags(
        status=row["status"], due_on=row["due_on"], promised_on=row["promised_on"],
        moves=row["moves"], high=is_high(row["priority"], row["severity"]), edges=edges,
        mark=row["mark"],
    )  # fmt: skip
    reasons = shown(row["reasons"] or (), with_load=row["knows_load"])
    colour = row["colour"] if row["colour"] is not None else (row["owner_id"] or 0) % 12
    names = ActionRow.__dataclass_fields__.keys() - {"flags", "reasons", "colour"}
    return ActionRow(
        flags=flags, reasons=reasons, colour=colour, **{name: row[name] for name in names}
    )
