"""The tables: importing this package names them all for the mapper and the migrations."""

from meetingtracker.models import (
    action,
    agenda_item,
    comment,
    decision,
    department,
    event,
    import_run,
    issue,
    meeting,
    organisation,
    person,
    series,
    sign_in,
)

__all__ = [
    "action",
    "agenda_item",
    "comment",
    "decision",
    "department",
    "event",
    "import_run",
    "issue",
    "meeting",
    "organisation",
    "person",
    "series",
    "sign_in",
]
