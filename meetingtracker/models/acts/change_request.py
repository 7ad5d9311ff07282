"""Ask to hand a promise over or to drop it, and answer that: it stays as it is until then."""

from datetime import datetime

import sqlalchemy as sa

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Change


def open_change(action_id: int) -> ChangeRequest | None:
    """The unanswered wish, if there is one. Locked inside a write."""
    return db.session().scalar(
        for_change(
            sa.select(ChangeRequest).where(
                ChangeRequest.action_id == action_id, ChangeRequest.answered_at.is_(None)
            ),
            ChangeRequest,
        )
    )


def ask_to_hand_over(
    action: Action, *, to_person_id: int | None, reason: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Name the next owner, or None: "not mine", and whoever decides finds somebody."""
    if to_person_id is not None:
        if to_person_id == action.owner_id:
            raise RuleBroken(N_("It is theirs already: choose somebody else."), field="next_owner")
        person = db.session().get(Person, to_person_id)
        if person is None or not person.is_active:
            raise RuleBroken(N_("Choose somebody who is still here."), field="next_owner")
    return _ask(action, Change.hand_over, reason, by=by, at=at, to_person_id=to_person_id)


def ask_to_drop(action: Action, *, reason: str, by: Actor, at: datetime) -> ChangeRequest:
    return _ask(action, Change.drop, reason, by=by, at=at)


def _ask(
    action: Action,
    change: Change,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    to_person_id: int | None = None,
) -> ChangeRequest:
    if not action.status.is_running:
        raise RuleBroken(N_("Only what is promised and not finished can be asked about."))
    if not reason.strip():
        raise RuleBroken(N_("Give the reason in one line."), field="reason")
    if open_change(action.id) is not None:
        raise RuleBroken(N_("That has been asked for already and waits for an answer."))
    return ChangeRequest.create(
        "change_request.asked", by=by, at=at, reason=reason.strip(), action_id=action.id,
        change=change, to_person_id=to_person_id, wish=reason.strip(), asked_by_id=by.id,
        asked_at=at,
    )  # fmt: skip


def answer_change(
    request: ChangeRequest,
    granted: bool,
    *,
    to_person_id: int | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> bool:
    """Yes does what was asked, with the wish as its reason; no leaves all as it is.

    `to_person_id`: who gets it, if not whom the owner named. RuleBroken, beside the field `owner`,
    if nobody is named at all.
    """
    next_id = to_person_id or request.to_person_id
    action = request.action
    if granted and request.change is Change.hand_over:
        if next_id is None:
            raise RuleBroken(N_("Who takes it?"), field="owner")
        if next_id == action.owner_id:
            raise RuleBroken(N_("It is theirs already: choose somebody else."), field="owner")
    answered = request.be_answered(granted, by=by, at=at, reason=reason.strip() or None)
    if granted and request.change is Change.drop:
        action.cancel(reason=request.wish, by=by, at=at)
    elif granted and next_id is not None:
        hand_over(action, next_id, reason=request.wish, by=by, at=at)
    return answered


def withdraw_change(request: ChangeRequest, *, by: Actor, at: datetime) -> bool:
    """Whoever asked keeps the promise after all."""
    return request.be_answered(None, by=by, at=at)
