"""Ask for another date, and answer it: the old date stands until somebody who may decides."""

from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import UNFINISHED


def open_request(action_id: int) -> DueRequest | None:
    """The unanswered wish for another date, if there is one."""
    return db.session().scalar(
        sa.select(DueRequest).where(
            DueRequest.action_id == action_id, DueRequest.answered_at.is_(None)
        )
    )


def move_due(
    action: Action,
    *,
    to: date,
    reason: str,
    by: Actor,
    at: datetime,
    meeting_id: int | None = None,
) -> bool:
    """Move the date; a wish that was waiting is answered by it."""
    moved = action.move_due(to=to, reason=reason, by=by, at=at, meeting_id=meeting_id)
    if (waiting := open_request(action.id)) is not None:
        waiting.answer(waiting.to_on == to, by=by, at=at, reason=reason)
    return moved


def ask_to_move(action: Action, *, to: date, reason: str, by: Actor, at: datetime) -> DueRequest:
    """Record the wish. A second one while the first waits is refused."""
    if action.status not in UNFINISHED:
        raise RuleBroken(N_("It is finished: its date can't move any more."))
    if not reason.strip():
        raise RuleBroken(N_("Say why the date moves."), field="reason")
    if to == action.due_on:
        raise RuleBroken(N_("That is the date it has."), field="due_on")
    if open_request(action.id) is not None:
        raise RuleBroken(N_("Another date has been asked for already and waits for an answer."))
    return DueRequest.create(
        "due_request.asked", by=by, at=at, reason=reason.strip(), action_id=action.id, to_on=to,
        wish=reason.strip(), asked_by_id=by.id, asked_at=at,
    )  # fmt: skip


def answer_request(
    request: DueRequest, *, to: date | None, reason: str, by: Actor, at: datetime
) -> bool:
    """Yes (`to` is the wished date), another date, or no (None). The wish's reason is kept."""
    if to is None:
        return request.answer(False, by=by, at=at, reason=reason or None)
    why = request.wish if to == request.to_on else reason or request.wish
    request.answer(to == request.to_on, by=by, at=at, reason=reason or None)
    return request.action.move_due(to=to, reason=why, by=by, at=at)
