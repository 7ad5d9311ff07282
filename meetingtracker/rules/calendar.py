"""Working days and civil days in a zone: the one place where dates and instants meet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class WorkingCalendar:
    """The organisation's working week (ISO weekdays, 1 Monday to 7 Sunday) less its holidays."""

    weekdays: frozenset[int]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """ValueError for a week without a working day or with a day outside 1-7."""
        if not self.weekdays or not self.weekdays <= set(range(1, 8)):
            raise ValueError("weekdays must be some of 1 (Monday) to 7 (Sunday)")

    def is_working(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it, for a negative n); n = 0 is the same day,
        even one that is not worked."""
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Working days in (a, b]; with b before a, minus those in (b, a]."""
        if b < a:
            return -self.working_days_between(b, a)
        # Whole weeks by arithmetic, since the follow-up scan asks this for every open promise.
        weeks, rest = divmod((b - a).days, 7)
        tail = sum((b - k * _DAY).isoweekday() in self.weekdays for k in range(rest))
        off = sum(a < day <= b and day.isoweekday() in self.weekdays for day in self.holidays)
        return weeks * len(self.weekdays) + tail - off


def local_today(now_utc: datetime, zone: str) -> date:
    """The civil date of an instant in an IANA zone. ValueError for a naive instant."""
    if now_utc.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return now_utc.astimezone(ZoneInfo(zone)).date()


def at_local(day: date, local: time, zone: str) -> datetime:
    """The instant (UTC) at which clocks in an IANA zone show this time on this day.

    A time that the clocks skip is shifted forward by the gap; of a time shown twice the first
    counts. ValueError if `local` carries a zone of its own.
    """
    if local.tzinfo is not None:
        raise ValueError("a local time carries no zone of its own")
    return datetime.combine(day, local.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant (UTC) of 23:59 on this day in an IANA zone.

    Where 23:59 is shown twice it is the second, where it is skipped the last time before:
    whoever asks for the civil date of this instant gets `day` back (the few days in history that
    a zone left out altogether give the day before).
    """
    return datetime.combine(day, _LAST_MINUTE.replace(fold=1), ZoneInfo(zone)).astimezone(UTC)


def next_occurrence(after: date, weekday: int, every_weeks: int = 1) -> date:
    """The next meeting day of a series after its last one.

    The first such ISO weekday strictly after `after`, and `every_weeks` - 1 weeks on: from a day
    that is itself on the weekday exactly `every_weeks` weeks. ValueError for a weekday outside
    1-7 or less than one week.
    """
    if not 1 <= weekday <= 7 or every_weeks < 1:
        raise ValueError("weekday is 1 to 7, every_weeks at least 1")
    days = (weekday - after.isoweekday() - 1) % 7 + 1
    return after + timedelta(days=days, weeks=every_weeks - 1)
