"""Hand a promise to somebody else."""

from datetime import datetime

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.name_reader import share
from meetingtracker.models.person import Person
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import Actor, starts_open


def hand_over(
    action: Action,
    owner_id: int,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    meeting_id: int | None = None,
    present_in_meeting: bool = False,
) -> bool:
    """Another owner: bound at once, or proposed where they must accept first."""
    owner = db.session().get(Person, owner_id)
    if owner is None or not owner.is_active:
        raise RuleBroken(N_("Choose somebody who is still here."), field="owner")
    if action.issue_id is not None:
        share(action.issue_id, owner_id, by=by, at=at, in_meeting=meeting_id is not None)
    binds = starts_open(
        by, owner_id=owner_id, department_id=owner.department_id,
        present_in_meeting=present_in_meeting,
    )  # fmt: skip
    return action.hand_over(
        owner_id=owner_id, department_id=owner.department_id or action.department_id,
        reason=reason, binds=binds, by=by, at=at, meeting_id=meeting_id,
    )  # fmt: skip
