"""Two files of made-up histories, small, and with everything in them that histories may hold."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from meetingtracker.rules.warning_backtest import Backtest, backtest
from meetingtracker.rules.warning_replay import History

BEGIN = datetime(2026, 1, 5, 9)
UNTIL = BEGIN + timedelta(weeks=30)
ACTIONS = "id,source,dept,type,created,due_kind"
EVENTS = "id,time,kind,old,new"


def figures(histories: list[History]) -> Backtest:
    return backtest(
        histories, begin=BEGIN, until=UNTIL, score_from=BEGIN + timedelta(weeks=15), step=3.5
    )


def files(count: int = 60, seed: int = 7) -> tuple[bytes, bytes]:
    """The two files: of actions, and of their events."""
    dice = random.Random(seed)  # noqa: S311
    actions, events = [ACTIONS], [EVENTS]
    for number in range(count):
        name = f"P-{number}"
        born = BEGIN + timedelta(minutes=dice.randrange(60 * 24 * 7 * 26))
        actions.append(f"{name},made up,{dice.choice(['', 'Ops'])},Task,{born:%Y-%m-%d %H:%M},")
        for at, kind, new in sorted(_life(born, dice), key=lambda change: change[0]):
            events.append(f"{name},{at:%Y-%m-%d %H:%M:%S},{kind},,{new}")
    return "\n".join(actions).encode(), "\n".join(events).encode()


def _life(born: datetime, dice: random.Random) -> list[tuple[datetime, str, str]]:
    def day(days: float) -> str:
        return str((born + timedelta(days=days)).date())

    def later(days: float) -> datetime:
        return born + timedelta(days=dice.uniform(0, days))

    values: dict[str, Callable[[], str]] = {
        "update": lambda: "", "comment": lambda: "", "link_block": lambda: "P-1",
        "owner": lambda: dice.choice(["ann", "Bob B.", "bob b.", ""]),
        "dept": lambda: dice.choice(["Ops", "Tech", ""]),
        "status": lambda: dice.choice(["In Progress", "On Hold", "open", "Closed", "proposed"]),
        "priority": lambda: dice.choice(["high", "3 - Moderate"]),
        "due": lambda: dice.choice([day(9), day(30), day(40), ""]),
        "done": lambda: "", "reopened": lambda: "",
    }  # fmt: skip
    life = [
        (born, "created", ""), (born, "due", day(dice.randint(3, 25))),
        (born, "status", "New"), (born, "priority", "low"), (born, "owner", "cleo"),
        (born + timedelta(seconds=20), "owner", "ann"),
    ]  # fmt: skip
    if dice.random() < 0.2:
        life[4] = (born - timedelta(hours=2), "owner", "cleo")
    for _ in range(dice.randint(0, 10)):
        kind = dice.choice([*values, "due", "due"])
        life.append((later(30), kind, values[kind]()))
    if dice.random() < 0.85:
        life.append((later(50), "done", ""))
    return life
