"""Everything the page of one issue shows; the number of queries does not grow with its life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.comment import Attachment, Comment
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.history import Happening, issue_history
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import MeetingState


@dataclass(frozen=True, slots=True)
class IssuePage:
    issue: Issue
    actions: Sequence[Action]
    comments: Sequence[Comment]
    decisions: Sequence[Decision]
    attachments: Sequence[Attachment]
    readers: Sequence[tuple[int, str]]
    history: Sequence[Happening]
    in_meeting: bool

    @property
    def next_due_on(self) -> date | None:
        """The earliest date of its unfinished actions: an issue has none of its own."""
        return min(
            (a.due_on for a in self.actions if a.due_on and not a.status.is_finished), default=None
        )

    @property
    def finished(self) -> int:
        return sum(a.status in ("done", "verified") for a in self.counted)

    @property
    def counted(self) -> list[Action]:
        """Actions that were given and not taken back or dropped."""
        return [a for a in self.actions if a.status != "cancelled"]


def visible_issue(actor: Actor, issue_id: int) -> Issue | None:
    """The issue with the people and departments around it, if the actor may see.

    Locked inside a write.
    """
    statement = (
        sa.select(Issue)
        .where(Issue.id == issue_id, visible_issues(actor))
        .options(
            joinedload(Issue.raising_department),
            joinedload(Issue.owning_department),
            joinedload(Issue.blocker_department),
            joinedload(Issue.point_person).joinedload(Person.department),
            joinedload(Issue.nominee).joinedload(Person.department),
            joinedload(Issue.raised_by).joinedload(Person.department),
        )
    )
    return db.session().scalar(for_change(statement, Issue))


def issue_page(actor: Actor, issue_id: int) -> IssuePage | None:
    issue = visible_issue(actor, issue_id)
    if issue is None:
        return None
    session = db.session()
    actions = session.scalars(
        sa.select(Action)
        .where(Action.issue_id == issue_id, Action.undone_at.is_(None))
        .options(
            joinedload(Action.owner).joinedload(Person.department),
            joinedload(Action.blocker_person),
            joinedload(Action.blocker_department),
        )
        .order_by(Action.due_on, Action.id)
    ).all()
    comments = session.scalars(
        sa.select(Comment)
        .where(Comment.issue_id == issue_id)
        .options(joinedload(Comment.by).joinedload(Person.department))
        .order_by(Comment.at, Comment.id)
    ).all()
    decisions = session.scalars(
        sa.select(Decision)
        .outerjoin(Decision.meeting)
        .outerjoin(Meeting.series)
        .where(
            Decision.issue_id == issue_id,
            Decision.state != DecisionState.undone,
            sa.or_(Series.id.is_(None), visible_series(actor)),
        )
        .options(contains_eager(Decision.meeting))
        .order_by(Decision.decided_on, Decision.id)
    ).all()
    readers = session.execute(
        sa.select(Person.id, Person.name)
        .where(Person.id.in_(issue.reader_ids or {0}))
        .order_by(Person.name)
    ).all()
    return IssuePage(
        issue=issue,
        actions=actions,
        comments=comments,
        decisions=decisions,
        attachments=session.scalars(
            sa.select(Attachment).where(Attachment.issue_id == issue_id).order_by(Attachment.id)
        ).all(),
        readers=[(person_id, name) for person_id, name in readers],
        history=issue_history(issue_id, actions),
        in_meeting=discussed_by(actor, issue_id),
    )


def discussed_by(actor: Actor, issue_id: int) -> bool:
    """Whether the actor runs, right now, a meeting that has the issue on its agenda."""
    return bool(
        db.session().scalar(
            sa.select(
                sa.exists()
                .where(AgendaItem.issue_id == issue_id)
                .where(Placement.item_id == AgendaItem.id)
                .where(Meeting.id == Placement.meeting_id)
                .where(
                    Meeting.state.in_((MeetingState.live, MeetingState.wrap_up)),
                    sa.or_(Meeting.facilitator_id == actor.id, Meeting.scribe_id == actor.id),
                )
            )
        )
    )


def visible_attachment(actor: Actor, attachment_id: int) -> Attachment | None:
    """A file of an issue, an action or a comment that the actor may see."""
    comment_issue = sa.select(Comment.issue_id).where(Comment.id == Attachment.comment_id)
    return db.session().scalar(
        sa.select(Attachment).where(
            Attachment.id == attachment_id,
            sa.or_(
                sa.exists().where(
                    Issue.id
                    == sa.func.coalesce(Attachment.issue_id, comment_issue.scalar_subquery()),
                    visible_issues(actor),
                ),
                sa.exists().where(Action.id == Attachment.action_id, visible_actions(actor)),
            ),
        )
    )
