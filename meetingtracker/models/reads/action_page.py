"""Everything the page of one action shows: the promise, its ledger, its history."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action, DueChange, DueRequest
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.comment import Comment
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.blocking import Blocking, blocking
from meetingtracker.models.reads.history import Happening, history
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


@dataclass(frozen=True, slots=True)
class ActionPage:
    action: Action
    moves: Sequence[DueChange]  # also those taken back at once, and what took them back
    request: DueRequest | None
    change: ChangeRequest | None
    comments: Sequence[Comment]
    history: Sequence[Happening]
    in_meeting: bool
    chain: Blocking

    @property
    def taken_back(self) -> frozenset[int]:
        """Ids of the ledger's rows that do not count: a move undone at once, and its undoing."""
        undoing = [move for move in self.moves if move.undoes_id is not None]
        return frozenset(i for move in undoing for i in (move.id, move.undoes_id) if i is not None)

    @property
    def days_moved(self) -> int:
        """From the first date to the one that stands now."""
        action = self.action
        if action.due_on is None or action.original_due_on is None:
            return 0
        return (action.due_on - action.original_due_on).days


def visible_action(actor: Actor, action_id: int) -> Action | None:
    """The action with the people and departments around it, if the actor may see.

    Locked inside a write.
    """
    statement = (
        sa.select(Action)
        .where(Action.id == action_id, visible_actions(actor))
        .options(
            joinedload(Action.owner).joinedload(Person.department),
            joinedload(Action.requested_by).joinedload(Person.department),
            joinedload(Action.created_by),
            joinedload(Action.department),
            joinedload(Action.issue),
            joinedload(Action.blocker_person),
            joinedload(Action.blocker_department),
            joinedload(Action.blocker_action),
        )
    )
    return db.session().scalar(for_change(statement, Action))


def action_page(actor: Actor, action_id: int) -> ActionPage | None:
    action = visible_action(actor, action_id)
    if action is None:
        return None
    session = db.session()
    requests = session.scalars(
        sa.select(DueRequest)
        .where(DueRequest.action_id == action_id)
        .options(joinedload(DueRequest.asked_by))
    ).all()
    changes = session.scalars(
        sa.select(ChangeRequest)
        .where(ChangeRequest.action_id == action_id)
        .options(joinedload(ChangeRequest.asked_by), joinedload(ChangeRequest.to_person))
    ).all()
    return ActionPage(
        action=action,
        moves=session.scalars(
            sa.select(DueChange)
            .where(DueChange.action_id == action_id)
            .options(joinedload(DueChange.by))
            .order_by(DueChange.id)
        ).all(),
        request=next((r for r in requests if r.answered_at is None), None),
        change=next((c for c in changes if c.answered_at is None), None),
        comments=session.scalars(
            sa.select(Comment)
            .where(Comment.action_id == action_id)
            .options(joinedload(Comment.by).joinedload(Person.department))
            .order_by(Comment.at, Comment.id)
        ).all(),
        history=history(
            [
                ("action", action_id),
                *(("due_request", r.id) for r in requests),
                *(("change_request", c.id) for c in changes),
            ],
            {action_id: action.title},
        ),
        in_meeting=given_or_discussed_by(actor, action),
        chain=blocking(actor, action_id),
    )


def given_or_discussed_by(actor: Actor, action: Action) -> bool:
    """Whether the actor runs, right now, a meeting that gave the action or discusses it."""
    runs = sa.and_(
        Meeting.state.in_((MeetingState.live, MeetingState.wrap_up)),
        sa.or_(Meeting.facilitator_id == actor.id, Meeting.scribe_id == actor.id),
    )
    about = [AgendaItem.action_id == action.id]
    if action.issue_id is not None:
        about.append(AgendaItem.issue_id == action.issue_id)
    discussed = (
        sa.exists()
        .where(AgendaItem.id == Placement.item_id, Placement.meeting_id == Meeting.id)
        .where(sa.or_(*about), runs)
    )
    given = sa.exists().where(Meeting.id == action.meeting_id, runs)
    return bool(db.session().scalar(sa.select(sa.or_(discussed, given))))


def has_minutes(meeting_id: int) -> bool:
    """Whether the minutes of the meeting have been issued."""
    state = db.session().scalar(sa.select(Meeting.state).where(Meeting.id == meeting_id))
    return state is not None and state.has_minutes
