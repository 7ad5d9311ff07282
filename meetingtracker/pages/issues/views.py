"""Issues: raising one, its page, its words."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.reads.agenda import default_series
from meetingtracker.models.reads.issue_page import discussed_by, visible_issue
from meetingtracker.pages.issues import forms, steps
from meetingtracker.pages.issues.page import ITEM_MINUTES, area, attach, rendered, show_page
from meetingtracker.rules import permissions as may
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web import uploads
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer
from meetingtracker.web.filters import today

__all__ = ["area", "steps"]


@area.get("/issues/new")
@allow(Permission.signed_in)
def new() -> str:
    form = forms.RaiseForm(raising_department=actor().department_id)
    return _raise_page(form)


def _raise_page(form: forms.RaiseForm) -> str:
    forms.offer_choices(form)
    if not form.raising_department.choices:
        form.form_errors.append(_("There is no department yet: an administrator adds the first."))
    return render_template("issues/new.html", form=form)


@area.post("/issues/new")
@allow(Permission.signed_in)
def create() -> Answer:
    require(True)  # anybody may raise an issue
    form = forms.RaiseForm()
    forms.offer_choices(form)
    if not form.validate():
        return _raise_page(form), 422
    raising = form.raising_department.data or actor().department_id
    if raising is None:
        form.raising_department.errors = [_("Choose the department it is raised for.")]
        return _raise_page(form), 422
    try:
        kept = uploads.keep(form.photo.data) if form.photo.data else None
        with writing():
            issue_id = _raise(form, raising, kept)
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return _raise_page(form), 422
    flash(_("Raised as #%(id)d.", id=issue_id))
    return redirect(url_for("issues.show", issue_id=issue_id))


def _raise(form: forms.RaiseForm, raising: int, kept: uploads.Kept | None) -> int:
    by, at, on = actor(), clock.now(), today()
    text = form.description.data or ""
    series = default_series(by)
    issue = raise_issue(
        title=form.title.data or "", raising_department_id=raising,
        owning_department_id=form.owning_department.data,
        point_person_id=form.point_person.data, severity=form.severity, customer=form.customer,
        customer_goal=form.customer_goal.data or "", evidence=form.evidence.data,
        description=text, description_html=rendered(text), confidential=form.confidential.data,
        series_id=series.id if series else None, by=by, at=at, on=on,
    )  # fmt: skip
    if kept:
        attach(kept, issue_id=issue.id)
    if form.talk_about.data and series:
        propose_item(
            series=series, title=issue.title, ask=Ask.DISCUSS, minutes=ITEM_MINUTES,
            department_id=raising, presenter_id=by.id, issue_id=issue.id, by=by, at=at, on=on,
        )  # fmt: skip
    return issue.id


@area.get("/issues/<int:issue_id>")
@allow(Permission.signed_in)
def show(issue_id: int) -> str:
    return show_page(issue_id)


@area.route("/issues/<int:issue_id>/edit", methods=["GET", "POST"])
@allow(Permission.signed_in)
def edit(issue_id: int) -> Answer:
    issue = found(visible_issue(actor(), issue_id))
    require(may.may_edit_issue(actor(), issue, in_meeting=discussed_by(actor(), issue_id)))
    form = forms.EditForm(obj=issue)
    if request.method == "GET":
        return render_template("issues/edit.html", form=form, issue=issue, stale=False)
    if not form.validate():
        return render_template("issues/edit.html", form=form, issue=issue, stale=False), 422
    text = form.description.data or ""
    html = rendered(text)
    with writing():
        issue = found(visible_issue(actor(), issue_id))
        stale = form.is_stale(issue)
        if not stale:
            issue.edit(
                title=form.title.data, description=text, description_html=html,
                customer=form.customer.data or issue.customer, evidence=form.evidence.data,
                customer_goal=form.customer_goal.data or "", by=actor(), at=clock.now(),
                root_cause=form.root_cause.data or "",
            )  # fmt: skip
    if stale:
        issue = found(visible_issue(actor(), issue_id))
        form.version.data = issue.version
        return render_template("issues/edit.html", form=form, issue=issue, stale=True), 409
    return redirect(url_for("issues.show", issue_id=issue_id))
