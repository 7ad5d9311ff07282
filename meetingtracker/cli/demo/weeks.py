"""The last two weeks of those who are named for signing in: there is much in their My week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files

from meetingtracker.cli.demo import story
from meetingtracker.cli.demo.calendar import Days
from meetingtracker.cli.demo.people import Staff
from meetingtracker.models.action import Action
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.move_due import ask_to_move, move_due
from meetingtracker.rules.states import Status


@dataclass(frozen=True, slots=True)
class Line:
    """`given`, `due`: working days before and from today. `then`: a word, and with some a name."""

    owner: str
    asked_by: str
    given: int
    due: int
    then: str
    title: str


def lines() -> Iterator[Line]:
    """The lines of weeks.txt."""
    text = files("meetingtracker.cli.demo").joinpath("weeks.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            owner, asked_by, given, due, then, title = (cell.strip() for cell in line.split("|"))
            yield Line(owner, asked_by, int(given), int(due), then, title)


class Weeks:
    def __init__(self, days: Days, staff: Staff) -> None:
        self.days, self.staff = days, staff

    def plan(self) -> None:
        for line in lines():
            at = self.days.moment(self.days.workday(-line.given))
            self.days.plan(at, partial(self._give, line))

    def _give(self, line: Line, at: datetime) -> None:
        days, owner = self.days, self.staff.actor(line.owner)
        moved = line.then.startswith("moved")
        action = give_action(
            title=line.title, owner_id=owner.id, by=self.staff.actor(line.asked_by), at=at,
            due_on=days.workday(line.due - 3 if moved else line.due), on=days.on(at),
        )  # fmt: skip
        if line.then == "unanswered":
            return
        if action.status is Status.proposed:
            action.accept(by=owner, at=at + timedelta(minutes=40))
        if line.then:
            word, _, name = line.then.partition(" ")
            deed = getattr(self, f"_{word}")
            day = days.workday(min(-1, line.due - 1))
            days.plan(days.moment(day), partial(deed, action, line, name))

    def _done(self, action: Action, line: Line, name: str, at: datetime) -> None:
        finish_action(action, by=self.staff.actor(line.owner), at=at, on=self.days.on(at))

    _kept = _done

    def _going(self, action: Action, line: Line, name: str, at: datetime) -> None:
        note = story.ON_TRACK[line.given % len(story.ON_TRACK)]
        action.answer_on_track(note=note, by=self.staff.actor(line.owner), at=at)

    def _waits(self, action: Action, line: Line, name: str, at: datetime) -> None:
        """For somebody else's part."""
        action.block(
            need=story.NEEDS[line.given % len(story.NEEDS)], blocker_person_id=self.staff.id(name),
            next_look_on=self.days.workday(2), by=self.staff.actor(line.owner), at=at,
            on=self.days.on(at),
        )  # fmt: skip

    def _moved(self, action: Action, line: Line, name: str, at: datetime) -> None:
        """Once by its owner; then another date is asked for. "moved twice": the second time by the
        leader, so that an executive has to answer."""
        owner, leader = (self.staff.actor(n) for n in (line.owner, self.staff.above(line.owner)))
        moves = [(owner, line.due)]
        if name == "twice":
            moves = [(owner, line.due - 1), (leader, line.due)]
        for number, (by, due) in enumerate(moves):
            reason = story.MOVES[(line.given + number) % len(story.MOVES)]
            to = self.days.workday(due)
            move_due(action, to=to, reason=reason, by=by, at=at + timedelta(minutes=number))
        ask_to_move(
            action, to=self.days.workday(line.due + 4), reason=story.MOVES[0], by=owner,
            at=at + timedelta(minutes=30),
        )  # fmt: skip
