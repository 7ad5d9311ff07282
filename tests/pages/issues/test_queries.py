"""The page of an issue takes as many queries for a long life as for a short one."""

from meetingtracker.db import db
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.comment import Comment
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.queries import queries


def lived(world: World, length: int) -> int:
    """An issue with so many comments, actions and people who wrote and promised them; its id."""
    names = ("sam", "tom", "maya", "noor", "pia", "max", "olga", "dina")
    with world.write() as cast:
        issue = raise_issue(
            title="A long life", raising_department_id=cast.department["Sales"],
            by=cast.actor("sam"), at=NOW, on=TODAY,
        )  # fmt: skip
        for n in range(length):
            who = cast.actor(names[n % len(names)])
            Comment.write(text="x", html="<p>x</p>", issue_id=issue.id, by=who, at=NOW)
            give_action(
                title=f"Action {n}", owner_id=who.id, due_on=TODAY, issue_id=issue.id,
                by=cast.actor("lea"), at=NOW, on=TODAY,
            )  # fmt: skip
        return issue.id


def test_two_and_twenty_rows_take_the_same_queries(world: World) -> None:
    short, long = lived(world, 2), lived(world, 20)
    visit = world.sign_in("tom")
    visit.get(f"/issues/{short}")
    with world.read():
        engine = db.engine
    counts = []
    for issue_id in (short, long):
        with queries(engine) as asked:
            assert visit.get(f"/issues/{issue_id}").status == 200
        counts.append(len(asked))
    print(f"queries of the issue page: {counts[0]}")
    assert counts[0] == counts[1]
