"""/api/v1/issues/<id>/comments and /api/v1/actions/<id>/comments."""

from typing import Annotated

from flask import Response
from flask_babel import gettext as _
from msgspec import Meta

from meetingtracker import clock
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Create, ListQuery
from meetingtracker.api.issues import rendered
from meetingtracker.api.lists import Listed, listed, window_of
from meetingtracker.api.refused import Refused
from meetingtracker.api.writes import created
from meetingtracker.models.comment import Comment
from meetingtracker.models.reads.action_page import visible_action
from meetingtracker.models.reads.api.comments import CommentObject, comment_object, comment_slice
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.web.access import actor, found, require


class NewComment(Create):
    text: Annotated[str, Meta(min_length=1, max_length=10_000, description="Markdown.")]


@operation("GET", "/issues/<int:issue_id>/comments", query=ListQuery, answer=Listed[CommentObject])
def list_issue_comments(issue_id: int, query: ListQuery) -> Listed[CommentObject]:
    """Comments on an issue."""
    found(visible_issue(actor(), issue_id))
    return listed(comment_slice(Comment.issue_id == issue_id, window_of(query)))


@operation("POST", "/issues/<int:issue_id>/comments", body=NewComment, answer=CommentObject)
def comment_on_issue(issue_id: int, body: NewComment) -> Response:
    """Comment on an issue."""
    found(visible_issue(actor(), issue_id))
    require(True)  # whoever sees an issue may comment on it
    html = _rendered(body.text)

    def act() -> object:
        found(visible_issue(actor(), issue_id))
        made = Comment.write(
            text=body.text, html=html, issue_id=issue_id, by=actor(), at=clock.now()
        )
        return comment_object(made.id)

    return created(act)


@operation(
    "GET", "/actions/<int:action_id>/comments", query=ListQuery, answer=Listed[CommentObject]
)
def list_action_comments(action_id: int, query: ListQuery) -> Listed[CommentObject]:
    """Comments on an action."""
    found(visible_action(actor(), action_id))
    return listed(comment_slice(Comment.action_id == action_id, window_of(query)))


@operation("POST", "/actions/<int:action_id>/comments", body=NewComment, answer=CommentObject)
def comment_on_action(action_id: int, body: NewComment) -> Response:
    """Comment on an action."""
    found(visible_action(actor(), action_id))
    require(True)  # whoever sees an action may comment on it
    html = _rendered(body.text)

    def act() -> object:
        found(visible_action(actor(), action_id))
        made = Comment.write(
            text=body.text, html=html, action_id=action_id, by=actor(), at=clock.now()
        )
        return comment_object(made.id)

    return created(act)


def _rendered(text: str) -> str:
    if not text.strip():
        raise Refused(422, fields={"text": _("Write something first.")})
    return rendered(text)
