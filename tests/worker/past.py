"""Promises of the past that came true or not, so that the early warning has something to learn."""

from datetime import timedelta

from meetingtracker.models.action import Action
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.give_action import give_action
from tests.cast import NOW, TODAY, Cast

DAY = timedelta(days=1)
OWNERS = ("pia", "max", "olga", "tom")


def give(cast: Cast, owner: str, *, given: int, due: int, title: str = "Send the file") -> Action:
    """Given and due so many days from TODAY."""
    return give_action(
        title=title, owner_id=cast.person[owner], due_on=TODAY + due * DAY, by=cast.actor(owner),
        at=NOW + given * DAY, on=TODAY + given * DAY,
    )  # fmt: skip


def kept(cast: Cast, owner: str, *, given: int, due: int) -> Action:
    """Spoken of every other day, and done the day before its date."""
    action = give(cast, owner, given=given, due=due)
    for day in range(given + 2, due, 2):
        note = f"day {day}"
        action.answer_on_track(note=note, by=cast.actor(owner), at=NOW + day * DAY)
    finish_action(
        action, by=cast.actor(owner), at=NOW + (due - 1) * DAY, on=TODAY + (due - 1) * DAY
    )
    return action


def broken(cast: Cast, owner: str, *, given: int, due: int) -> Action:
    """Nobody says a word, and it is done ten days late."""
    action = give(cast, owner, given=given, due=due)
    done = due + 10
    finish_action(action, by=cast.actor(owner), at=NOW + done * DAY, on=TODAY + done * DAY)
    return action


def live_through(cast: Cast, promises: int) -> None:
    """So many promises whose date has passed, over the last half year, every other one broken."""
    for n in range(promises):
        due = -12 - n * 150 // promises
        make = broken if n % 2 else kept
        make(cast, OWNERS[n % len(OWNERS)], given=due - 20, due=due)
