"""Write down what a look ahead has seen: marks go on and off, and are kept to be graded."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.bulk import Batch, Rows
from meetingtracker.models.early_warning import EarlyWarning, WarningSnapshot
from meetingtracker.models.reads.warning_scan import Seen
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.warning import Mark
from meetingtracker.rules.warning_reasons import Reason


def mark_actions(seen: Sequence[Seen], *, model_id: int, at: datetime, on: date) -> None:
    """Inside a write: raise, change and clear the marks of these promises."""
    rows = _standing("action", [one.action_id for one in seen])
    new = Batch(EarlyWarning)
    for one in seen:
        row = rows.get(one.action_id)
        if row is not None and (one.mark is None or row.due_on != one.standing.due):
            row.clear(by=SYSTEM, at=at)
            row = None
        if row is not None and one.mark is not None:
            _refresh(row, one.mark, one.reasons, one.chance, at=at)
        elif one.mark is not None:
            _raise(
                new, "action", one.action_id, one.mark, one.reasons, at=at, on=on,
                due_on=one.standing.due, chance=one.chance, model_id=model_id,
            )  # fmt: skip
    new.insert(db.session())


def mark_issues(found: dict[int, list[Reason]], *, at: datetime, on: date) -> None:
    """Inside a write: the same for issues on their way to a full-blown problem."""
    rows = _standing("issue", list(found))
    new = Batch(EarlyWarning)
    for issue_id, why in found.items():
        if issue_id in rows:
            _refresh(rows[issue_id], Mark.watch, why, None, at=at)
        else:
            _raise(new, "issue", issue_id, Mark.watch, why, at=at, on=on)
    new.insert(db.session())


def clear(warning_ids: Sequence[int], *, at: datetime) -> None:
    """Inside a write: what is not at risk any more, or over, is not warned of any more."""
    rows = sa.select(EarlyWarning).where(EarlyWarning.id.in_(warning_ids))
    for row in db.session().scalars(rows):
        row.clear(by=SYSTEM, at=at)


def _standing(subject_type: str, ids: Sequence[int]) -> dict[int, EarlyWarning]:
    rows = sa.select(EarlyWarning).where(
        EarlyWarning.subject_type == subject_type, EarlyWarning.subject_id.in_(ids),
        EarlyWarning.cleared_at.is_(None),
    )  # fmt: skip
    return {row.subject_id: row for row in db.session().scalars(rows)}


def keep_snapshots(
    seen: Sequence[Seen], *, model_id: int, at: datetime, on: date, weekly: bool, shown: bool
) -> None:
    """Inside a write: what was said of each; nothing for a promise that has one of that day."""
    session = db.session()
    known = set(session.scalars(sa.select(WarningSnapshot.action_id).where(
        WarningSnapshot.day == on, WarningSnapshot.action_id.in_([one.action_id for one in seen])
    )))  # fmt: skip
    rows = Rows(WarningSnapshot.__table__)  # type: ignore[arg-type]
    for one in seen:
        if one.action_id not in known:
            rows.add(
                at=at, day=on, action_id=one.action_id, due_on=one.standing.due, chance=one.chance,
                mark=one.mark, shown=shown and one.mark is not None, weekly=weekly,
                signals=one.inputs, reasons=one.reasons, model_id=model_id,
            )  # fmt: skip
    rows.insert(session)


def _refresh(
    row: EarlyWarning, mark: Mark, reasons: list[Reason], chance: float | None, *, at: datetime
) -> None:
    row.reasons, row.chance = reasons, chance  # facts of the day, not part of its history
    row.change_mark(mark, by=SYSTEM, at=at)


def _raise(
    new: Batch, subject_type: str, subject_id: int, mark: Mark, reasons: list[Reason], *,
    at: datetime, on: date, **more: Any,
) -> None:  # fmt: skip
    new.add(
        "early_warning.raised", by=SYSTEM, at=at, subject_type=subject_type,
        subject_id=subject_id, mark=mark, reasons=reasons, raised_on=on, raised_at=at,
        likely_at=at if mark is Mark.likely_late else None, **more,
    )  # fmt: skip
