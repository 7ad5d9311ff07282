"""What becomes of promises: kept, moved, blocked, forgotten, dropped."""

from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from meetingtracker import markup
from meetingtracker.cli.demo import story
from meetingtracker.cli.demo.calendar import Days, Deed
from meetingtracker.cli.demo.people import Staff
from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.move_due import answer_request, ask_to_move, move_due
from meetingtracker.models.comment import Comment
from meetingtracker.models.issue import Issue
from meetingtracker.rules.permissions import SYSTEM, Actor
from meetingtracker.rules.states import Priority, Repeat, Status

FATES = (
    ("kept",) * 24 + ("late",) * 2 + ("moved",) * 3 + ("blocked",) * 3 + ("silent",) + ("dropped",)
)
KEPT = ("kept",)
VERIFIES_ITSELF = 5  # working days after Done


class Promises:
    def __init__(self, days: Days, staff: Staff) -> None:
        self.days, self.staff, self.rng = days, staff, days.rng

    def of(self, issue: Issue) -> list[Action]:
        return list(db.session().scalars(sa.select(Action).where(Action.issue_id == issue.id)))

    def give(
        self,
        title: str,
        owner: str,
        *,
        by: Actor,
        at: datetime,
        days: int,
        after: Deed,
        issue: Issue | None = None,
        department: str | None = None,
        series_id: int | None = None,
        repeat: Repeat | None = None,
        fates: tuple[str, ...] | None = None,
    ) -> Action:
        """A promise due in `days` working days; `after` is told when it has ended."""
        rng = self.rng
        on = self.days.on(at)
        action = give_action(
            title=title, owner_id=self.staff.id(owner),
            due_on=self.days.calendar.add_working_days(on, days), by=by, at=at, on=on,
            issue_id=issue.id if issue else None, series_id=series_id, repeat=repeat,
            department_id=self.staff.department[department] if department else None,
            priority=rng.choice((Priority.normal,) * 5 + (Priority.high, Priority.low)),
        )  # fmt: skip
        self.follow(action, owner, after, fates or FATES)
        return action

    def stand(
        self,
        title: str,
        owner: str,
        *,
        by: Actor,
        at: datetime,
        issue: Issue,
        due: int,
        moves: int,
    ) -> None:
        """A promise that is open today, due in `due` working days from today (a negative number:
        overdue). Each of its `moves` is of four working days."""
        first = max(self.days.workday(due - 4 * moves), self.days.on(at))
        action = give_action(
            title=title, owner_id=self.staff.id(owner), due_on=first, by=by, at=at,
            on=self.days.on(at), issue_id=issue.id,
            priority=self.rng.choice((Priority.normal, Priority.normal, Priority.high)),
        )  # fmt: skip
        deciders = (owner, self.staff.above(owner), "Maya Ortiz")
        for number in range(moves):
            to = self.days.workday(due - 4 * (moves - number - 1))
            day = self.days.workday(min(-1, due - 4 * (moves - number) - 1))
            when = max(self.days.moment(day), at + timedelta(hours=number + 1))
            by, reason = self.staff.actor(deciders[number]), self.rng.choice(story.MOVES)
            self.days.plan(when, _moving(action, to=to, reason=reason, by=by))
        note = self.rng.choice(story.ON_TRACK)
        if due >= 0 and self.rng.random() < 0.6:
            last = self.days.moment(self.days.workday(-1))
            self.days.plan(
                last, lambda at: self._on_track(action, self.staff.actor(owner), note, at)
            )

    def finish_all(self, issue: Issue, *, by: Actor, at: datetime) -> None:
        """What is still open for the issue is done; what nobody has accepted is dropped."""
        for action in self.of(issue):
            if action.status is Status.proposed:
                action.cancel(reason=story.DROPPED, by=by, at=at)
            elif action.status.is_running:
                owner = self.staff.of(action.owner_id)
                self._finish(action, owner, lambda at: None, at)

    def alone(self, title: str, department: str, at: datetime) -> None:
        """A promise without an issue, mostly to oneself."""
        owner = self.rng.choice(self.staff.members(department))
        by = self.staff.actor(self.rng.choice((owner, self.staff.leader(department))))
        repeat = Repeat.monthly if self.rng.random() < 0.15 else None
        self.give(
            title, owner, by=by, at=at, days=self.rng.randint(5, 15), department=department,
            after=lambda at: None, repeat=repeat,
        )  # fmt: skip

    def follow(
        self, action: Action, owner: str, after: Deed, fates: tuple[str, ...] = FATES
    ) -> None:
        """Plan what becomes of it from now on."""
        rng, at, by = self.rng, action.created_at, self.staff.actor(owner)
        if action.status is Status.proposed:
            minute = at + timedelta(hours=rng.randint(1, 30))
            self.days.plan(minute, lambda at: self._accept(action, by, at))
            at = minute
        fate = rng.choice(fates)
        length = max(1, self.days.calendar.working_days_between(self.days.on(at), _due(action)))
        # Who keeps a promise speaks of it; what will be late is quiet first, as it is everywhere.
        for day in range(2, length, 3):
            if rng.random() < (0.8 if fate == "kept" else 0.1):
                note = rng.choice(story.ON_TRACK)
                self.days.after(at, day, partial(self._on_track, action, by, note))
        if rng.random() < 0.3:
            self.days.after(at, rng.randint(0, length), lambda at: self._say(action, by, at))
        if fate == "kept":
            self.days.after(
                at, rng.randint(1, length), lambda at: self._finish(action, by, after, at)
            )
        elif fate == "late":
            late = length + rng.randint(1, 7)
            self.days.after(at, late, lambda at: self._finish(action, by, after, at))
        elif fate == "moved":
            self.days.after(
                at, max(0, length - rng.randint(0, 2)),
                lambda at: self._move(action, owner, after, at),
            )  # fmt: skip
        elif fate == "blocked":
            self.days.after(
                at, rng.randint(1, length), lambda at: self._block(action, by, after, at)
            )
        elif fate == "dropped":
            lead = self.staff.actor(self.staff.above(owner))
            self.days.after(
                at, rng.randint(1, length), lambda at: self._drop(action, lead, after, at)
            )
        else:  # silent: long overdue before somebody remembers
            late = length + rng.randint(8, 14)
            self.days.after(at, late, lambda at: self._finish(action, by, after, at))

    def _accept(self, action: Action, by: Actor, at: datetime) -> None:
        if action.status is Status.proposed:
            action.accept(by=by, at=at)

    def _on_track(self, action: Action, by: Actor, note: str, at: datetime) -> None:
        if action.status.is_running and action.status is not Status.blocked:
            action.answer_on_track(note=note, by=by, at=at)

    def _say(self, action: Action, by: Actor, at: datetime) -> None:
        text = self.rng.choice(story.COMMENTS)
        Comment.write(text=text, html=markup.render(text).html, action_id=action.id, by=by, at=at)

    def _finish(self, action: Action, by: Actor, after: Deed, at: datetime) -> None:
        if not action.status.is_running:
            return
        following = finish_action(action, by=by, at=at, on=self.days.on(at))
        if following is not None:
            self.follow(following, by.name, lambda at: None)
        rng = self.rng
        chance = rng.random()
        if action.requested_by_id in (None, by.id) or chance < 0.35:
            self.days.after(
                at, VERIFIES_ITSELF + 1, lambda at: self._verify(action, SYSTEM, after, at)
            )
        elif chance < 0.94:
            self.days.after(
                at, rng.randint(1, 4),
                lambda at: self._verify(action, self.staff.of(action.requested_by_id), after, at),
            )  # fmt: skip
        elif self.days.on(at) < _due(action):
            self.days.after(at, rng.randint(1, 3), lambda at: self._refuse(action, by, after, at))
        after(at)

    def _verify(self, action: Action, by: Actor, after: Deed, at: datetime) -> None:
        if action.status is Status.done:
            action.verify(by=by, at=at)
            after(at)

    def _refuse(self, action: Action, owner: Actor, after: Deed, at: datetime) -> None:
        if action.status is Status.done:
            requester = self.staff.of(action.requested_by_id)
            action.refuse(reason=story.REFUSED, by=requester, at=at)
            days = self.rng.randint(1, 5)
            self.days.after(at, days, lambda at: self._finish(action, owner, after, at))

    def _move(self, action: Action, owner: str, after: Deed, at: datetime) -> None:
        """The owner moves it once, the leader a second time, an executive the third."""
        if not action.status.is_running:
            return
        rng = self.rng
        deciders = (owner, self.staff.above(owner), "Maya Ortiz")
        to = self.days.calendar.add_working_days(
            max(_due(action), self.days.on(at)), rng.randint(3, 9)
        )
        reason = rng.choice(story.MOVES)
        if action.moves > 0 and rng.random() < 0.25:
            asked = ask_to_move(action, to=to, reason=reason, by=self.staff.actor(owner), at=at)
            self.days.after(at, rng.randint(1, 4), lambda at: self._answer(asked, owner, after, at))
            return
        by = self.staff.actor(deciders[min(action.moves, 2)])
        move_due(action, to=to, reason=reason, by=by, at=at)
        length = max(1, self.days.calendar.working_days_between(self.days.on(at), to))
        if rng.random() < 0.45 and action.moves < 3:
            self.days.after(at, max(1, length - 1), lambda at: self._move(action, owner, after, at))
        else:
            finish = length + rng.choice((-1, 0, 0, 3))
            last = self.staff.actor(owner)
            self.days.after(at, max(1, finish), lambda at: self._finish(action, last, after, at))

    def _answer(self, asked: DueRequest, owner: str, after: Deed, at: datetime) -> None:
        """Yes, mostly; then it gets done."""
        action = asked.action
        if asked.answered_at is not None or not action.status.is_running:
            return
        by = self.staff.actor(self.staff.above(owner) if action.moves < 2 else "Maya Ortiz")
        to = asked.to_on if self.rng.random() < 0.8 else None
        answer_request(asked, to=to, reason=story.ANSWER, by=by, at=at)
        last, days = self.staff.actor(owner), self.rng.randint(1, 5)
        self.days.after(at, days, lambda at: self._finish(action, last, after, at))

    def _block(self, action: Action, by: Actor, after: Deed, at: datetime) -> None:
        if not action.status.is_running:
            return
        rng = self.rng
        others = [d for d, i in self.staff.department.items() if i != action.department_id]
        other = rng.choice(others)
        # An action may belong to another department than its owner's: nobody waits for themselves.
        people = [i for i in map(self.staff.id, self.staff.members(other)) if i != action.owner_id]
        blocker: dict[str, int] = rng.choice(
            (
                {"blocker_department_id": self.staff.department[other]},
                {"blocker_person_id": rng.choice(people)},
                {},
            )
        )
        on = self.days.on(at)
        action.block(
            need=rng.choice(story.NEEDS), by=by, at=at, on=on,
            next_look_on=self.days.calendar.add_working_days(on, rng.randint(2, 6)), **blocker,
        )  # fmt: skip
        free = rng.randint(2, 9)
        self.days.after(at, free, lambda at: action.unblock(by=by, at=at))
        self.days.after(
            at, free + rng.randint(1, 4), lambda at: self._finish(action, by, after, at)
        )

    def _drop(self, action: Action, lead: Actor, after: Deed, at: datetime) -> None:
        if action.status.is_running:
            action.cancel(reason=story.DROPPED, by=lead, at=at)
            after(at)


def _due(action: Action) -> date:
    assert action.due_on is not None
    return action.due_on


def _moving(action: Action, *, to: date, reason: str, by: Actor) -> Deed:
    return lambda at: move_due(action, to=to, reason=reason, by=by, at=at)
