"""What an owner asks whoever decides: to hand the promise over, or to drop it; and the answer."""

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.models.action import Action
from meetingtracker.models.acts.change_request import (
    answer_change,
    ask_to_drop,
    ask_to_hand_over,
    open_change,
    withdraw_change,
)
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.pages.actions import forms
from meetingtracker.pages.actions.page import (
    area,
    change_action,
    may_ask_to_change,
    may_change_owner,
)
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import actor, allow
from meetingtracker.web.change import Answer
from meetingtracker.web.forms import ReasonForm, VersionedForm


@area.post("/actions/<int:action_id>/hand-over-request")
@allow(Permission.signed_in)
def ask_over(action_id: int) -> Answer:
    form = forms.AskToHandOverForm()
    return _asked(
        change_action(
            action_id, "ask_over_form", form, allowed=may_ask_to_change,
            act=lambda action: ask_to_hand_over(
                action, to_person_id=form.next_owner.data, reason=form.reason.data or "",
                by=actor(), at=clock.now(),
            ),
        )
    )  # fmt: skip


@area.post("/actions/<int:action_id>/drop-request")
@allow(Permission.signed_in)
def ask_drop(action_id: int) -> Answer:
    form = ReasonForm()
    return _asked(
        change_action(
            action_id, "ask_drop_form", form, allowed=may_ask_to_change,
            act=lambda action: ask_to_drop(
                action, reason=form.reason.data or "", by=actor(), at=clock.now()
            ),
        )
    )  # fmt: skip


def _asked(answer: Answer) -> Answer:
    if isinstance(answer, Response):
        flash(_("Asked. It stays yours until it is answered."))
    return answer


@area.post("/actions/<int:action_id>/change-request/answer")
@allow(Permission.signed_in)
def answer_wish(action_id: int) -> Answer:
    """Yes, no, or yes with somebody else as its owner."""
    answer = request.form.get("answer")
    names_somebody = answer == "other"
    form = forms.GiveInsteadForm() if names_somebody else VersionedForm()
    return change_action(
        action_id, "give_form" if names_somebody else "button_form", form,
        allowed=may_change_owner,
        act=lambda action: answer_change(
            _waiting(action), answer != "no", reason="", by=actor(), at=clock.now(),
            to_person_id=form["owner"].data if names_somebody else None,
        ),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/change-request/withdrawal")
@allow(Permission.signed_in)
def withdraw(action_id: int) -> Answer:
    return change_action(
        action_id, "button_form", VersionedForm(),
        allowed=lambda action: may.may_ask_to_change(actor(), action),
        act=lambda action: withdraw_change(_waiting(action), by=actor(), at=clock.now()),
    )  # fmt: skip


def _waiting(action: Action) -> ChangeRequest:
    wish = open_change(action.id)
    if wish is None:
        raise RuleBroken(N_("This has been answered already."))
    return wish
