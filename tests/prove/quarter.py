"""A quarter of a company of forty: promises are made, kept, forgotten, asked about and decided."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from meetingtracker.cli.demo.promises import FATES
from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.acts.answer_alert import answer_as_leader, decide
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.move_due import answer_request, ask_to_move, move_due
from meetingtracker.models.acts.plan_meeting import plan_meeting
from meetingtracker.models.acts.run_meeting import end_item, start_meeting
from meetingtracker.models.alert import Alert
from meetingtracker.models.department import Department
from meetingtracker.models.meeting import Attendance
from meetingtracker.models.notification import Notification
from meetingtracker.models.person import Person
from meetingtracker.models.reads.stamps import stands, still_stands
from meetingtracker.models.reads.visitor import actor
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask, Outcome, Verdict
from meetingtracker.rules.calendar import WorkingCalendar, at_local
from meetingtracker.rules.ladder import AlertAnswer
from meetingtracker.rules.permissions import SYSTEM, Actor, Role, may_move_due
from meetingtracker.rules.states import Presence, Status
from tests import meetings
from tests.cast import NOW, TODAY, ZONE, Cast

DAY = timedelta(days=1)
WEEKS, PROMISES, PEOPLE = 13, 300, 40
DEPARTMENTS = ("Sales", "Tech", "Fulfilment", "Support", "Finance", "Product", "People")
ELEVEN = time(11)
MEETING_ON = 4
WEEK = WorkingCalendar(frozenset({1, 2, 3, 4, 5}))


@dataclass
class Company:
    """Answers as the demo company's people do: most keep their word, and one in thirty is silent.

    What somebody will do is planned by day in `diary`; what they are asked is answered a day or two
    later, by most.
    """

    cast: Cast
    rng: random.Random
    leaders: list[int] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    executives: list[int] = field(default_factory=list)
    diary: dict[date, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    seen: set[int] = field(default_factory=set)
    fates: dict[int, str] = field(default_factory=dict)
    decided: Counter[str] = field(default_factory=Counter)

    def gather(self) -> None:
        """Forty people in seven departments with a leader each, and two executives."""
        homes = []
        for n, name in enumerate(DEPARTMENTS):
            home = self.cast.department.get(name)
            row = db.session.get(Department, home) if home else None
            homes.append(row or Department.found(name=name, colour=n, by=SYSTEM, at=NOW))
        db.session.execute(sa.update(Person).values(deactivated_at=NOW))
        for home in homes:
            self.leaders.append(self._join(Role.leader, home))
            home.leader_id, home.deputy_id = self.leaders[-1], None
        self.executives = [self._join(Role.executive, None) for _ in range(2)]
        rest = PEOPLE - len(self.leaders) - len(self.executives)
        self.members = [self._join(Role.member, homes[n % len(homes)]) for n in range(rest)]
        series = db.session.get_one(Series, self.cast.series)
        series.owner_id = self.leaders[0]
        series.seat(frozenset(self.leaders), by=SYSTEM, at=NOW)

    def _join(self, role: Role, home: Department | None) -> int:
        number = len(self.leaders) + len(self.members) + len(self.executives)
        row = Person.join(
            email=f"{role.value}{number}.{self.rng.random()}@example.com", name=f"{role} {number}",
            role=role, department_id=home.id if home else None, by=SYSTEM, at=NOW,
        )  # fmt: skip
        return row.id

    # --- promises -----------------------------------------------------------------------------

    def plan_promises(self) -> None:
        """300 of them: three in five in the weekly meeting, the rest on any working day."""
        days = [TODAY + n * DAY for n in range(7 * WEEKS) if WEEK.is_working(TODAY + n * DAY)]
        thursdays = [day for day in days if day.isoweekday() == MEETING_ON]
        for n in range(PROMISES):
            in_meeting = n % 5 < 3
            self.diary[self.rng.choice(thursdays if in_meeting else days)].append(("give", n % 5))

    def live(self, today: date) -> None:
        """What people do at eleven o'clock of a working day."""
        at = at_local(today, ELEVEN, ZONE)
        if today.isoweekday() == MEETING_ON:
            self._meet(today, at)
        for deed, number in self.diary.pop(today, []):
            if deed == "give":
                if today.isoweekday() != MEETING_ON or number >= 3:
                    self._give(today, at)
            else:
                self._do(deed, db.session.get_one(Action, number), today, at)
        self._answer(today, at)

    def _give(self, today: date, at: datetime, meeting_id: int | None = None) -> None:
        rng = self.rng
        by = self._actor(rng.choice(self.leaders))
        owner = rng.choice(self.members * 2 + self.leaders)
        due_on = WEEK.add_working_days(today, rng.randint(4, 15))
        action = give_action(
            title=f"Promise {rng.random()}", owner_id=owner, due_on=due_on, by=by, at=at, on=today,
            meeting_id=meeting_id, series_id=self.cast.series,
            present_in_meeting=meeting_id is not None and owner in self.leaders,
        )  # fmt: skip
        if action.status is Status.proposed:
            self._later("accept", action, today, rng.choice((1, 1, 1, 2, 4)))
        self._follow(action, today)

    def _follow(self, action: Action, today: date) -> None:
        rng, fate = self.rng, self.rng.choice(FATES)
        self.fates[action.id] = fate
        length = max(1, WEEK.working_days_between(today, action.due_on or today))
        days = {
            "kept": rng.randint(2, max(2, length)), "late": length + rng.randint(1, 7),
            "moved": max(1, length - rng.randint(0, 2)), "blocked": rng.randint(1, length),
            "dropped": rng.randint(1, length), "silent": length + rng.randint(8, 60),
        }  # fmt: skip
        deed = {"kept": "finish", "late": "finish", "silent": "finish"}.get(fate, fate)
        self._later(deed, action, today, days[fate])

    def _later(self, deed: str, action: Action, today: date, days: int) -> None:
        db.session.flush()
        self.diary[WEEK.add_working_days(today, days)].append((deed, action.id))

    def _do(self, deed: str, action: Action, today: date, at: datetime) -> None:
        owner = self._actor(action.owner_id)
        if deed == "accept" and action.status is Status.proposed:
            action.accept(by=owner, at=at)
        elif deed == "verify" and action.status is Status.done:
            action.verify(by=self._actor(action.requested_by_id), at=at)
        if not action.status.is_running:
            return
        if deed == "finish":
            finish_action(action, by=owner, at=at, on=today)
            if self.rng.random() < 0.6:
                self._later("verify", action, today, self.rng.randint(1, 4))
        elif deed == "moved":
            self._move(action, owner, today, at)
            again = self.rng.random() < 0.3
            self._later("moved" if again else "finish", action, today, self.rng.randint(2, 6))
        elif deed == "blocked":
            others = [i for i in self.leaders if i != action.owner_id]
            action.block(need="an answer", next_look_on=WEEK.add_working_days(today, 3), by=owner,
                         at=at, on=today, blocker_person_id=self.rng.choice(others))  # fmt: skip
            self._later("unblock", action, today, self.rng.randint(1, 6))
        elif deed == "unblock" and action.status is Status.blocked:
            action.unblock(by=self._actor(action.blocker_person_id), at=at)
            self._later("finish", action, today, self.rng.randint(1, 5))
        elif deed == "dropped":
            action.cancel(reason="not needed any more", by=self._leader(action.owner_id), at=at)

    def _move(self, action: Action, owner: Actor, today: date, at: datetime) -> None:
        to = WEEK.add_working_days(max(today, action.due_on or today), self.rng.randint(3, 7))
        if may_move_due(owner, action):
            move_due(action, to=to, reason="it takes longer", by=owner, at=at)
        elif (
            db.session.scalar(
                sa.select(DueRequest.id).filter_by(action_id=action.id, answered_at=None)
            )
            is None
        ):
            ask_to_move(action, to=to, reason="it takes longer", by=owner, at=at)

    # --- answers ------------------------------------------------------------------------------

    def _answer(self, today: date, at: datetime) -> None:
        """What people were asked yesterday or before, one after the other; not all at once."""
        for request in db.session.scalars(
            sa.select(DueRequest).where(DueRequest.answered_at.is_(None))
        ).all():
            if not request.action.status.is_running:
                request.answer(False, by=SYSTEM, at=at, reason="it is finished")
            elif self.rng.random() < 0.5:
                by = self._leader(request.action.owner_id)
                answer_request(request, to=request.to_on, reason="", by=by, at=at)
        open_alerts = db.session.scalars(
            sa.select(Alert).where(
                Alert.answered_at.is_(None), Alert.level.in_((1, 2, 4)),
                Alert.subject_type == "action", Alert.raised_at < at, stands(),
            )
        ).all()  # fmt: skip
        for alert in open_alerts:
            action = db.session.get_one(Action, alert.subject_id)
            if alert.answered_at is not None or not still_stands(alert, action):
                continue  # somebody else has just answered
            if alert.level == 4 and self.rng.random() < 0.5:
                self._decide(alert, action, today, at)
            elif alert.level == 2 and alert.rule.value != "proposal" and self.rng.random() < 0.4:
                self._lead(alert, action, today, at)
            elif alert.level == 1 and alert.id not in self.seen:
                self._own(alert, action, today, at)

    def _own(self, alert: Alert, action: Action, today: date, at: datetime) -> None:
        """The owner of an overdue promise: on track with a word, another date, or nothing."""
        self.seen.add(alert.id)
        if self.fates.get(action.id) == "silent" or alert.rule.value != "due":
            return
        chance, owner = self.rng.random(), self._actor(action.owner_id)
        if chance < 0.3:
            action.answer_on_track(note="tomorrow", by=owner, at=at)
        elif chance < 0.5:
            self._move(action, owner, today, at)

    def _lead(self, alert: Alert, action: Action, today: date, at: datetime) -> None:
        (told,) = db.session.scalars(
            sa.select(Notification.person_id).filter_by(alert_id=alert.id).limit(1)
        ) or (None,)
        answer = self.rng.choice((AlertAnswer.keep, AlertAnswer.keep, AlertAnswer.help))
        answer_as_leader(alert, answer, reason="I look after it", owner_id=None,
                         by=self._actor(told), at=at, on=today)  # fmt: skip

    def _decide(self, alert: Alert, action: Action, today: date, at: datetime) -> None:
        answer = self.rng.choice(
            (AlertAnswer.new_plan,) * 3 + (AlertAnswer.dropped, AlertAnswer.accepted,
                                           AlertAnswer.other_owner)
        )  # fmt: skip
        decide(alert, answer, reason="decided", to=WEEK.add_working_days(today, 10),
               owner_id=self._another(action.owner_id), at=at, on=today,
               by=self._actor(self.rng.choice(self.executives)))  # fmt: skip
        self.decided[answer.value] += 1
        if answer in (AlertAnswer.new_plan, AlertAnswer.other_owner):
            self._later("accept", action, today, 1)
            self._later("finish", action, today, self.rng.randint(3, 8))

    # --- the meeting --------------------------------------------------------------------------

    def _meet(self, today: date, at: datetime) -> None:
        """An item, what is promised under it, and a minute for each overdue verdict."""
        facilitator = self._actor(self.leaders[0])
        series = db.session.get_one(Series, self.cast.series)
        meetings.propose(self.cast, title=f"Topic {today}", series=series, at=at, on=today,
                         by=facilitator)  # fmt: skip
        meeting = plan_meeting(series, held_on=today, by=facilitator, at=at)
        start_meeting(meeting, by=facilitator, at=at, on=today)
        for person_id in self.leaders[1:]:
            Attendance.mark(meeting, person_id, Presence.present, by=facilitator, at=at)
        for number in [n for deed, n in self.diary[today] if deed == "give" and n < 3]:
            del number
            self._give(today, at, meeting.id)
        db.session.flush()
        for placement in meetings.standing(meeting):
            outcome, verdict = Outcome.DECIDED, None
            if placement.item.ask is Ask.VERDICT and self.rng.random() < 0.3:
                outcome = Outcome.DEFERRED
                verdict = Verdict.SESSION
            end_item(meeting, placement, outcome, verdict=verdict, reason="as agreed",
                     by=facilitator, at=at)  # fmt: skip
        meetings.issue(self.cast, meeting, at, by=facilitator)

    # --- who is who ---------------------------------------------------------------------------

    def _actor(self, person_id: int | None) -> Actor:
        return SYSTEM if person_id is None else actor(person_id)

    def _leader(self, person_id: int | None) -> Actor:
        home = db.session.get_one(Person, person_id).department_id
        return self._actor(self.leaders[0] if home is None else
                           db.session.get_one(Department, home).leader_id)  # fmt: skip

    def _another(self, person_id: int | None) -> int:
        return self.rng.choice([i for i in self.members if i != person_id])
