"""One PATCH of an issue: each part asks its own predicate, by how the issue stood before it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from meetingtracker import clock
from meetingtracker.models.acts.confirm_issue import confirm_issue
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.acts.set_confidential import set_confidential
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.issue_page import discussed_by
from meetingtracker.rules import permissions as may
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Stage
from meetingtracker.web.access import actor, require
from meetingtracker.web.filters import today

WORDS = ("title", "description", "description_html", "customer", "customer_goal")


class Rights(NamedTuple):
    """What of the issue the actor may change."""

    edit: bool
    triage: bool
    point_person: bool
    stage: bool
    confirm: bool
    readers: bool


def rights_of(issue: Issue) -> Rights:
    by, room = actor(), discussed_by(actor(), issue.id)
    return Rights(
        edit=may.may_edit_issue(by, issue, in_meeting=room),
        triage=may.may_triage(by, issue, in_meeting=room),
        point_person=may.may_name_point_person(by, issue, in_meeting=room),
        stage=may.may_set_stage(by, issue, in_meeting=room),
        confirm=may.may_confirm(by, issue),
        readers=may.may_name_readers(by, issue, in_meeting=room),
    )


def change_issue(issue: Issue, values: Mapping[str, Any], *, reason: str) -> None:
    """Set what differs. What is closed is opened first, and closed last."""
    rights = rights_of(issue)
    reopened = not _is_worked_on(issue) and values.get("stage") is Stage.in_progress
    if reopened:
        require(rights.confirm)
        issue.reopen(reason=reason, by=actor(), at=clock.now())
    _set_words(issue, values, rights)
    _triage(issue, values, rights)
    _set_point_person(issue, values, rights)
    confidential = values.get("confidential", issue.confidential)
    if confidential != issue.confidential:
        require(rights.readers)
        set_confidential(issue, confidential, by=actor(), at=clock.now())
    if not reopened:
        _set_stage(issue, values, rights, reason)


def _is_worked_on(issue: Issue) -> bool:
    return issue.stage.is_open and issue.stage is not Stage.resolved


def _set_words(issue: Issue, values: Mapping[str, Any], rights: Rights) -> None:
    words = {n: _trimmed(n, values[n]) for n in WORDS if n in values}
    if any(getattr(issue, name) != value for name, value in words.items()):
        require(rights.edit)
        issue.edit(by=actor(), at=clock.now(), **words)


def _trimmed(name: str, value: Any) -> Any:
    return value.strip() if name in ("title", "customer_goal") else value


def _triage(issue: Issue, values: Mapping[str, Any], rights: Rights) -> None:
    owner = values.get("owning_department_id", issue.owning_department_id)
    severity = values.get("severity", issue.severity)
    if (owner, severity) != (issue.owning_department_id, issue.severity):
        require(rights.triage)
        issue.triage(
            owning_department_id=owner, severity=severity, by=actor(), at=clock.now()
        )  # fmt: skip


def _set_point_person(issue: Issue, values: Mapping[str, Any], rights: Rights) -> None:
    person_id = values.get("point_person_id", issue.point_person_id)
    if person_id != issue.point_person_id:
        require(rights.point_person)
        ask_for_point_person(issue, person_id, by=actor(), at=clock.now())


def _set_stage(issue: Issue, values: Mapping[str, Any], rights: Rights, reason: str) -> None:
    by, at = actor(), clock.now()
    stage = values.get("stage", issue.stage)
    blocker = values.get("blocker_department_id", issue.blocker_department_id)
    if stage is not Stage.blocked and blocker is not None and "blocker_department_id" in values:
        raise RuleBroken(N_("Only what is blocked waits for somebody."), field="blocked_by")
    if stage is issue.stage and blocker == issue.blocker_department_id:
        return
    match stage:
        case Stage.new:
            raise RuleBroken(N_("Nothing becomes new again."), field="stage")
        case Stage.closed:
            require(rights.confirm)
            confirm_issue(issue, by=by, at=at)
        case Stage.declined:
            require(rights.triage)
            issue.decline(reason=reason, by=by, at=at)
        case Stage.resolved:
            require(rights.stage)
            if not reason:
                raise RuleBroken(N_("Say in one line what was done."), field="reason")
            issue.resolve(resolution=reason, by=by, at=at, on=today())
        case _:
            require(rights.stage)
            issue.move_to(
                stage, need=reason or issue.blocked_need, by=by, at=at,
                blocker_department_id=blocker,
            )  # fmt: skip
