"""Time in the demo: what is to happen, in order, until now."""

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from meetingtracker.rules.calendar import WorkingCalendar, at_local, local_today

Deed = Callable[[datetime], object]


class Days:
    """A queue of deeds; what is planned for after `now` never happens."""

    def __init__(self, *, now: datetime, zone: str, rng: Random) -> None:
        self.now, self.zone, self.rng = now, zone, rng
        self.today = self.on(now)
        self.calendar = WorkingCalendar(frozenset({1, 2, 3, 4, 5}))
        self._queue: list[tuple[datetime, int, Deed]] = []
        self._count = 0

    def plan(self, at: datetime, deed: Deed) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, deed))

    def after(self, at: datetime, days: int, deed: Deed) -> None:
        """At some minute of the working day, `days` working days on (0: later the same day)."""
        if days <= 0:
            self.plan(at + timedelta(minutes=self.rng.randint(5, 50)), deed)
            return
        day = self.calendar.add_working_days(self.on(at), days)
        self.plan(self.moment(day), deed)

    def moment(self, day: date) -> datetime:
        minute = self.rng.randint(8 * 60 + 5, 16 * 60 + 50)
        return at_local(day, time(minute // 60, minute % 60), self.zone)

    def workday(self, n: int) -> date:
        """So many working days from today; 0 is today, or the next day that is worked."""
        if n == 0:
            return self.calendar.next_working(self.today)
        return self.calendar.add_working_days(self.today, n)

    def on(self, at: datetime) -> date:
        """The organisation's day of an instant."""
        return local_today(at, self.zone)

    def live(self) -> None:
        """Let everything happen that lies before now."""
        while self._queue and self._queue[0][0] <= self.now:
            at, _, deed = heapq.heappop(self._queue)
            deed(at.astimezone(UTC))
