"""The page of one action: what stands on it, who may press what, and how a form changes it."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, render_template, request, url_for

from meetingtracker import clock, markup
from meetingtracker.models.action import Action
from meetingtracker.models.reads.action_page import (
    ActionPage,
    action_page,
    given_or_discussed_by,
    has_minutes,
    visible_action,
)
from meetingtracker.models.reads.early_warnings import warnings_of_actions
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.models.reads.nudges import nudge_of
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.pages.actions import forms
from meetingtracker.rules import permissions as may
from meetingtracker.rules.states import Status
from meetingtracker.web.access import actor, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today
from meetingtracker.web.flags import moved_text
from meetingtracker.web.forms import Form, ReasonForm, VersionedForm, back_to, distinct_ids
from meetingtracker.web.history import timeline

area = Blueprint("actions", __name__)
UNDO = timedelta(minutes=15)  # how long a creator can take an action back outside a meeting


def show_page(action_id: int, **refused: Form) -> str:
    """The action's page; `refused` puts a form with its errors in place of an empty one."""
    page = found(action_page(actor(), action_id))
    action = page.action
    made: dict[str, Form] = {
        "on_track_form": forms.OnTrackForm(None, version=action.version),
        "move_form": forms.MoveForm(None, version=action.version),
        "block_form": forms.BlockForm(
            None, version=action.version, need=action.blocked_need,
            next_look_on=action.next_look_on or today() + timedelta(days=2),
        ),
        "hand_over_form": forms.HandOverForm(None, version=action.version),
        "ask_over_form": forms.AskToHandOverForm(None, version=action.version),
        "ask_drop_form": ReasonForm(None, version=action.version),
        "give_form": forms.GiveInsteadForm(None, version=action.version),
        "refuse_form": ReasonForm(None, version=action.version),
        "drop_form": ReasonForm(None, version=action.version),
        "instead_form": forms.MoveForm(None, version=action.version),
        "comment_form": forms.CommentForm(None),
    }  # fmt: skip
    made |= refused
    refusal = [error for form in refused.values() for error in form.form_errors]
    if button := made.pop("button_form", None):  # it has no fields to show an error beside
        refusal += [error for field in button for error in field.errors]
    forms.offer_choices(*made.values())
    for name, form in made.items():
        distinct_ids(form, name.removesuffix("_form"))
    return render_template(
        "actions/show.html", page=page, action=action, may=_allowed(page),
        timeline=timeline(page.comments, page.history), today=today(),
        moved=moved_text(action.moves, page.days_moved), issue=_readable_issue(action),
        refusal=" ".join(map(str, refusal)), nudge=nudge_of(actor(), action, today()),
        open_part=request.args.get("do", ""),
        warned=warnings_of_actions(actor(), [action_id], today()).get(action_id), **made,
    )  # fmt: skip


def _readable_issue(action: Action) -> object:
    """The issue it belongs to, unless the actor may not read it."""
    return visible_issue(actor(), action.issue_id) if action.issue_id else None


def _allowed(page: ActionPage) -> dict[str, bool]:
    """Which buttons stand on the page: the same predicates that the routes ask."""
    by, action, room = actor(), page.action, page.in_meeting
    running = action.status.is_running
    unfinished = running or action.status is Status.proposed
    return {
        "respond": running and may.may_update_action(by, action, in_meeting=room),
        "edit": unfinished and may.may_edit_action(by, action, in_meeting=room),
        "move": (running or unfinished and action.due_on is None)
        and may.may_move_due(by, action, in_meeting=room),
        "ask": running and may.may_ask_to_move(by, action) and page.request is None,
        "answer": page.request is not None and may.may_move_due(by, action, in_meeting=room),
        "hand_over": unfinished and may.may_change_owner(by, action, in_meeting=room),
        "ask_change": running and page.change is None and may_ask_to_change(action),
        "answer_change": page.change is not None
        and may.may_change_owner(by, action, in_meeting=room),
        "withdraw": page.change is not None and may.may_ask_to_change(by, action),
        "accept": action.status is Status.proposed and may.may_answer_proposal(by, action),
        # What one promised oneself verifies itself: Done was said a moment ago.
        "verify": action.status is Status.done
        and may.may_verify(by, action)
        and action.owner_id != by.id,
        "take_back": action.status is Status.done and may.may_update_action(by, action),
        "part_done": action.status is Status.blocked and is_blocker(action),
        "undo": unfinished and may_undo(action),
    }


def change_action(
    action_id: int,
    name: str,
    form: VersionedForm,
    *,
    allowed: Callable[[Action], bool],
    act: Callable[[Action], object],
    done: str = "",
) -> Answer:
    """Change the action by the form called `name` on its page, and come back to where one was."""
    forms.offer_choices(form)
    return change(
        form,
        load=lambda: visible_action(actor(), action_id),
        allowed=allowed,
        act=act,
        again=lambda refused: show_page(action_id, **{name: refused}),
        done=back_to(done or url_for("actions.show", action_id=action_id)),
    )


def in_room(action: Action) -> bool:
    return given_or_discussed_by(actor(), action)


def may_update(action: Action) -> bool:
    return may.may_update_action(actor(), action, in_meeting=in_room(action))


def may_change_owner(action: Action) -> bool:
    return may.may_change_owner(actor(), action, in_meeting=in_room(action))


def may_ask_to_change(action: Action) -> bool:
    """Whoever may decide does not ask."""
    return may.may_ask_to_change(actor(), action) and not may_change_owner(action)


def is_blocker(action: Action) -> bool:
    other = action.blocker_action
    return may.is_blocker(actor(), action, blocking_owner_id=other.owner_id if other else None)


def may_undo(action: Action) -> bool:
    """Its creator, for 15 minutes; in a meeting, until the minutes are issued."""
    if action.created_by_id != actor().id:
        return False
    if action.meeting_id is not None:
        return not has_minutes(action.meeting_id)
    return clock.now() - action.created_at <= UNDO


def rendered(text: str) -> str:
    return markup.render(text, people=mention_lookup(text)).html
