"""Which actions a person may see, and which need them."""

from datetime import date

import sqlalchemy as sa

from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import RUNNING, Stage, Status, Visibility


def visible_actions(actor: Actor) -> sa.ColumnElement[bool]:
    """Actions of visible issues, stand-alone ones of visible series, and always one's own."""
    if actor.is_executive:
        return sa.true()
    hidden_issue = Action.issue_id.in_(
        sa.select(Issue.id).where(Issue.confidential, ~visible_issues(actor))
    )
    hidden_series = Action.series_id.in_(
        sa.select(Series.id).where(
            Series.visibility != Visibility.company, ~visible_series(actor)
        )
    )
    return sa.or_(
        Action.owner_id == actor.id,
        sa.and_(
            sa.or_(Action.issue_id.is_(None), ~hidden_issue),
            sa.or_(Action.issue_id.is_not(None), Action.series_id.is_(None), ~hidden_series),
        ),
    )


def due_for(actor: Actor, *, until: date) -> sa.ColumnElement[bool]:
    """The actor's running promises with a date up to and including `until`."""
    return sa.and_(
        Action.owner_id == actor.id, Action.status.in_(RUNNING), Action.due_on <= until
    )


def to_accept(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(Action.owner_id == actor.id, Action.status == Status.proposed)


def to_verify(actor: Actor) -> sa.ColumnElement[bool]:
    """Finished for the actor by somebody else; unanswered it verifies itself."""
    return sa.and_(
        Action.requested_by_id == actor.id,
        Action.status == Status.done,
        Action.owner_id != actor.id,
    )


def date_to_decide(actor: Actor) -> sa.ColumnElement[bool]:
    """Actions for which somebody asked another date and the actor is the one who decides."""
    asked = Action.id.in_(
        sa.select(DueRequest.action_id).where(
            DueRequest.answered_at.is_(None),
            sa.or_(DueRequest.asked_by_id.is_(None), DueRequest.asked_by_id != actor.id),
        )
    )
    led = Action.department_id.in_(actor.leads or {0})
    decides = [
        sa.and_(Action.moves == 0, sa.or_(Action.owner_id == actor.id, led)),
        sa.and_(Action.moves == 1, sa.or_(Action.requested_by_id == actor.id, led)),
    ]
    if actor.is_executive:
        decides.append(Action.moves >= 2)
    return sa.and_(asked, sa.or_(*decides))


def blocked_on(actor: Actor) -> sa.ColumnElement[bool]:
    """Somebody else's promises that wait for the actor, or for a department the actor leads."""
    return sa.and_(
        Action.status == Status.blocked,
        sa.or_(
            Action.blocker_person_id == actor.id,
            Action.blocker_department_id.in_(actor.leads or {0}),
        ),
    )


def to_confirm(actor: Actor) -> sa.ColumnElement[bool]:
    """Resolved issues that the actor, as raiser or as leader of the raising department, confirms."""
    return sa.and_(
        Issue.stage == Stage.resolved,
        sa.or_(
            Issue.raised_by_id == actor.id,
            Issue.raising_department_id.in_(actor.leads or {0}),
        ),
    )
