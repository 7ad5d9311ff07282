"""The page of one issue: what stands on it, who may press what, and how a form changes it."""

from collections.abc import Callable

from flask import Blueprint, render_template, url_for

from meetingtracker import clock, markup
from meetingtracker.models.comment import Attachment
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.agenda import items_of_issue
from meetingtracker.models.reads.early_warnings import trouble_of_issue, warnings_of_actions
from meetingtracker.models.reads.issue_page import (
    IssuePage,
    discussed_by,
    issue_page,
    visible_issue,
)
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.pages.issues import forms
from meetingtracker.rules import permissions as may
from meetingtracker.rules.followup import is_unassigned
from meetingtracker.rules.states import Stage
from meetingtracker.web import uploads
from meetingtracker.web.access import actor, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import edges, today
from meetingtracker.web.forms import Form, VersionedForm, back_to, distinct_ids
from meetingtracker.web.history import timeline

area = Blueprint("issues", __name__)
ITEM_MINUTES = 10  # proposed for an issue that is put on the agenda with one tick


def show_page(issue_id: int, **refused: Form) -> str:
    """The issue's page; `refused` puts a form with its errors in place of an empty one."""
    page = found(issue_page(actor(), issue_id))
    issue = page.issue
    allowed = _allowed(page)
    made = _forms(issue, allowed)
    made |= refused
    refusal = [error for form in refused.values() for error in form.form_errors]
    if button := made.pop("button_form", None):  # it has no fields to show an error beside
        refusal += [error for field in button for error in field.errors]
    forms.offer_choices(*made.values())
    for name, form in made.items():
        distinct_ids(form, name.removesuffix("_form"))
    return render_template(
        "issues/show.html", page=page, issue=issue, may=allowed,
        items=items_of_issue(issue_id, actor=actor()), today=today(),
        timeline=timeline(page.comments, page.history, page.decisions),
        updatable={
            action.id for action in page.actions
            if may.may_update_action(actor(), action, in_meeting=page.in_meeting)
        },
        unassigned=is_unassigned(
            issue.stage, issue.point_person_id, issue.raised_on, edges()
        ), next_due=page.next_due_on,
        refusal=" ".join(map(str, refusal)),
        trouble=trouble_of_issue(issue, today()),
        warned=warnings_of_actions(actor(), [action.id for action in page.actions], today()),
        here=url_for("issues.show", issue_id=issue_id), **made,
    )  # fmt: skip


def _forms(issue: Issue, allowed: dict[str, bool]) -> dict[str, Form]:
    """The forms that the page will show, made from what stands now; choices cost time."""
    version = issue.version
    made: dict[str, Form] = {"comment_form": forms.CommentForm(None)}
    if allowed["triage"]:
        made["triage_form"] = forms.TriageForm(
            None, owning_department=issue.owning_department_id, severity=issue.severity,
            version=version,
        )  # fmt: skip
        made["point_form"] = forms.PointPersonForm(
            None, point_person=issue.point_person_id, version=version
        )
    if allowed["stage"]:
        made["stage_form"] = forms.StageForm(
            None, stage=issue.stage, version=version, need=issue.blocked_need,
            blocker_department=issue.blocker_department_id,
        )  # fmt: skip
        made["resolve_form"] = forms.ResolveForm(None, version=version)
    if allowed["readers"] and issue.confidential:
        made["reader_form"] = forms.ReaderForm(None)
    return made


def _allowed(page: IssuePage) -> dict[str, bool]:
    """Which buttons stand on the page: the same predicates that the routes ask."""
    by, issue, room = actor(), page.issue, page.in_meeting
    is_open = issue.stage.is_open and issue.stage is not Stage.resolved
    return {
        "edit": may.may_edit_issue(by, issue, in_meeting=room),
        "triage": is_open and may.may_triage(by, issue, in_meeting=room),
        "stage": is_open and may.may_set_stage(by, issue, in_meeting=room),
        "confirm": issue.stage is Stage.resolved and may.may_confirm(by, issue),
        "reopen": (issue.stage is Stage.resolved or not issue.stage.is_open)
        and may.may_confirm(by, issue),
        "accept": issue.nominee is not None
        and may.may_accept_point_person(by, issue.nominee.department_id),
        "readers": may.may_name_readers(by, issue, in_meeting=room),
        "act": issue.stage.is_open,
    }


def change_issue(
    issue_id: int,
    name: str,
    form: VersionedForm,
    *,
    allowed: Callable[[Issue], bool],
    act: Callable[[Issue], object],
) -> Answer:
    """Change the issue by the form called `name` on its page, and come back to it."""
    forms.offer_choices(form)
    here = url_for("issues.show", issue_id=issue_id)
    return change(
        form,
        load=lambda: visible_issue(actor(), issue_id),
        allowed=allowed,
        act=act,
        again=lambda refused: show_page(issue_id, **{name: refused}),
        done=back_to(here),
    )


def in_room(issue: Issue) -> bool:
    return discussed_by(actor(), issue.id)


def may_name_readers(issue: Issue) -> bool:
    return may.may_name_readers(actor(), issue, in_meeting=in_room(issue))


def attach(kept: uploads.Kept, *, issue_id: int) -> None:
    Attachment.create(
        "attachment.added", by=actor(), at=clock.now(), issue_id=issue_id, name=kept.name,
        content_type=kept.content_type, size=kept.size, sha256=kept.sha256, by_id=actor().id,
    )  # fmt: skip


def rendered(text: str) -> str:
    return markup.render(text, people=mention_lookup(text)).html
