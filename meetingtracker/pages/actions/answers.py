"""What people answer to a promise: done, on track, blocked, another date, not mine, not done."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.action import Action
from meetingtracker.models.acts.answer_proposal import decline as decline_promise
from meetingtracker.models.acts.answer_proposal import promise_instead
from meetingtracker.models.acts.finish_action import finish_action, take_back_finish
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.acts.move_due import answer_request as answer_wish
from meetingtracker.models.acts.move_due import ask_to_move, move_due, open_request
from meetingtracker.models.comment import Comment
from meetingtracker.models.reads.action_page import visible_action
from meetingtracker.pages.actions import forms
from meetingtracker.pages.actions.page import (
    area,
    change_action,
    in_room,
    is_blocker,
    may_change_owner,
    may_undo,
    may_update,
    rendered,
    show_page,
)
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.rules.states import Status
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, flash_undo
from meetingtracker.web.filters import today
from meetingtracker.web.forms import ReasonForm, VersionedForm, back_to

# --- the four answers -------------------------------------------------------------------------


@area.post("/actions/<int:action_id>/completion")
@allow(Permission.signed_in)
def complete(action_id: int) -> Answer:
    answer = change_action(
        action_id, "button_form", VersionedForm(), allowed=may_update,
        act=lambda action: finish_action(action, by=actor(), at=clock.now(), on=today()),
    )  # fmt: skip
    if isinstance(answer, Response):
        undo = url_for("actions.take_back", action_id=action_id)
        flash_undo(_("Done. Whoever asked for it may look at it."), undo)
    return answer


@area.post("/actions/<int:action_id>/completion/undo")
@allow(Permission.signed_in)
def take_back(action_id: int) -> Answer:
    """Undo needs no version: it undoes what this person did a moment ago, or nothing."""
    require(may_update(found(visible_action(actor(), action_id))))
    with writing():
        action = found(visible_action(actor(), action_id))
        require(may_update(action))
        take_back_finish(action, by=actor(), at=clock.now())
    return redirect(back_to(url_for("actions.show", action_id=action_id)))


@area.post("/actions/<int:action_id>/on-track")
@allow(Permission.signed_in)
def on_track(action_id: int) -> Answer:
    form = forms.OnTrackForm()
    answer = change_action(
        action_id, "on_track_form", form, allowed=may_update,
        act=lambda action: action.answer_on_track(
            note=form.note.data or "", by=actor(), at=clock.now()
        ),
    )  # fmt: skip
    if isinstance(answer, Response):
        flash(_("Noted: on track."))
    return answer


@area.route("/actions/<int:action_id>/block", methods=["GET", "POST"])
@allow(Permission.signed_in)
def block(action_id: int) -> Answer:
    if request.method == "GET":
        return redirect(url_for("actions.show", action_id=action_id, do="block", _anchor="block"))
    form = forms.BlockForm()
    return change_action(
        action_id, "block_form", form, allowed=may_update,
        act=lambda action: action.block(
            need=form.need.data or "", next_look_on=form.next_look_on.data,
            blocker_person_id=form.blocker_person.data,
            blocker_department_id=form.blocker_department.data,
            blocker_action_id=_named_action(form), by=actor(), at=clock.now(), on=today(),
        ),
    )  # fmt: skip


def _named_action(form: forms.BlockForm) -> int | None:
    text = (form.blocker_action.data or "").lstrip("#")
    if not text:
        return None
    named = visible_action(actor(), int(text)) if text.isdecimal() and len(text) < 10 else None
    if named is None:
        raise RuleBroken(N_("There is no action with that number."), field="blocker_action")
    if named.status.is_finished:
        raise RuleBroken(N_("That action is finished already."), field="blocker_action")
    return named.id


@area.post("/actions/<int:action_id>/unblocking")
@allow(Permission.signed_in)
def unblock(action_id: int) -> Answer:
    """My part is done, or was not mine; the owner may say too that it goes on."""
    reasons = {"done": _("my part is done"), "not_mine": _("not mine")}
    reason = reasons.get(request.form.get("answer", ""))
    return change_action(
        action_id, "button_form", VersionedForm(),
        allowed=lambda action: may_update(action) or is_blocker(action),
        act=lambda action: action.unblock(by=actor(), at=clock.now(), reason=reason),
    )  # fmt: skip


# --- the date ---------------------------------------------------------------------------------


@area.route("/actions/<int:action_id>/move", methods=["GET", "POST"])
@allow(Permission.signed_in)
def move(action_id: int) -> Answer:
    """Move the date, or ask for it: the same form, by who may decide."""
    if request.method == "GET":
        return redirect(url_for("actions.show", action_id=action_id, do="move", _anchor="move"))
    form = forms.MoveForm()

    def act(action: Action) -> None:
        to, reason, by, at = form.due_on.data, form.reason.data or "", actor(), clock.now()
        if action.status is Status.proposed and action.due_on is not None:
            raise RuleBroken(N_("It is only proposed: answer it with another date."))
        if may.may_move_due(by, action, in_meeting=in_room(action)):
            move_due(action, to=to, reason=reason, by=by, at=at)
        else:
            ask_to_move(action, to=to, reason=reason, by=by, at=at)
            flash(_("Asked. The old date stands until it is answered."))

    return change_action(
        action_id, "move_form", form, act=act,
        allowed=lambda action: may.may_move_due(actor(), action, in_meeting=in_room(action))
        or may.may_ask_to_move(actor(), action),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/due-request/answer")
@allow(Permission.signed_in)
def answer_request(action_id: int) -> Answer:
    """Yes, another date (the form's), or no."""
    form = forms.AnswerForm()
    refused = request.form.get("answer") == "no"

    def act(action: Action) -> None:
        wish = open_request(action.id)
        if wish is None:
            raise RuleBroken(N_("This has been answered already."))
        if not refused and form.due_on.data < today():
            raise RuleBroken(N_("That day has passed: give a later one."), field="due_on")
        answer_wish(
            wish, to=None if refused else form.due_on.data, reason=form.reason.data or "",
            by=actor(), at=clock.now(),
        )  # fmt: skip

    return change_action(
        action_id, "button_form", form, act=act,
        allowed=lambda action: may.may_move_due(actor(), action, in_meeting=in_room(action)),
    )  # fmt: skip


# --- accepting, handing over, ending -----------------------------------------------------------


def _may_answer(action: Action) -> bool:
    return may.may_answer_proposal(actor(), action)


@area.post("/actions/<int:action_id>/acceptance")
@allow(Permission.signed_in)
def accept(action_id: int) -> Answer:
    return change_action(
        action_id, "button_form", VersionedForm(), allowed=_may_answer,
        act=lambda action: action.accept(by=actor(), at=clock.now()),
    )  # fmt: skip


@area.route("/actions/<int:action_id>/declining", methods=["GET", "POST"])
@allow(Permission.signed_in)
def decline(action_id: int) -> Answer:
    if request.method == "GET":
        return redirect(url_for("actions.show", action_id=action_id, do="drop", _anchor="drop"))
    form = ReasonForm()
    return change_action(
        action_id, "drop_form", form, allowed=_may_answer,
        act=lambda action: decline_promise(
            action, reason=form.reason.data or "", by=actor(), at=clock.now()
        ),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/counter-proposal")
@allow(Permission.signed_in)
def counter_propose(action_id: int) -> Answer:
    """Not by that date, but by this one: a new promise replaces the proposed one."""
    form = forms.MoveForm()
    return change_action(
        action_id, "instead_form", form, allowed=_may_answer,
        act=lambda action: promise_instead(
            action, due_on=form.due_on.data, reason=form.reason.data or "",
            by=actor(), at=clock.now(), on=today(),
        ),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/owner")
@allow(Permission.signed_in)
def change_owner(action_id: int) -> Answer:
    form = forms.HandOverForm()
    return change_action(
        action_id, "hand_over_form", form, allowed=may_change_owner,
        act=lambda action: hand_over(
            action, form.owner.data, reason=form.reason.data or "", by=actor(), at=clock.now()
        ),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/cancellation")
@allow(Permission.signed_in)
def cancel(action_id: int) -> Answer:
    form = ReasonForm()
    return change_action(
        action_id, "drop_form", form, allowed=may_change_owner,
        act=lambda action: action.cancel(reason=form.reason.data or "", by=actor(), at=clock.now()),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/verification")
@allow(Permission.signed_in)
def verify(action_id: int) -> Answer:
    return change_action(
        action_id, "button_form", VersionedForm(),
        allowed=lambda action: may.may_verify(actor(), action),
        act=lambda action: action.verify(by=actor(), at=clock.now()),
    )  # fmt: skip


@area.route("/actions/<int:action_id>/refusal", methods=["GET", "POST"])
@allow(Permission.signed_in)
def refuse(action_id: int) -> Answer:
    if request.method == "GET":
        return redirect(url_for("actions.show", action_id=action_id, do="refuse", _anchor="refuse"))
    form = ReasonForm()
    return change_action(
        action_id, "refuse_form", form,
        allowed=lambda action: may.may_verify(actor(), action),
        act=lambda action: action.refuse(reason=form.reason.data or "", by=actor(), at=clock.now()),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/undo")
@allow(Permission.signed_in)
def undo(action_id: int) -> Answer:
    require(may_undo(found(visible_action(actor(), action_id))))
    with writing():
        action = found(visible_action(actor(), action_id))
        require(may_undo(action))
        action.undo(by=actor(), at=clock.now())
        issue_id = action.issue_id
    flash(_("Taken back."))
    if issue_id:
        return redirect(back_to(url_for("issues.show", issue_id=issue_id)))
    return redirect(back_to(url_for("home.my_week")))


@area.post("/actions/<int:action_id>/comments")
@allow(Permission.signed_in)
def comment(action_id: int) -> Answer:
    found(visible_action(actor(), action_id))
    require(True)  # whoever sees an action may comment on it
    form = forms.CommentForm()
    if not form.validate():
        return show_page(action_id, comment_form=form), 422
    text = form.text.data or ""
    html = rendered(text)
    with writing():
        found(visible_action(actor(), action_id))
        Comment.write(text=text, html=html, action_id=action_id, by=actor(), at=clock.now())
    return redirect(url_for("actions.show", action_id=action_id))
