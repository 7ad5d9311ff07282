"""Actions: the list, giving one, its page, its words."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock, markup
from meetingtracker.db import writing
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.reads.action_list import ActionFilters, action_list
from meetingtracker.models.reads.action_page import visible_action
from meetingtracker.models.reads.agenda import default_series
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.models.reads.people import active_people, open_departments
from meetingtracker.pages.actions import answers, early_warning, forms, wishes
from meetingtracker.pages.actions.page import area, in_room, rendered, show_page
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.followup import ACTION_FLAGS
from meetingtracker.rules.permissions import Permission
from meetingtracker.rules.states import Status
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change, flash_undo
from meetingtracker.web.errors import error_page
from meetingtracker.web.filters import calendar, today, zone
from meetingtracker.web.forms import VersionedForm, say

__all__ = ["answers", "area", "early_warning", "wishes"]


@area.get("/actions")
@allow(Permission.signed_in)
def index() -> str | Response:
    try:
        filters = ActionFilters.read(request.args)
        page = action_list(
            actor(), filters, today(), calendar(), request.args.get("cursor"), zone=zone()
        )
    except RuleBroken as broken:
        return error_page(400, say(broken))
    return render_template(
        "actions/index.html", page=page, filters=filters, today=today(),
        people=[(person_id, name) for person_id, name, _home in active_people()],
        departments=open_departments(), flags=ACTION_FLAGS,
        statuses=[("all", N_("All")), *((status.value, status.label) for status in Status)],
        may_update={
            row.id for row in page.rows
            if row.status.is_running and may.may_update_action(actor(), row)
        },
        may_accept={
            row.id for row in page.rows
            if row.status is Status.proposed and may.may_answer_proposal(actor(), row)
        },
        next_url=page.next_cursor and _more(filters, page.next_cursor),
    )  # fmt: skip


def _more(filters: ActionFilters, cursor: str) -> str:
    query: dict[str, Any] = {**filters.query(), "cursor": cursor}
    return url_for("actions.index", **query)


@area.get("/actions/new")
@allow(Permission.signed_in)
def new() -> str:
    issue = request.args.get("issue", type=int)
    form = forms.GiveForm(None, owner=actor().id, issue=issue)
    return _give_page(form)


def _give_page(form: forms.GiveForm) -> str:
    """Only an open issue that the actor may see is offered; its title stands above the form."""
    forms.offer_choices(form)
    issue = visible_issue(actor(), form.issue.data) if form.issue.data else None
    if issue is not None and not issue.stage.is_open:
        issue = None
    form.issue.offer([("", ""), *([(issue.id, issue.title)] if issue else [])])
    return render_template("actions/new.html", form=form, issue=issue)


@area.post("/actions/new")
@allow(Permission.signed_in)
def create() -> Answer:
    require(True)  # anybody may propose an action; whether it binds is a rule
    form = forms.GiveForm()
    page = _give_page(form)
    if not form.validate():
        return _give_page(form), 422
    del page
    text = form.description.data or ""
    try:
        html = rendered(text)
        home = None if form.issue.data else default_series(actor())
        with writing():
            action = give_action(
                title=form.title.data or "", owner_id=form.owner.data, due_on=form.due_on.data,
                issue_id=form.issue.data, description=text, description_html=html,
                priority=form.priority.data, repeat=form.repeat.data,
                series_id=home.id if home else None, by=actor(), at=clock.now(), on=today(),
            )  # fmt: skip
            action_id, proposed = action.id, action.status is Status.proposed
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return _give_page(form), 422
    text = _("Proposed: it counts once they accept.") if proposed else _("Promised.")
    flash_undo(text, url_for("actions.undo", action_id=action_id))
    return redirect(url_for("actions.show", action_id=action_id))


@area.get("/actions/<int:action_id>")
@allow(Permission.signed_in)
def show(action_id: int) -> str:
    return show_page(action_id)


@area.route("/actions/<int:action_id>/edit", methods=["GET", "POST"])
@allow(Permission.signed_in)
def edit(action_id: int) -> Answer:
    action = found(visible_action(actor(), action_id))
    require(may.may_edit_action(actor(), action, in_meeting=in_room(action)))
    if request.method == "GET":
        return _edit_page(action_id, forms.EditForm(None, obj=action))
    form = forms.EditForm()
    text = form.description.data or ""
    html = rendered(text) if len(text) <= markup.LONGEST else ""

    def act(row: Action) -> object:
        return row.edit(
            title=form.title.data, description=text, description_html=html,
            priority=form.priority.data or row.priority, repeat=form.repeat.data,
            by=actor(), at=clock.now(),
        )  # fmt: skip

    return change(
        form, load=lambda: visible_action(actor(), action_id), act=act,
        allowed=lambda row: may.may_edit_action(actor(), row, in_meeting=in_room(row)),
        again=lambda refused: _edit_page(action_id, refused),
        done=url_for("actions.show", action_id=action_id),
    )  # fmt: skip


def _edit_page(action_id: int, form: VersionedForm) -> str:
    action = found(visible_action(actor(), action_id))
    return render_template(
        "actions/edit.html", form=form, action=action, stale=bool(form.form_errors)
    )
