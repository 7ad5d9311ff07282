"""What becomes of one issue of the demo company, from its triage to where it stands today."""

from datetime import datetime, timedelta

from meetingtracker import markup
from meetingtracker.cli.demo import company, story
from meetingtracker.cli.demo.endings import Ending, Standing
from meetingtracker.cli.demo.meetings import LeaderMeeting
from meetingtracker.cli.demo.promises import KEPT, Promises
from meetingtracker.models.acts.confirm_issue import confirm_issue
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.comment import Comment
from meetingtracker.models.issue import Issue
from meetingtracker.rules.states import Stage, Status

LONGEST = (50, 80)
"""Days after which whatever still drags is finished, for issues that are over today."""


class Case:
    def __init__(
        self,
        issue: Issue,
        trouble: story.Trouble,
        standing: Standing,
        *,
        promises: Promises,
        meeting: LeaderMeeting,
    ) -> None:
        self.issue, self.trouble, self.standing = issue, trouble, standing
        self.promises, self.meeting = promises, meeting
        self.days, self.staff, self.rng = promises.days, promises.staff, promises.rng
        self.lead = self.staff.actor(self.staff.leader(trouble.owning))
        self.person = self._point_person()

    @property
    def is_over(self) -> bool:
        return self.standing.ending is Ending.CLOSED

    def _point_person(self) -> str:
        """Whoever is named for signing in has open issues of their own."""
        members = self.staff.members(self.trouble.owning)
        known = [name for name, _ in company.ACCOUNTS if name in members]
        works = self.standing.ending in (Ending.WORKING, Ending.BLOCKED)
        return known[0] if known and works else self.rng.choice(members)

    def follow(self, at: datetime) -> None:
        """Plan what comes next for an issue raised at this moment."""
        rng = self.rng
        self.days.after(at, rng.choice((0, 1, 1, 2)), self._triage)
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            self.days.after(at, rng.randint(0, 15), self._say)
        if self.trouble.severity <= 2 or rng.random() < 0.7:
            self.days.after(at, rng.randint(1, 4), lambda at: self.meeting.propose(self.issue, at))
        if self.is_over:
            last = self.days.on(at) + timedelta(days=rng.randint(*LONGEST))
            capped = min(last, self.days.today - timedelta(days=rng.randint(6, 15)))
            self.days.plan(self.days.moment(self.days.calendar.next_working(capped)), self._end)

    def _triage(self, at: datetime) -> None:
        staff, issue = self.staff, self.issue
        issue.triage(
            owning_department_id=staff.department[self.trouble.owning], severity=issue.severity,
            by=staff.actor(staff.leader(self.trouble.raising)), at=at,
        )  # fmt: skip
        if self.is_over and self.rng.random() < 0.07:
            issue.decline(reason=story.DECLINED, by=self.lead, at=at + timedelta(minutes=9))
        elif self.standing.ending is not Ending.RAISED:
            later = at + timedelta(minutes=12)
            ask_for_point_person(issue, staff.id(self.person), by=self.lead, at=later)
            self.days.after(at, self.rng.randint(0, 3), self._begin)

    def _begin(self, at: datetime) -> None:
        if not self.issue.stage.is_open:
            return
        self.issue.move_to(Stage.in_progress, by=self.lead, at=at)
        titles = self.trouble.actions
        if self.standing.ending in (Ending.WORKING, Ending.BLOCKED):
            titles = titles[:-1]
            self._promise_the_last(self.trouble.actions[-1], at)
        for number, title in enumerate(titles):
            self._give(title, number, at + timedelta(minutes=3 + number))
        rng = self.rng
        if self.is_over and rng.random() < 0.2:
            self.days.after(at, rng.randint(2, 9), self._stuck)
        if rng.random() < 0.35:
            again = rng.randint(9, 19)
            self.days.after(at, again, lambda at: self.meeting.propose(self.issue, at))
        if self.standing.ending is Ending.BLOCKED:
            day = max(self.days.workday(-rng.randint(2, 8)), self.days.on(at) + timedelta(days=1))
            self.days.plan(self.days.moment(day), self._stuck)
        if self.standing.ending is Ending.RESOLVED:
            self.days.plan(self.days.moment(self.days.workday(-rng.randint(1, 4))), self._end)

    def _give(self, title: str, number: int, at: datetime) -> None:
        rng, trouble = self.rng, self.trouble
        home = trouble.owning if rng.random() < 0.65 else trouble.raising
        owner = self.person if number == 0 else rng.choice(self.staff.members(home))
        days = rng.randint(5, 26) if self.is_over else rng.randint(4, 12)
        self.promises.give(
            title, owner, by=self.lead, at=at, issue=self.issue, department=home, days=days,
            after=self._look, fates=None if self.is_over else KEPT,
        )  # fmt: skip

    def _promise_the_last(self, title: str, begun: datetime) -> None:
        """The promise that is open today; the first ones are kept before."""
        standing = self.standing
        first_due = standing.due - 4 * standing.moves
        given = self.days.workday(min(-1, first_due - self.rng.randint(4, 9)))
        self.days.plan(
            max(begun + timedelta(minutes=9), self.days.moment(given)),
            lambda at: self.promises.stand(
                title, self.person, by=self.lead, at=at, issue=self.issue, due=standing.due,
                moves=standing.moves,
            ),
        )  # fmt: skip

    def _stuck(self, at: datetime) -> None:
        """Blocked on another department, or on somebody outside."""
        if self.issue.stage is not Stage.in_progress:
            return
        rng, staff = self.rng, self.staff
        others = [i for d, i in staff.department.items() if d != self.trouble.owning]
        self.issue.move_to(
            Stage.blocked, need=rng.choice(story.NEEDS), by=self.lead, at=at,
            blocker_department_id=None if self.standing.outside else rng.choice(others),
        )  # fmt: skip
        if self.is_over:
            self.days.after(at, rng.randint(4, 15), self._unstuck)

    def _unstuck(self, at: datetime) -> None:
        if self.issue.stage is Stage.blocked:
            self.issue.move_to(Stage.in_progress, by=self.lead, at=at)

    def _say(self, at: datetime) -> None:
        home = self.rng.choice((self.trouble.raising, self.trouble.owning))
        by = self.staff.actor(self.rng.choice(self.staff.members(home)))
        text = self.rng.choice(story.COMMENTS)
        html = markup.render(text).html
        Comment.write(text=text, html=html, issue_id=self.issue.id, by=by, at=at)

    def _look(self, at: datetime) -> None:
        """After an action ended: once all have, the point person says it is solved."""
        if not self.is_over or self.issue.stage not in (Stage.in_progress, Stage.blocked):
            return
        given = self.promises.of(self.issue)
        if any(not action.status.is_finished for action in given):
            return
        if any(a.status in (Status.done, Status.verified) for a in given):
            self.days.after(at, self.rng.randint(1, 4), self._resolve)

    def _resolve(self, at: datetime) -> None:
        if self.issue.stage not in (Stage.in_progress, Stage.blocked):
            return
        self.issue.resolve(
            resolution=self.rng.choice(story.RESOLUTIONS), by=self.staff.actor(self.person),
            at=at, on=self.days.on(at),
        )  # fmt: skip
        if self.is_over:
            self.days.after(at, self.rng.choice((2, 3, 5, 7, 9)), self._answer)

    def _answer(self, at: datetime) -> None:
        """The department that raised it has the last word."""
        if self.issue.stage is not Stage.resolved:
            return
        if self.rng.random() < 0.88:
            self._confirm(at)
            return
        by = self.staff.actor(self.staff.leader(self.trouble.raising))
        self.issue.reopen(reason=story.REOPENED, by=by, at=at)
        first = self.trouble.actions[0]
        self.promises.give(
            f"Look again: {first[0].lower()}{first[1:]}", self.person, by=by,
            at=at + timedelta(minutes=2), issue=self.issue, department=self.trouble.owning,
            days=self.rng.randint(3, 8), after=self._look,
        )  # fmt: skip

    def _confirm(self, at: datetime) -> None:
        by = self.staff.actor(self.staff.leader(self.trouble.raising))
        confirm_issue(self.issue, by=by, at=at)

    def _end(self, at: datetime) -> None:
        """Finish what is left, and say that it is solved; what is to be over is confirmed, too."""
        if not self.issue.stage.is_open:
            return
        self.promises.finish_all(self.issue, by=self.lead, at=at)
        self._resolve(at + timedelta(minutes=4))
        if self.is_over:
            self.days.after(at, 0, self._confirm)
