"""Raise an issue: a title is enough, the rest may come later."""

from datetime import date, datetime

from meetingtracker.models.acts.name_reader import let_read
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.issue import Issue
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Customer, Evidence


def raise_issue(
    *,
    title: str,
    raising_department_id: int,
    by: Actor,
    at: datetime,
    on: date,
    owning_department_id: int | None = None,
    point_person_id: int | None = None,
    severity: int = 3,
    customer: Customer = Customer.internal,
    customer_goal: str = "",
    evidence: Evidence | None = None,
    description: str = "",
    description_html: str = "",
    confidential: bool = False,
    series_id: int | None = None,
    meeting_id: int | None = None,
    external_id: str | None = None,
) -> Issue:
    """Add the issue on the organisation's day `on`; whoever raises it may always read it.

    A point person named at once is set, or asked for where another department must accept; either
    way nobody has to triage it again.
    """
    issue = Issue.create(
        "issue.raised",
        by=by,
        at=at,
        meeting_id=meeting_id,
        title=title.strip(),
        raising_department_id=raising_department_id,
        owning_department_id=owning_department_id,
        severity=severity,
        customer=customer,
        customer_goal=customer_goal,
        evidence=evidence,
        description=description,
        description_html=description_html,
        confidential=confidential,
        series_id=series_id,
        external_id=external_id,
        raised_by_id=by.id,
        raised_on=on,
        created_at=at,
        updated_at=at,
    )
    if by.id is not None:
        let_read(issue.id, by.id, by=by, at=at)
    if point_person_id is not None:
        ask_for_point_person(issue, point_person_id, by=by, at=at, meeting_id=meeting_id)
    return issue
