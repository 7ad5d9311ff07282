"""What meetings left that comes true by itself: approval by silence, decisions to look at again."""

from datetime import datetime

from meetingtracker.db import writing
from meetingtracker.models.acts.approve_minutes import approve_by_silence, unopposed
from meetingtracker.models.acts.review_decision import bring_back, due_reviews
from meetingtracker.models.organisation import the_organisation, working_calendar
from meetingtracker.rules.calendar import local_today

CHUNK = 10  # of one write, so that nobody waits for it for long


def after_meetings(at: datetime) -> tuple[int, int]:
    """Whatever was missed before the instant `at` (UTC). Safe twice, at once, and late.

    Answers how many minutes were approved and how many decisions brought back. Raises Busy.
    """
    organisation = the_organisation()
    if organisation is None:
        return 0, 0
    zone, calendar = organisation.zone, working_calendar(organisation)
    today = local_today(at, zone)
    silent, due = unopposed(calendar, zone, at=at), due_reviews(today, zone)
    approved = returned = 0
    for start in range(0, len(silent), CHUNK):
        with writing():
            approved += approve_by_silence(silent[start : start + CHUNK], at=at)
    for start in range(0, len(due), CHUNK):
        with writing():
            returned += bring_back(due[start : start + CHUNK], at=at, on=today, zone=zone)
    return approved, returned
