"""When something is said again, and at what instant a person's digest comes.

Source: Reminders. Overdue lines come daily for 3 working days, then on Mondays and Thursdays.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from meetingtracker.rules.calendar import WorkingCalendar, at_local, local_today

DAILY = 3
"""Working days for which something is said every day."""
WEEKLY_ON = (1, 4)
"""ISO weekdays on which it is said from then on: Monday and Thursday."""
HELD = timedelta(minutes=2)
"""How long a mail that goes out at once waits for an undo."""
LONGEST_DIGEST = 50
"""Lines of one mail; it says how many more there are."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cadence:
    """What is said on one working day: all of it if `all_again`, else only what is fresh."""

    today: date
    fresh_since: date
    all_again: bool

    def says(self, since: date) -> bool:
        """Whether something that stands since that day (its date, or when it was asked) is said."""
        return self.all_again or since >= self.fresh_since


def cadence(today: date, calendar: WorkingCalendar) -> Cadence:
    """The cadence of a working day. A Monday or Thursday that is not worked is made up for on the
    next day that is."""
    before = calendar.add_working_days(today, -1)
    days = ((before + n * _DAY).isoweekday() for n in range(1, (today - before).days + 1))
    return Cadence(
        today, calendar.add_working_days(today, -DAILY), any(day in WEEKLY_ON for day in days)
    )


def digest_at(day: date, local: time, zone: str, organisation_zone: str) -> datetime:
    """The instant (UTC) on the organisation's day when clocks in the person's zone show `local`.

    Days are the organisation's, only the hour is the person's: in a zone far away the same instant
    may lie on another day there. Where the clocks skip that hour on that day altogether, it is the
    day's first instant.
    """
    for near in (day - _DAY, day, day + _DAY):
        instant = at_local(near, local, zone)
        if local_today(instant, organisation_zone) == day:
            return instant
    return datetime.combine(day, time.min, ZoneInfo(organisation_zone)).astimezone(UTC)
