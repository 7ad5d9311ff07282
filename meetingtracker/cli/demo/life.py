"""Nine months of the demo company, lived day by day through the verbs that people use."""

from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from meetingtracker import markup
from meetingtracker.cli.demo import company, story
from meetingtracker.cli.demo.calendar import Days
from meetingtracker.cli.demo.case import Case
from meetingtracker.cli.demo.endings import Standing, arrange, standings
from meetingtracker.cli.demo.meetings import LeaderMeeting
from meetingtracker.cli.demo.people import Staff
from meetingtracker.cli.demo.promises import Promises
from meetingtracker.cli.demo.weeks import Weeks
from meetingtracker.db import db
from meetingtracker.models.acts.raise_issue import raise_issue

MONTHS = timedelta(days=273)
MEETING_DAY, MEETING_TIME = 4, time(10, 0)  # ISO Thursday
UNTOUCHED = 5
"""Days within which nobody has looked at a new issue yet."""


class Life:
    """Seeded: the same seed on the same day gives the same company."""

    def __init__(self, *, now: datetime, seed: int, password_hash: str) -> None:
        self.rng = Random(seed)  # noqa: S311  (stories, not secrets)
        self.days = Days(now=now, zone=company.ZONE, rng=self.rng)
        self.first = self.days.calendar.next_working(self.days.today - MONTHS)
        founded = self.days.moment(self.first - timedelta(days=3))
        self.staff = Staff(at=founded, password_hash=password_hash)
        self.promises = Promises(self.days, self.staff)
        self.meeting = LeaderMeeting(
            self.days, self.staff, self.promises, weekday=MEETING_DAY, start_time=MEETING_TIME,
            at=founded,
        )  # fmt: skip

    def run(self) -> None:
        """Everything up to now."""
        troubles = story.troubles()
        self.rng.shuffle(troubles)
        arrange(troubles)
        days = self._raising_days(len(troubles))
        for trouble, standing, day in zip(troubles, standings(len(troubles)), days, strict=True):
            self.days.plan(self.days.moment(day), partial(self._raise, trouble, standing))
        for number, (title, department) in enumerate(story.ALONE * 4):
            at = self.days.moment(self._working(self.first + timedelta(days=4 + number * 8)))
            self.days.plan(at, partial(self.promises.alone, title, department))
        self.meeting.begin(self.first)
        Weeks(self.days, self.staff).plan()
        self.days.live()
        self.meeting.fill_next_agenda()
        db.session().flush()

    def _working(self, day: date) -> date:
        return self.days.calendar.next_working(day)

    def _raising_days(self, count: int) -> list[date]:
        """Spread over the months, denser towards today; the newest is of yesterday."""
        today = self.days.today
        span = (today - self.first).days - 1
        spread = [int(span * (n / (count - 1)) ** 0.6) for n in range(count)]
        return [min(self._working(self.first + timedelta(days=d)), today) for d in spread]

    def _raise(self, trouble: story.Trouble, standing: Standing, at: datetime) -> None:
        rng, staff = self.rng, self.staff
        by = staff.actor(rng.choice(staff.members(trouble.raising)))
        knows_whom = rng.random() < 0.7
        issue = raise_issue(
            title=trouble.title,
            raising_department_id=staff.department[trouble.raising],
            owning_department_id=staff.department[trouble.owning] if knows_whom else None,
            severity=trouble.severity, customer=trouble.customer, customer_goal=trouble.goal,
            evidence=trouble.evidence, description=trouble.description,
            description_html=markup.render(trouble.description).html,
            confidential=trouble.title.startswith(story.CONFIDENTIAL),
            series_id=self.meeting.series.id, by=by, at=at, on=self.days.on(at),
        )  # fmt: skip
        if (self.days.today - self.days.on(at)).days <= UNTOUCHED:
            return  # nobody has looked at it yet
        Case(issue, trouble, standing, promises=self.promises, meeting=self.meeting).follow(at)
