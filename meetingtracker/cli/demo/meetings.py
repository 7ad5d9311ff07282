"""The weekly leader meeting of the demo company, from the pool to issued minutes."""

from datetime import date, datetime, time, timedelta
from functools import partial

import sqlalchemy as sa

from meetingtracker import markup
from meetingtracker.cli.demo import story
from meetingtracker.cli.demo.calendar import Days
from meetingtracker.cli.demo.people import Staff
from meetingtracker.cli.demo.promises import FATES, KEPT, Promises
from meetingtracker.db import db
from meetingtracker.markup.document import render_document
from meetingtracker.models.acts import capture, run_meeting
from meetingtracker.models.acts.issue_minutes import issue_minutes
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Attendance, Meeting
from meetingtracker.models.reads.minutes import held, minutes_facts
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import VERDICT_FROM, Ask, Outcome, Verdict
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.minutes import minutes_markdown
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import MeetingState, Presence

LONG = 55
"""Minutes after which the rest is not reached."""
OWNER = "Maya Ortiz"
WEEK = timedelta(days=7)
FULL = 7
"""Items on the agenda of the meeting to come."""
_ZOMBIES = {topic.title for _, topic in story.ZOMBIES}


class LeaderMeeting:
    def __init__(
        self,
        days: Days,
        staff: Staff,
        promises: Promises,
        *,
        weekday: int,
        start_time: time,
        at: datetime,
    ) -> None:
        self.days, self.staff, self.promises, self.rng = days, staff, promises, days.rng
        self.start_time = start_time
        self.by = staff.actor(OWNER)
        self.series = Series.found(
            name="Leader meeting", weekday=weekday, start_time=start_time, zone=days.zone,
            owner_id=self.by.id, by=SYSTEM, at=at,
        )  # fmt: skip
        for name in (OWNER, "Lars Winter", *staff.leaders()):
            self.series.invite(staff.id(name), by=SYSTEM, at=at)
        once = [t for t in story.TOPICS if t.ask is Ask.RECOGNISE]
        again = [t for t in story.TOPICS if t.ask is not Ask.RECOGNISE]
        self.topics = [*once, *again, *again]
        self.rng.shuffle(self.topics)

    def begin(self, first: date) -> None:
        """Plan the first meeting, and the topics that people bring every week."""
        day = first + timedelta(days=(self.series.weekday - first.isoweekday()) % 7)
        self.days.plan(self.days.moment(first), lambda at: self._plan(day, at))
        weeks = (self.days.on(self.days.now) + WEEK - day) // WEEK
        for number, topic in enumerate(self.topics[FULL:]):
            before = day + number * weeks // len(self.topics) * WEEK - timedelta(days=2)
            self.days.plan(self.days.moment(before), partial(self._bring, topic))
        for back, topic in story.ZOMBIES:
            then = self.days.on(self.days.now) - back * WEEK - timedelta(days=2)
            self.days.plan(self.days.moment(then), partial(self._bring, topic))

    def fill_next_agenda(self) -> None:
        """The meeting to come has its agenda already."""
        meeting = db.session().scalars(
            sa.select(Meeting).filter_by(series_id=self.series.id, state=MeetingState.planned)
        ).one()  # fmt: skip
        placed = sa.select(sa.func.count()).select_from(Placement).filter_by(meeting_id=meeting.id)
        there = db.session().scalar(placed) or 0
        fresh = list(dict.fromkeys(self.topics[:FULL] + self.topics))[: max(0, FULL - there)]
        for number, topic in enumerate(fresh):
            self._bring(topic, self.days.now - timedelta(hours=3, minutes=-7 * number))

    def _plan(self, day: date, at: datetime) -> None:
        plan_meeting(self.series, held_on=day, by=self.by, at=at)
        starts = at_local(day, self.start_time, self.days.zone)
        self.days.plan(starts, lambda at: self._hold(day, at))

    def _bring(self, topic: story.Topic, at: datetime) -> None:
        name = self.staff.leader(topic.department)
        propose_item(
            series=self.series, title=topic.title, ask=topic.ask, minutes=topic.minutes,
            department_id=self.staff.department[topic.department],
            presenter_id=self.staff.id(name), by=self.staff.actor(name), at=at,
            on=self.days.on(at),
        )  # fmt: skip

    def propose(self, issue: Issue, at: datetime) -> None:
        """Somebody wants to talk about an issue that is not on its way to a meeting already."""
        waiting = db.session().scalars(sa.select(AgendaItem).filter_by(issue_id=issue.id))
        if not issue.stage.is_open or any(not item.is_over for item in waiting):
            return
        raised_by = next(
            d for d, i in self.staff.department.items() if i == issue.raising_department_id
        )
        name = self.staff.leader(raised_by)
        propose_item(
            series=self.series, title=issue.title, issue_id=issue.id,
            ask=self.rng.choice((Ask.DECIDE, Ask.DISCUSS, Ask.HELP)),
            minutes=self.rng.choice((5, 10, 10, 15)), department_id=issue.raising_department_id,
            presenter_id=self.staff.id(name), by=self.staff.actor(name), at=at,
            on=self.days.on(at),
        )  # fmt: skip

    # --- the meeting itself ------------------------------------------------------------------

    def _hold(self, day: date, at: datetime) -> None:
        meeting = db.session().scalars(
            sa.select(Meeting).filter_by(series_id=self.series.id, held_on=day)
        ).one()  # fmt: skip
        run_meeting.start_meeting(meeting, by=self.by, at=at, on=day)
        self._welcome(meeting, at)
        minute = 3
        agenda = db.session().scalars(
            sa.select(Placement).filter_by(meeting_id=meeting.id).order_by(Placement.position)
        ).all()  # fmt: skip
        for placement in agenda:
            if minute > LONG:
                break
            now = at + timedelta(minutes=minute)
            run_meeting.go_to_item(meeting, placement, by=self.by, at=now)
            self._talk(meeting, placement, now)
            minute += max(2, round(placement.minutes * self.rng.uniform(0.5, 1.3)))
        over = at + timedelta(minutes=min(minute + 2, 64))
        self._leave_the_rest(meeting, over)
        run_meeting.end_talking(meeting, by=self.by, at=over)
        self._issue(meeting, over + timedelta(minutes=self.rng.randint(3, 20)))
        self._plan(day + WEEK, over + timedelta(minutes=30))

    def _welcome(self, meeting: Meeting, at: datetime) -> None:
        for name in self.staff.leaders():
            presence = self.rng.choice(
                (Presence.present,) * 12 + (Presence.excused, Presence.absent)
            )
            Attendance.mark(meeting, self.staff.id(name), presence, by=self.by, at=at)

    def _talk(self, meeting: Meeting, placement: Placement, at: datetime) -> None:
        rng, item = self.rng, placement.item
        text = rng.choice(story.NOTES)
        capture.capture_note(
            meeting, placement, text=text, html=markup.render(text).html, by=self.by,
            at=at + timedelta(minutes=1),
        )  # fmt: skip
        end = at + timedelta(minutes=2)
        if item.title in _ZOMBIES:
            self._put_off_again(meeting, placement, end)
        elif item.ask in (Ask.INFORM, Ask.RECOGNISE):
            run_meeting.end_item(meeting, placement, Outcome.RESOLVED, by=self.by, at=end)
        elif rng.random() < 0.16 and item.placed + 1 < VERDICT_FROM:
            run_meeting.end_item(
                meeting, placement, Outcome.DEFERRED, reason=rng.choice(story.PUT_OFF),
                by=self.by, at=end,
            )  # fmt: skip
        elif rng.random() < 0.5:
            self._decide(meeting, placement, end)
        else:
            self._give(meeting, placement, end)

    def _put_off_again(self, meeting: Meeting, placement: Placement, at: datetime) -> None:
        """It comes back three times; the third time asks for a verdict, the fifth decides."""
        placed = placement.item.placed + 1
        if placed > VERDICT_FROM + 1:
            self._decide(meeting, placement, at)
            return
        run_meeting.end_item(
            meeting, placement, Outcome.DEFERRED, by=self.by, at=at,
            verdict=Verdict.SESSION if placed >= VERDICT_FROM else None,
            reason=story.PUT_OFF[placed % len(story.PUT_OFF)],
        )  # fmt: skip

    def _decide(self, meeting: Meeting, placement: Placement, at: datetime) -> None:
        text, reason = self.rng.choice(story.DECISIONS)
        on = meeting.held_on
        review = on + timedelta(days=42) if self.rng.random() < 0.4 else None
        capture.capture_decision(
            meeting, placement, text=text, reason=reason, owner_id=placement.item.presenter_id,
            review_on=review, by=self.by, at=at, on=on,
        )  # fmt: skip
        run_meeting.end_item(meeting, placement, Outcome.DECIDED, by=self.by, at=at)

    def _give(self, meeting: Meeting, placement: Placement, at: datetime) -> None:
        owner = self.rng.choice((*self.staff.leaders(), OWNER, OWNER))
        due_on = self.days.calendar.add_working_days(meeting.held_on, self.rng.randint(3, 10))
        short = placement.item.title.rstrip("?.")
        action = capture.capture_action(
            meeting, placement, title=f"Come back with a plan: {short[0].lower()}{short[1:]}",
            owner_id=self.staff.id(owner), due_on=due_on, by=self.by, at=at, on=meeting.held_on,
        )  # fmt: skip
        run_meeting.end_item(meeting, placement, Outcome.BECAME_ACTION, by=self.by, at=at)
        # Where an issue stands today is for case.py to say: what is promised here is kept.
        fates = FATES if placement.item.issue_id is None else KEPT
        self.promises.follow(action, owner, lambda at: None, fates)

    def _leave_the_rest(self, meeting: Meeting, at: datetime) -> None:
        """What was not reached goes on, except what has come back too often: it is handed up."""
        rest = db.session().scalars(
            sa.select(Placement).filter_by(meeting_id=meeting.id, outcome=None)
        ).all()  # fmt: skip
        for placement in rest:
            if placement.item.placed + 1 >= VERDICT_FROM:
                run_meeting.end_item(
                    meeting, placement, Outcome.UNREACHED, verdict=Verdict.EXECUTIVE,
                    executive_id=self.staff.id("Lars Winter"), by=self.by, at=at,
                )  # fmt: skip
        run_meeting.leave_the_rest(meeting, by=self.by, at=at)

    def _issue(self, meeting: Meeting, at: datetime) -> None:
        session = db.session()
        session.flush()
        minutes = minutes_markdown(minutes_facts(held(meeting)))
        issue_minutes(
            meeting, minutes=minutes, html=render_document(minutes.text),
            annex_html=render_document(minutes.annex) if minutes.annex else None,
            revision=meeting.revision, calendar=self.days.calendar, by=self.by, at=at,
        )  # fmt: skip
