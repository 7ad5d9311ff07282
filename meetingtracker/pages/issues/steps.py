"""The steps of an issue: triage, point person, stage, resolved, confirmed; comments and files."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.acts.confirm_issue import confirm_issue
from meetingtracker.models.acts.name_reader import let_read, stop_reading
from meetingtracker.models.acts.point_person import accept_point_person, ask_for_point_person
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.set_confidential import set_confidential
from meetingtracker.models.comment import Comment
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.agenda import default_series, items_of_issue
from meetingtracker.models.reads.issue_page import visible_attachment, visible_issue
from meetingtracker.pages.issues import forms
from meetingtracker.pages.issues.page import (
    ITEM_MINUTES,
    area,
    attach,
    change_issue,
    in_room,
    may_name_readers,
    rendered,
    show_page,
)
from meetingtracker.rules import permissions as may
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web import uploads
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today
from meetingtracker.web.forms import ReasonForm, VersionedForm


@area.post("/issues/<int:issue_id>/triage")
@allow(Permission.signed_in)
def triage(issue_id: int) -> Answer:
    form = forms.TriageForm()
    return change_issue(
        issue_id, "triage_form", form,
        allowed=lambda issue: may.may_triage(actor(), issue, in_meeting=in_room(issue)),
        act=lambda issue: issue.triage(
            owning_department_id=form.owning_department.data, severity=form.severity.data,
            by=actor(), at=clock.now(),
        ),
    )  # fmt: skip


@area.post("/issues/<int:issue_id>/point-person")
@allow(Permission.signed_in)
def point_person(issue_id: int) -> Answer:
    form = forms.PointPersonForm()
    return change_issue(
        issue_id, "point_form", form,
        allowed=lambda issue: may.may_name_point_person(actor(), issue, in_meeting=in_room(issue)),
        act=lambda issue: ask_for_point_person(
            issue, form.point_person.data, by=actor(), at=clock.now()
        ),
    )  # fmt: skip


def _may_accept(issue: Issue) -> bool:
    home = issue.nominee.department_id if issue.nominee else None
    return may.may_accept_point_person(actor(), home)


@area.post("/issues/<int:issue_id>/point-person/acceptance")
@allow(Permission.signed_in)
def accept(issue_id: int) -> Answer:
    return change_issue(
        issue_id, "button_form", VersionedForm(), allowed=_may_accept,
        act=lambda issue: accept_point_person(issue, by=actor(), at=clock.now()),
    )  # fmt: skip


@area.route("/issues/<int:issue_id>/point-person/refusal", methods=["GET", "POST"])
@allow(Permission.signed_in)
def refuse(issue_id: int) -> Answer:
    return _with_reason(
        issue_id, _("Decline the point person"), "issues.refuse", _may_accept,
        lambda issue, why: issue.decline_nominee(reason=why, by=actor(), at=clock.now()),
    )  # fmt: skip


@area.post("/issues/<int:issue_id>/stage")
@allow(Permission.signed_in)
def stage(issue_id: int) -> Answer:
    form = forms.StageForm()
    return change_issue(
        issue_id, "stage_form", form,
        allowed=lambda issue: may.may_set_stage(actor(), issue, in_meeting=in_room(issue)),
        act=lambda issue: issue.move_to(
            form.stage.data, need=form.need.data, by=actor(), at=clock.now(),
            blocker_department_id=form.blocker_department.data,
        ),
    )  # fmt: skip


@area.post("/issues/<int:issue_id>/resolution")
@allow(Permission.signed_in)
def resolve(issue_id: int) -> Answer:
    form = forms.ResolveForm()
    return change_issue(
        issue_id, "resolve_form", form,
        allowed=lambda issue: may.may_set_stage(actor(), issue, in_meeting=in_room(issue)),
        act=lambda issue: issue.resolve(
            resolution=form.resolution.data or "", by=actor(), at=clock.now(), on=today()
        ),
    )  # fmt: skip


@area.post("/issues/<int:issue_id>/confirmation")
@allow(Permission.signed_in)
def confirm(issue_id: int) -> Answer:
    return change_issue(
        issue_id, "button_form", VersionedForm(),
        allowed=lambda issue: may.may_confirm(actor(), issue),
        act=lambda issue: confirm_issue(issue, by=actor(), at=clock.now()),
    )  # fmt: skip


@area.route("/issues/<int:issue_id>/reopening", methods=["GET", "POST"])
@allow(Permission.signed_in)
def reopen(issue_id: int) -> Answer:
    return _with_reason(
        issue_id, _("Not solved yet"), "issues.reopen",
        lambda issue: may.may_confirm(actor(), issue),
        lambda issue, why: issue.reopen(reason=why, by=actor(), at=clock.now()),
    )  # fmt: skip


@area.route("/issues/<int:issue_id>/declining", methods=["GET", "POST"])
@allow(Permission.signed_in)
def decline(issue_id: int) -> Answer:
    return _with_reason(
        issue_id, _("Decline this issue"), "issues.decline",
        lambda issue: may.may_triage(actor(), issue, in_meeting=in_room(issue)),
        lambda issue, why: issue.decline(reason=why, by=actor(), at=clock.now()),
    )  # fmt: skip


def _with_reason(
    issue_id: int,
    title: str,
    endpoint: str,
    allowed: Callable[[Issue], bool],
    act: Callable[[Issue, str], object],
) -> Answer:
    """A change that needs one line why, on a page of its own."""
    issue = found(visible_issue(actor(), issue_id))
    require(allowed(issue))
    form = ReasonForm(version=issue.version) if request.method == "GET" else ReasonForm()

    def page(form: VersionedForm) -> str:
        shown = found(visible_issue(actor(), issue_id))
        return render_template(
            "issues/reason.html", form=form, issue=shown, title=title,
            action=url_for(endpoint, issue_id=issue_id),
        )  # fmt: skip

    if request.method == "GET":
        return page(form)
    return change(
        form,
        load=lambda: visible_issue(actor(), issue_id),
        allowed=allowed,
        act=lambda row: act(row, form.reason.data or ""),
        again=page,
        done=url_for("issues.show", issue_id=issue_id),
    )


@area.post("/issues/<int:issue_id>/comments")
@allow(Permission.signed_in)
def comment(issue_id: int) -> Answer:
    found(visible_issue(actor(), issue_id))
    require(True)  # whoever sees an issue may comment on it
    form = forms.CommentForm()
    if not form.validate():
        return show_page(issue_id, comment_form=form), 422
    text = form.text.data or ""
    try:
        kept = uploads.keep(form.photo.data) if form.photo.data else None
        html = rendered(text)
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return show_page(issue_id, comment_form=form), 422
    with writing():
        found(visible_issue(actor(), issue_id))
        Comment.write(text=text, html=html, issue_id=issue_id, by=actor(), at=clock.now())
        if kept:
            attach(kept, issue_id=issue_id)
    return redirect(url_for("issues.show", issue_id=issue_id))


@area.post("/issues/<int:issue_id>/readers")
@allow(Permission.signed_in)
def readers(issue_id: int) -> Answer:
    issue = found(visible_issue(actor(), issue_id))
    require(may_name_readers(issue))
    form = forms.ReaderForm()
    forms.offer_choices(form)
    if not form.validate():
        return show_page(issue_id, reader_form=form), 422
    with writing():
        require(may_name_readers(found(visible_issue(actor(), issue_id))))
        let_read(issue_id, form.reader.data, by=actor(), at=clock.now())
    return redirect(url_for("issues.show", issue_id=issue_id))


@area.post("/issues/<int:issue_id>/readers/<int:person_id>/removal")
@allow(Permission.signed_in)
def stop_reader(issue_id: int, person_id: int) -> Response:
    require(may_name_readers(found(visible_issue(actor(), issue_id))))
    with writing():
        require(may_name_readers(found(visible_issue(actor(), issue_id))))
        stop_reading(issue_id, person_id, by=actor(), at=clock.now())
    if visible_issue(actor(), issue_id) is None:  # it was their own name
        return redirect(url_for("board.index"))
    return redirect(url_for("issues.show", issue_id=issue_id))


@area.post("/issues/<int:issue_id>/confidentiality")
@allow(Permission.signed_in)
def confidentiality(issue_id: int) -> Answer:
    return change_issue(
        issue_id, "button_form", VersionedForm(), allowed=may_name_readers,
        act=lambda issue: set_confidential(
            issue, not issue.confidential, by=actor(), at=clock.now()
        ),
    )  # fmt: skip


@area.post("/issues/<int:issue_id>/agenda")
@allow(Permission.signed_in)
def put_on_agenda(issue_id: int) -> Answer:
    require(True)  # anybody may propose an agenda item
    found(visible_issue(actor(), issue_id))
    series = default_series(actor())
    if series is None:
        raise RuleBroken(N_("There is no meeting series yet: an administrator makes the first."))
    with writing():
        issue = found(visible_issue(actor(), issue_id))
        if not issue.stage.is_open:
            raise RuleBroken(N_("This issue is closed. Re-open it first."))
        if any(item.waits for item in items_of_issue(issue_id, actor())):
            flash(_("It is on the agenda already."))
            return redirect(url_for("issues.show", issue_id=issue_id))
        propose_item(
            series=series, title=issue.title, ask=Ask.DISCUSS, minutes=ITEM_MINUTES,
            department_id=actor().department_id or issue.raising_department_id,
            presenter_id=actor().id, issue_id=issue_id, by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
    flash(_("It is on the agenda."))
    return redirect(url_for("issues.show", issue_id=issue_id))


@area.get("/attachments/<int:attachment_id>")
@allow(Permission.signed_in)
def attachment(attachment_id: int) -> Response:
    file = found(visible_attachment(actor(), attachment_id))
    return uploads.send(name=file.name, content_type=file.content_type, sha256=file.sha256)
