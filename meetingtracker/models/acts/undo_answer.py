"""Take back, within minutes, what was answered to a line of a mail."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import EnumValue, db, for_change
from meetingtracker.models.action import Action, DueChange, DueRequest
from meetingtracker.models.acts.change_request import open_change, withdraw_change
from meetingtracker.models.acts.move_due import open_request
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.event import Event, Recorded, decode
from meetingtracker.models.issue import Issue, IssueReader
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor

UNDO = timedelta(minutes=10)
_NOUNS: dict[str, type[Any]] = {
    noun.__tablename__: noun
    for noun in (Action, Issue, IssueReader, DueRequest, ChangeRequest, Alert)
}


def may_still_undo(answered_at: datetime | None, undone_at: datetime | None, at: datetime) -> bool:
    return answered_at is not None and undone_at is None and at - answered_at <= UNDO


def undo_answer(line: DigestLine, *, by: Actor, at: datetime) -> bool:
    """Everything stands again as it stood before, as a change of its own; the history keeps both.

    False if there is nothing to take back. RuleBroken after UNDO, and when anything of it has
    changed since.
    """
    if line.answered_at is None or line.undone_at is not None:
        return False
    if not may_still_undo(line.answered_at, line.undone_at, at):
        raise RuleBroken(N_("Ten minutes have passed: it can't be taken back here any more."))
    of_rows: dict[tuple[str, int], list[Event]] = {}
    for event in _events(by, line.answered_at):
        of_rows.setdefault((event.subject_type, event.subject_id), []).append(event)
    stand = {key: _as_it_was_left(events) for key, events in of_rows.items()}
    for key, events in reversed(of_rows.items()):
        _take_back(stand[key], events, by=by, at=at)
    line.undone_at = at
    return True


def _events(by: Actor, answered_at: datetime) -> list[Event]:
    """What the answer did: all that the person did at that very instant."""
    return list(
        db.session().scalars(
            sa.select(Event)
            .where(Event.at == answered_at, Event.actor_id == by.id)
            .order_by(Event.id)
        )
    )


def _as_it_was_left(events: list[Event]) -> Any:
    """The row, locked; RuleBroken if it has changed since."""
    last = events[-1]
    noun = _NOUNS[last.subject_type]
    row = db.session().scalar(for_change(sa.select(noun).where(noun.id == last.subject_id), noun))
    if row is None or row.version != last.subject_version:
        raise RuleBroken(N_("Somebody has gone on from there since: it can't be taken back here."))
    return row


def _take_back(row: Any, events: list[Event], *, by: Actor, at: datetime) -> None:
    if events[0].subject_version == 1:
        _unmake(row, by=by, at=at)
        return
    old: dict[str, Any] = {}
    for event in events:
        for name, (before, _after) in event.changes.items():
            old.setdefault(name, _value(row, name, before))
    if "original_due_on" in old:
        raise RuleBroken(N_("The first date of a promise never changes."))
    if isinstance(row, DueRequest | ChangeRequest):
        _must_be_the_only_wish(row)
    row.record(f"{row.__tablename__}.answer_undone", by=by, at=at, **old)
    if isinstance(row, Action):
        _take_back_move(row, events[-1], by=by, at=at)


def _unmake(row: Any, *, by: Actor, at: datetime) -> None:
    """What the answer made is withdrawn: a next promise, a wish, a reader."""
    match row:
        case Action():
            row.undo(by=by, at=at)
        case DueRequest():
            row.withdraw(by=by, at=at)
        case ChangeRequest():
            withdraw_change(row, by=by, at=at)
        case IssueReader():
            row.record("issue_reader.removed", by=by, at=at, removed_at=at)


def _take_back_move(action: Action, event: Event, *, by: Actor, at: datetime) -> None:
    """The ledger keeps the move and its undoing; together they count as none."""
    moved = sa.select(DueChange).where(
        DueChange.action_id == action.id, DueChange.at == event.at,
        DueChange.by_id.is_not_distinct_from(event.actor_id),
    )  # fmt: skip
    for move in db.session().scalars(moved).all():
        db.session().add(
            DueChange(
                action_id=action.id, from_on=move.to_on, to_on=move.from_on, reason=move.reason,
                by_id=by.id, at=at, undoes_id=move.id,
            )
        )  # fmt: skip


def _must_be_the_only_wish(row: DueRequest | ChangeRequest) -> None:
    other = open_request if isinstance(row, DueRequest) else open_change
    if other(row.action_id) is not None:
        raise RuleBroken(N_("Something else has been asked for since: answer that."))


def _value(row: Recorded, name: str, stored: Any) -> Any:
    """A column's value as the row holds it."""
    column = row.__table__.columns[name]  # type: ignore[attr-defined]
    value = decode(column, stored)
    is_enum = isinstance(column.type, EnumValue) and value is not None
    return column.type.enum(value) if is_enum else value
