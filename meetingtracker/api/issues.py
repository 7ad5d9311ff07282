"""/api/v1/issues."""

from typing import Any, Literal

from flask import Response
from flask_babel import gettext as _
from msgspec import UNSET, UnsetType

from meetingtracker import clock, markup
from meetingtracker.api.declare import operation
from meetingtracker.api.fields import (
    Change,
    Create,
    DepartmentName,
    Email,
    Key,
    Line,
    ListQuery,
    Reason,
    Severity,
    Text,
    given,
)
from meetingtracker.api.issue_change import change_issue, rights_of
from meetingtracker.api.lists import (
    Listed,
    any_department,
    anybody,
    filters_of,
    listed,
    window_of,
)
from meetingtracker.api.refused import Refused
from meetingtracker.api.writes import changed, created
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.reads.agenda import default_series
from meetingtracker.models.reads.api.issues import IssueObject, issue_object, issue_slice
from meetingtracker.models.reads.api.names import department_named, person_known
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.models.reads.people import mention_lookup
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.states import Customer, Stage
from meetingtracker.web.access import actor, found, require
from meetingtracker.web.filters import edges, today


class IssueQuery(ListQuery):
    """A department or person may be "none"."""

    raising_department: str | UnsetType = UNSET
    owning_department: str | UnsetType = UNSET
    point_person: str | UnsetType = UNSET
    created_by: str | UnsetType = UNSET
    severity: Severity | UnsetType = UNSET
    customer: Customer | UnsetType = UNSET
    stage: Stage | UnsetType = UNSET
    confidential: bool | UnsetType = UNSET
    external_id: str | UnsetType = UNSET
    flags: (
        Literal[
            "overdue",
            "unassigned",
            "likely_late",
            "watch",
            "trouble",
            "due_soon",
            "blocked",
            "to_confirm",
        ]
        | UnsetType
    ) = UNSET


class NewIssue(Create):
    """`raising_department` is your own unless given; `owning_department` null: not sure yet."""

    title: Line
    description: Text = ""
    raising_department: DepartmentName | UnsetType = UNSET
    owning_department: DepartmentName | None = None
    point_person: Email | None = None
    severity: Severity = 3
    customer: Customer = Customer.internal
    customer_goal: Reason = ""
    confidential: bool = False
    external_id: Key | None = None


class IssuePatch(Change):
    """`reason`: what is needed (blocked), what was done (resolved), why (declined, re-opened)."""

    title: Line | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    owning_department: DepartmentName | None | UnsetType = UNSET
    point_person: Email | None | UnsetType = UNSET
    severity: Severity | UnsetType = UNSET
    customer: Customer | UnsetType = UNSET
    customer_goal: Reason | UnsetType = UNSET
    confidential: bool | UnsetType = UNSET
    stage: Stage | UnsetType = UNSET
    blocked_by: DepartmentName | None | UnsetType = UNSET
    reason: Reason = ""


@operation("GET", "/issues", query=IssueQuery, answer=Listed[IssueObject])
def list_issues(query: IssueQuery) -> Listed[IssueObject]:
    """Issues that you may see."""
    filters = filters_of(
        query, raising_department=any_department, owning_department=any_department,
        point_person=anybody, created_by=anybody,
    )  # fmt: skip
    return listed(issue_slice(actor(), filters, window_of(query), edges()))


@operation("GET", "/issues/<int:issue_id>", answer=IssueObject)
def get_issue(issue_id: int) -> IssueObject:
    """One issue."""
    return found(issue_object(edges(), Issue.id == issue_id, visible_issues(actor())))


@operation("POST", "/issues", body=NewIssue, answer=IssueObject)
def create_issue(body: NewIssue) -> Response:
    """Raise an issue."""
    require(True)  # anybody may raise an issue
    raising = _raising_department(body)
    owning = _department(body.owning_department, "owning_department")
    point_person = _person(body.point_person)
    html = rendered(body.description)
    series = default_series(actor())
    series_id = series.id if series else None

    def act() -> object:
        _refuse_known(body.external_id)
        issue = raise_issue(
            title=body.title, raising_department_id=raising, owning_department_id=owning,
            point_person_id=point_person, severity=body.severity, customer=body.customer,
            customer_goal=body.customer_goal.strip(), description=body.description,
            description_html=html, confidential=body.confidential, series_id=series_id,
            external_id=body.external_id, by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
        return issue_object(edges(), Issue.id == issue.id)

    return created(act)


@operation("PATCH", "/issues/<int:issue_id>", body=IssuePatch, answer=IssueObject)
def patch_issue(issue_id: int, body: IssuePatch) -> Response:
    """Change an issue: its words, triage, point person, stage, who may read it."""
    values = _values(body)
    if body.description is not UNSET:
        values["description_html"] = rendered(body.description)
    return changed(
        body,
        load=lambda: visible_issue(actor(), issue_id),
        allowed=lambda issue: any(rights_of(issue)),
        act=lambda issue: change_issue(issue, values, reason=body.reason.strip()),
        show=lambda: found(issue_object(edges(), Issue.id == issue_id)),
    )


def rendered(text: str) -> str:
    return markup.render(text, people=mention_lookup(text)).html


def _values(body: IssuePatch) -> dict[str, Any]:
    """What was sent, with ids for names."""
    values = given(
        body, "title", "description", "severity", "customer", "customer_goal", "confidential",
        "stage",
    )  # fmt: skip
    if body.owning_department is not UNSET:
        values["owning_department_id"] = _department(body.owning_department, "owning_department")
    if body.point_person is not UNSET:
        values["point_person_id"] = _person(body.point_person)
    if body.blocked_by is not UNSET:
        values["blocker_department_id"] = _department(body.blocked_by, "blocked_by")
    return values


def _department(name: str | None, field: str) -> int | None:
    return None if name is None else department_named(name, field)


def _person(email: str | None) -> int | None:
    return None if email is None else person_known(email, "point_person")


def _raising_department(body: NewIssue) -> int:
    if body.raising_department is not UNSET:
        return department_named(body.raising_department, "raising_department")
    own = actor().department_id
    if own is None:
        raise RuleBroken(N_("Say for which department it is raised."), field="raising_department")
    return own


def _refuse_known(external_id: str | None) -> None:
    """The key names one issue for ever: whoever sends it again is shown that one."""
    if external_id is None:
        return
    known = Issue.external_id == external_id
    if issue_object(edges(), known) is not None:
        raise Refused(
            409, _("There is an issue with this external_id already."),
            current=issue_object(edges(), known, visible_issues(actor())),
        )  # fmt: skip
