"""Nine months of the demo company, lived day by day through the verbs that people use."""

from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from meetingtracker import markup
from meetingtracker.cli.demo import company, story
from meetingtracker.cli.demo.calendar import Days
from meetingtracker.cli.demo.meetings import LeaderMeeting
from meetingtracker.cli.demo.people import Staff
from meetingtracker.cli.demo.promises import Promises
from meetingtracker.db import db
from meetingtracker.models.acts.confirm_issue import confirm_issue
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.comment import Comment
from meetingtracker.models.issue import Issue
from meetingtracker.rules.states import Stage, Status

MONTHS = timedelta(days=273)
MEETING_DAY, MEETING_TIME = 4, time(10, 0)  # ISO Thursday
UNTOUCHED = 5
"""So many of the newest issues have no point person yet."""

FORGOTTEN = 30
"""Days after which nothing is without a point person any more."""


class Life:
    """Seeded: the same seed on the same day gives the same company."""

    def __init__(self, *, now: datetime, seed: int, password_hash: str) -> None:
        self.rng = Random(seed)  # noqa: S311  (stories, not secrets)
        self.days = Days(now=now, zone=company.ZONE, rng=self.rng)
        self.today = self.days.on(now)
        self.first = self.days.calendar.next_working(self.today - MONTHS)
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
        troubles.sort(key=_is_recent)
        for trouble, day in zip(troubles, self._raising_days(len(troubles)), strict=True):
            at = self.days.moment(day)
            self.days.plan(at, partial(self._raise, trouble))
        for number, (title, department) in enumerate(story.ALONE * 4):
            at = self.days.moment(self._working(self.first + timedelta(days=4 + number * 8)))
            self.days.plan(at, partial(self.promises.alone, title, department))
        self.meeting.begin(self.first)
        self.days.live()
        self.meeting.fill_next_agenda()
        db.session().flush()

    def _working(self, day: date) -> date:
        return self.days.calendar.next_working(day)

    def _raising_days(self, count: int) -> list[date]:
        """Spread over the months, denser towards today; the last ones within this week."""
        span = (self.today - self.first).days - 1
        spread = [int(span * (n / count) ** 0.6) for n in range(count)]
        return [min(self._working(self.first + timedelta(days=d)), self.today) for d in spread]

    def _raise(self, trouble: story.Trouble, at: datetime) -> None:
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
        if (self.today - self.days.on(at)).days <= UNTOUCHED:
            return  # nobody has looked at it yet
        self.days.after(at, rng.choice((0, 1, 1, 2)), lambda at: self._triage(issue, trouble, at))
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            self.days.after(at, rng.randint(0, 15), lambda at: self._say(issue, trouble, at))
        if trouble.severity <= 2 or rng.random() < 0.7:
            self.days.after(at, rng.randint(1, 4), lambda at: self.meeting.propose(issue, at))

    def _triage(self, issue: Issue, trouble: story.Trouble, at: datetime) -> None:
        staff, rng = self.staff, self.rng
        lead = staff.actor(staff.leader(trouble.owning))
        issue.triage(
            owning_department_id=staff.department[trouble.owning], severity=issue.severity,
            by=staff.actor(staff.leader(trouble.raising)), at=at,
        )  # fmt: skip
        if rng.random() < 0.07:
            issue.decline(reason=story.DECLINED, by=lead, at=at + timedelta(minutes=9))
            return
        if rng.random() < 0.4 and (self.today - self.days.on(at)).days < FORGOTTEN:
            return  # nobody has thought of a point person yet
        person = rng.choice(staff.members(trouble.owning))
        ask_for_point_person(issue, staff.id(person), by=lead, at=at + timedelta(minutes=12))
        self.days.after(at, rng.randint(0, 3), lambda at: self._begin(issue, trouble, person, at))

    def _begin(self, issue: Issue, trouble: story.Trouble, person: str, at: datetime) -> None:
        rng, staff = self.rng, self.staff
        if not issue.stage.is_open:
            return
        by = staff.actor(staff.leader(trouble.owning))
        issue.move_to(Stage.in_progress, by=by, at=at)
        for number, title in enumerate(trouble.actions):
            minute = at + timedelta(minutes=3 + number)
            home = trouble.owning if rng.random() < 0.65 else trouble.raising
            owner = person if number == 0 else rng.choice(staff.members(home))
            self.promises.give(
                title, owner, by=by, at=minute, issue=issue, department=home,
                days=rng.randint(5, 26), after=lambda at: self._look(issue, trouble, person, at),
            )  # fmt: skip
        if rng.random() < 0.2:
            self.days.after(at, rng.randint(2, 9), lambda at: self._stuck(issue, trouble, at))
        if rng.random() < 0.35:
            self.days.after(at, rng.randint(9, 19), lambda at: self.meeting.propose(issue, at))

    def _stuck(self, issue: Issue, trouble: story.Trouble, at: datetime) -> None:
        if issue.stage is not Stage.in_progress:
            return
        rng, staff = self.rng, self.staff
        other = rng.choice([d for d in staff.department if d != trouble.owning])
        by = staff.actor(staff.leader(trouble.owning))
        issue.move_to(
            Stage.blocked, need=rng.choice(story.NEEDS), by=by, at=at,
            blocker_department_id=staff.department[other],
        )  # fmt: skip
        self.days.after(
            at, rng.randint(8, 30),
            lambda at: issue.stage is Stage.blocked
            and issue.move_to(Stage.in_progress, by=by, at=at),
        )  # fmt: skip

    def _say(self, issue: Issue, trouble: story.Trouble, at: datetime) -> None:
        home = self.rng.choice((trouble.raising, trouble.owning))
        by = self.staff.actor(self.rng.choice(self.staff.members(home)))
        text = self.rng.choice(story.COMMENTS)
        Comment.write(text=text, html=markup.render(text).html, issue_id=issue.id, by=by, at=at)

    def _look(self, issue: Issue, trouble: story.Trouble, person: str, at: datetime) -> None:
        """After an action ended: once all have, the point person says it is solved."""
        if issue.stage not in (Stage.in_progress, Stage.blocked):
            return
        given = self.promises.of(issue)
        if any(not action.status.is_finished for action in given):
            return
        if not any(a.status in (Status.done, Status.verified) for a in given):
            return
        self.days.after(
            at, self.rng.randint(1, 4), lambda at: self._resolve(issue, trouble, person, at)
        )

    def _resolve(self, issue: Issue, trouble: story.Trouble, person: str, at: datetime) -> None:
        if issue.stage not in (Stage.in_progress, Stage.blocked):
            return
        issue.resolve(
            resolution=self.rng.choice(story.RESOLUTIONS), by=self.staff.actor(person), at=at,
            on=self.days.on(at),
        )  # fmt: skip
        days = self.rng.choice((2, 3, 5, 7, 9))
        self.days.after(at, days, lambda at: self._answer(issue, trouble, person, at))

    def _answer(self, issue: Issue, trouble: story.Trouble, person: str, at: datetime) -> None:
        """The department that raised it has the last word."""
        if issue.stage is not Stage.resolved:
            return
        by = self.staff.actor(self.staff.leader(trouble.raising))
        if self.rng.random() < 0.88:
            confirm_issue(issue, by=by, at=at)
            return
        issue.reopen(reason=story.REOPENED, by=by, at=at)
        self.promises.give(
            f"Look again: {trouble.actions[0][0].lower()}{trouble.actions[0][1:]}", person, by=by,
            at=at + timedelta(minutes=2), issue=issue, department=trouble.owning,
            days=self.rng.randint(3, 8),
            after=lambda at: self._look(issue, trouble, person, at),
        )  # fmt: skip


def _is_recent(trouble: story.Trouble) -> bool:
    """Something confidential is open, too."""
    return trouble.title.startswith(story.CONFIDENTIAL[:2])
