"""The early warning of one action or issue, and those that stand, as pages show them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.early_warning import EarlyWarning, WarningModel
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.actions import ActionRow, made_rows, rows_of, visible_actions
from meetingtracker.models.reads.flags import marked, running, warned
from meetingtracker.rules.followup import Windows
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.warning import Mark
from meetingtracker.rules.warning_marks import Verdict, WarningAnswer
from meetingtracker.rules.warning_reasons import Reason, shown


@dataclass(frozen=True, slots=True)
class Warned:
    """What is shown of a warning: `is_owners` as long as only its owner sees it. `verdict` is what
    the model it goes by may say; None for an issue."""

    mark: Mark
    reasons: list[Reason]
    chance: float | None
    verdict: Verdict | None
    raised_on: date
    is_owners: bool
    answer: WarningAnswer | None
    answered_at: datetime | None


def warnings_of_actions(
    actor: Actor, action_ids: Collection[int], today: date
) -> dict[int, Warned]:
    """The warnings of these actions that are shown to this reader."""
    if not action_ids:
        return {}
    rows = db.session().execute(
        sa.select(EarlyWarning, WarningModel.verdict, Action.owner_id, Action.department_id)
        .select_from(Action)
        .join(EarlyWarning, warned(today, actor))
        .outerjoin(WarningModel, WarningModel.id == EarlyWarning.model_id)
        .where(Action.id.in_(action_ids), running())
    )
    return {
        row.EarlyWarning.subject_id: _shown(
            row.EarlyWarning, row.verdict, today,
            with_load=row.owner_id == actor.id or row.department_id in actor.leads,
        )
        for row in rows
    }  # fmt: skip


def trouble_of_issue(issue: Issue, today: date) -> Warned | None:
    """Why it is on its way to a full-blown problem; None if it is not."""
    row = EarlyWarning.standing_on("issue", issue.id) if issue.stage.is_open else None
    return None if row is None else _shown(row, None, today, with_load=False)


def _shown(row: EarlyWarning, verdict: Verdict | None, today: date, *, with_load: bool) -> Warned:
    return Warned(
        row.mark, shown(row.reasons, with_load=with_load), row.chance, verdict, row.raised_on,
        row.raised_on >= today, row.answer, row.answered_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LikelyLate:
    """A promise that is likely late, with what its owner said to that."""

    action: ActionRow
    answer: WarningAnswer | None


def likely_late(
    actor: Actor, edges: Windows, *, series_id: int | None = None, first_series: bool = True
) -> list[LikelyLate]:
    """Those that the actor may see, the worst first: as many as the budget let on. `series_id`:
    only what that meeting speaks about; `first_series`: also what belongs to no other."""
    home = sa.func.coalesce(Action.series_id, Issue.series_id)
    rows = (
        rows_of(actor, edges.today, EarlyWarning.answer, EarlyWarning.chance)
        .where(marked(Mark.likely_late, edges.today), visible_actions(actor))
        .order_by(EarlyWarning.chance.desc().nulls_last(), Action.due_on, Action.id)
    )
    if series_id is not None:
        here = home == series_id
        rows = rows.where(sa.or_(here, home.is_(None)) if first_series else here)
    found = db.session().execute(rows).all()
    return [
        LikelyLate(action, row.answer)
        for row, action in zip(found, made_rows(found, edges), strict=True)
    ]
