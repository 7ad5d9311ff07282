"""/api/v1/me: whose token this is."""

from dataclasses import dataclass

from meetingtracker.api.declare import operation
from meetingtracker.models.reads.api.names import department_names
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import Role
from meetingtracker.web.access import actor, holder


@dataclass(frozen=True, slots=True)
class Me:
    """Who acts with this token; `leads` names departments, as leader or deputy."""

    id: int
    email: str
    name: str
    role: Role
    is_admin: bool
    department: str | None
    leads: list[str]
    token: str
    scope: Scope


@operation("GET", "/me", answer=Me)
def get_me() -> Me:
    """Who you are, and what this token may do."""
    by, names = actor(), department_names()
    return Me(
        id=by.id or 0, email=holder().email, name=by.name, role=by.role, is_admin=by.is_admin,
        department=names.get(by.department_id or 0), leads=sorted(names[i] for i in by.leads),
        token=holder().name, scope=holder().scope,
    )  # fmt: skip
