"""One door to the imports: the kinds there are, and the plan for a file of one kind."""

from meetingtracker.models.acts.import_actions import plan_actions
from meetingtracker.models.acts.import_issues import plan_issues
from meetingtracker.models.acts.import_meetings import plan_meetings
from meetingtracker.models.acts.import_people import plan_people
from meetingtracker.models.acts.import_plan import Context, Plan

PLANS = {
    "issues": plan_issues,
    "actions": plan_actions,
    "people": plan_people,
    "meetings": plan_meetings,
}
KINDS = tuple(PLANS)


def plan_import(kind: str, raw: bytes, context: Context) -> Plan:
    """Check a file; what it would do, or its bad rows. LookupError for an unknown kind."""
    return PLANS[kind](raw, context)
