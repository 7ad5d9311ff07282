"""Where each issue of the demo company stands today: all lanes of the board are alive."""

from dataclasses import dataclass
from enum import Enum, auto

from meetingtracker.cli.demo import company, story


class Ending(Enum):
    CLOSED = auto()  # confirmed or declined, by way of everything that happens to issues
    RAISED = auto()  # nobody works on it yet
    WORKING = auto()
    BLOCKED = auto()
    RESOLVED = auto()  # waits for whoever raised it


@dataclass(frozen=True, slots=True)
class Standing:
    """`due`: working days from today to the date of its open promise, which moved `moves` times.

    `outside`: what blocks it is outside the company.
    """

    ending: Ending
    due: int = 0
    moves: int = 0
    outside: bool = False


_CLOSED = Standing(Ending.CLOSED)
# By age, the newest is 0; they were raised two to three days apart. Whatever is not named is over.
# Four are overdue, by at most three weeks; two are old.
_BY_AGE = {
    **dict.fromkeys(range(5), Standing(Ending.RAISED)),
    5: Standing(Ending.WORKING, due=9),
    6: Standing(Ending.WORKING, due=4),
    7: Standing(Ending.RESOLVED),
    8: Standing(Ending.BLOCKED, due=5),
    9: Standing(Ending.WORKING, due=-2),
    10: Standing(Ending.WORKING, due=2),
    11: Standing(Ending.RESOLVED),
    12: Standing(Ending.WORKING, due=7, moves=1),
    13: Standing(Ending.BLOCKED, due=10, outside=True),
    14: Standing(Ending.WORKING, due=0),
    15: Standing(Ending.RESOLVED),
    16: Standing(Ending.WORKING, due=-8, moves=1),
    18: Standing(Ending.BLOCKED, due=-4, moves=1),
    19: Standing(Ending.WORKING, due=3, moves=2),
    20: Standing(Ending.RESOLVED),
    22: Standing(Ending.WORKING, due=-13),
    23: Standing(Ending.BLOCKED, due=8),
    24: Standing(Ending.WORKING, due=5),
    33: Standing(Ending.WORKING, due=11, moves=3),
    40: Standing(Ending.WORKING, due=2, moves=2),
}


def standings(count: int) -> list[Standing]:
    """For each of `count` issues, the oldest first."""
    return [_BY_AGE.get(age, _CLOSED) for age in reversed(range(count))]


def arrange(troubles: list[story.Trouble]) -> None:
    """Something waits for the first account's department; something confidential is in work."""
    own = [trouble for trouble in troubles if trouble.raising == company.LEADERS_HOME]
    secret = [t for t in troubles if t.title.startswith(story.CONFIDENTIAL)]
    for trouble, age in ((own[0], 11), (secret[0], 12), (secret[1], 24)):
        here, there = troubles.index(trouble), len(troubles) - 1 - age
        troubles[here], troubles[there] = troubles[there], troubles[here]
