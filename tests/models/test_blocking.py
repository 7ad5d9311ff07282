"""The chain an action stands in, as each reader may see it."""

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.reads.blocking import Blocking, Link, blocking
from tests.busy import DAY, Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.queries import queries


def wait(cast: Cast, action: Action, **on: int) -> None:
    action.block(need="It", next_look_on=TODAY + DAY, by=cast.actor("lea"), at=NOW, on=TODAY, **on)
    db.session.flush()


def chain_of(world: World, action_id: int, reader: str = "lea") -> Blocking:
    with world.read() as cast:
        return blocking(cast.actor(reader), action_id)


def test_a_chain_is_followed_both_ways(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        label, feed, order = (
            make.action(title, owner, 3)
            for title, owner in (("Print", "pia"), ("Feed", "olga"), ("Order", "max"))
        )
        wait(cast, label, blocker_action_id=feed.id)
        wait(cast, feed, blocker_action_id=order.id)
        wait(cast, order, blocker_person_id=cast.person["sam"])
        ids = label.id, feed.id, order.id
        links = [
            Link(ids[0], "Print", "Pia Lund"), Link(ids[1], "Feed", "Olga Petri"),
            Link(ids[2], "Order", "Max Stern"),
        ]  # fmt: skip
    assert chain_of(world, ids[0]) == Blocking(links[1:], "Sam Reid", [], [])
    assert chain_of(world, ids[1]) == Blocking(links[2:], "Sam Reid", [], links[:1])
    assert chain_of(world, ids[2]) == Blocking([], "Sam Reid", [], [links[1], links[0]])
    page = world.sign_in("noor").get(f"/actions/{ids[0]}")
    assert "which waits for Sam Reid" in page.text
    assert f"/actions/{ids[1]}" in page.links and f"/actions/{ids[2]}" in page.links
    page = world.sign_in("noor").get(f"/actions/{ids[2]}")
    assert "Keeps waiting:" in page.text and f"/actions/{ids[0]}" in page.links


def test_in_a_circle_somebody_has_to_decide(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        rows = [make.action(f"Part {n}", "pia", 3) for n in range(3)]
        wait(cast, rows[0], blocker_action_id=rows[1].id)
        wait(cast, rows[1], blocker_action_id=rows[2].id)
        wait(cast, rows[2], blocker_action_id=rows[1].id)
        ids = [row.id for row in rows]
    outside, inside = chain_of(world, ids[0]), chain_of(world, ids[1])
    assert [one.id for one in outside.waits_for] == ids[1:]
    assert [one.id for one in outside.circle] == ids[1:] == [one.id for one in inside.circle]
    assert (inside.waits_for, inside.end) == ([], "")
    assert [one.id for one in inside.keeps] == ids[:1]
    page = world.sign_in("noor").get(f"/actions/{ids[1]}")
    assert "These wait for each other:" in page.text and "Somebody has to decide." in page.text


def test_what_one_may_not_see_is_another_action(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("Secret", "Sales", "Tech", by="sam", confidential=True)
        first, last = make.action("First", "max", 3), make.action("Last", "max", 3)
        hidden = make.action("Hidden", "pia", 3, by="tom", issue=secret)
        wait(cast, first, blocker_action_id=hidden.id)
        wait(cast, hidden, blocker_action_id=last.id)
        ids = first.id, hidden.id, last.id
    assert chain_of(world, ids[0], "noor") == Blocking([Link(None)], "", [], [])
    assert [one.title for one in chain_of(world, ids[0], "tom").waits_for] == ["Hidden", "Last"]
    assert [one.title for one in chain_of(world, ids[2], "noor").keeps] == ["First"]
    page = world.sign_in("noor").get(f"/actions/{ids[0]}")
    assert "Waits for another action." in page.text
    assert "Hidden" not in page.text and f"/actions/{ids[1]}" not in page.links


def test_long_chains_cost_as_much_as_short_ones(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        rows = [make.action(f"Part {n}", "pia", 3) for n in range(12)]
        for one, other in zip(rows[1:], rows, strict=False):
            wait(cast, one, blocker_action_id=other.id)
        near, far = rows[1].id, rows[11].id
    costs = []
    for action_id in (near, far):
        with world.read() as cast, queries() as seen:
            blocking(cast.actor("noor"), action_id)
        costs.append(len(seen))
    assert costs == [2, 2]
