"""Find an issue its point person; another department's leader has to accept."""

from datetime import datetime

from meetingtracker.db import db
from meetingtracker.models.acts.name_reader import let_read
from meetingtracker.models.department import Department
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, point_person_needs_acceptance


def ask_for_point_person(
    issue: Issue,
    person_id: int | None,
    *,
    by: Actor,
    at: datetime,
    meeting_id: int | None = None,
) -> bool:
    """Name the person, or ask their department for them. None leaves the place empty."""
    if person_id is None:
        return issue.name_point_person(None, by=by, at=at, meeting_id=meeting_id)
    person = db.session().get(Person, person_id)
    if person is None or not person.is_active:
        raise RuleBroken(N_("Choose somebody who is still here."), field="point_person")
    in_meeting = meeting_id is not None
    if point_person_needs_acceptance(by, person.department_id, in_meeting=in_meeting):
        _let_leaders_read(issue, person.department_id, by=by, at=at)
        return issue.nominate(person_id, by=by, at=at)
    let_read(issue.id, person_id, by=by, at=at)
    return issue.name_point_person(person_id, by=by, at=at, meeting_id=meeting_id)


def _let_leaders_read(issue: Issue, department_id: int | None, *, by: Actor, at: datetime) -> None:
    """Whoever is asked to lend somebody has to see what for."""
    home = db.session().get(Department, department_id) if department_id is not None else None
    for leader_id in (home.leader_id, home.deputy_id) if home else ():
        if leader_id is not None:
            let_read(issue.id, leader_id, by=by, at=at)


def accept_point_person(issue: Issue, *, by: Actor, at: datetime) -> bool:
    """The other department's leader lends the person who was asked for."""
    if issue.nominee_id is None:
        return False
    let_read(issue.id, issue.nominee_id, by=by, at=at)
    return issue.name_point_person(issue.nominee_id, by=by, at=at)
