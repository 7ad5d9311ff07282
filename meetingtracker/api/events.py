"""/api/v1/events: the history."""

from msgspec import UNSET, UnsetType

from meetingtracker.api.declare import operation
from meetingtracker.api.fields import Id, ListQuery
from meetingtracker.api.lists import Listed, anybody, filters_of, listed, window_of
from meetingtracker.models.reads.api.events import EventObject, event_slice
from meetingtracker.web.access import actor


class EventQuery(ListQuery):
    """An actor may be "none": the system itself."""

    actor: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    subject_type: str | UnsetType = UNSET
    subject_id: Id | UnsetType = UNSET
    meeting: Id | UnsetType = UNSET


@operation("GET", "/events", query=EventQuery, answer=Listed[EventObject])
def list_events(query: EventQuery) -> Listed[EventObject]:
    """What happened, as far as you may read it."""
    filters = filters_of(query, actor=anybody)
    return listed(event_slice(actor(), filters, window_of(query)))
