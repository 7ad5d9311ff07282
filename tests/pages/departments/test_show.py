"""/departments/<id>: what it owes, what it is owed, what waits for it, its issues."""

import pytest

from meetingtracker.db import db
from meetingtracker.rules.followup import ISSUE_FLAGS
from tests.busy import DAY, Busy, fill
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.queries import queries


def put(cast: Cast) -> None:
    """Three promises of Tech, two to it, two that wait for it; one of each is confidential."""
    make = Busy(cast)
    secret = make.issue("Secret", "Sales", "Tech", by="sam", confidential=True)
    make.action("Late", "pia", -3)
    make.action("Soon", "pia", 1)
    make.action("Hidden promise", "pia", -1, by="tom", issue=secret)
    make.action("Owed", "olga", 9, by="tom", present_in_meeting=True)
    make.action("Within", "pia", 9, by="tom")
    feed = make.action("Feed", "pia", 9)
    for title, on in (
        ("On tom", {"blocker_person_id": cast.person["tom"]}),
        ("On Tech", {"blocker_department_id": cast.department["Tech"]}),
        ("On the feed", {"blocker_action_id": feed.id}),
        ("On Support", {"blocker_department_id": cast.department["Support"]}),
    ):
        make.action(title, "max", 9).block(
            need="It", next_look_on=TODAY + DAY, by=cast.actor("lea"), at=NOW, on=TODAY, **on
        )
    db.session.flush()


def address(world: World) -> str:
    return f"/departments/{world.cast.department['Tech']}"


def test_it_says_what_is_owed_both_ways_and_who_leads(world: World) -> None:
    with world.write() as cast:
        put(cast)
    page = world.sign_in("noor").get(address(world))
    assert "Tom Becker" in page.text and "Dina Frey" in page.text
    for title in ("Late", "Soon", "Feed", "Owed", "On tom", "On Tech", "On the feed"):
        assert f">{title}</a>" in page.text, title
    assert "On Support" not in page.text and "Hidden" not in page.text
    assert page.flags[0] == "overdue"
    assert page.text.index(">Late<") < page.text.index(">Soon<") < page.text.index(">Feed<")


@pytest.mark.parametrize("name", ["noor", "tom", "lea", "max"])
def test_each_count_opens_as_many_rows(world: World, name: str) -> None:
    with world.write() as cast:
        fill(cast)
        put(cast)
    visit = world.sign_in(name)
    page = visit.get(address(world))
    tech = f"={world.cast.department['Tech']}"
    counts = {a: n for a, n in page.counts.items() if tech in a}
    assert len(counts) == 6 + len(ISSUE_FLAGS)
    for where, count in counts.items():
        assert visit.get(where).total == count, where
    assert any(n for a, n in counts.items() if "waits_on" in a)
    assert any(n for a, n in counts.items() if "owed_to" in a)


def test_what_is_confidential_counts_for_who_may_see_it_alone(world: World) -> None:
    with world.write() as cast:
        put(cast)
    overdue = f"/actions?department={world.cast.department['Tech']}&flag=overdue"
    assert world.sign_in("tom").get(address(world)).counts[overdue] == 2
    assert world.sign_in("noor").get(address(world)).counts[overdue] == 1


def test_what_waits_for_a_hidden_promise_does_not_tell_whose_it_is(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        secret = make.issue("Secret", "Sales", "Tech", by="sam", confidential=True)
        hidden = make.action("Hidden", "pia", 9, by="tom", issue=secret)
        make.action("Waits", "olga", 9).block(
            need="It", next_look_on=TODAY + DAY, by=cast.actor("lea"), at=NOW, on=TODAY,
            blocker_action_id=hidden.id,
        )  # fmt: skip
    waits_on = f"/actions?waits_on={world.cast.department['Tech']}"
    assert world.sign_in("noor").get(waits_on).total == 0
    assert world.sign_in("tom").get(waits_on).total == 1


def test_it_is_found_from_people(world: World) -> None:
    visit = world.sign_in("noor")
    assert address(world) in visit.get("/people").links
    assert address(world) in visit.get(f"/people/{world.cast.person['pia']}").links


def test_what_is_not_there(world: World) -> None:
    visit = world.sign_in("max")
    assert visit.get("/departments/999").status == 404
    assert visit.post(address(world)).status == 405
    assert visit.get("/actions?waits_on=999").status == 400
    assert visit.get("/actions?owed_to=x").status == 400
    assert visit.get(address(world)).text.count("Nothing promised at the moment.") == 1


def test_more_rows_cost_no_more_queries(sqlite_world: World) -> None:
    visit = sqlite_world.sign_in("noor")
    with sqlite_world.app.app_context():
        engine = db.engine
    costs = []
    for n in (1, 15):
        with sqlite_world.write() as cast:
            for i in range(n):
                Busy(cast).action(f"Late {n} {i}", "pia", -3)
        with queries(engine) as seen:
            visit.get(address(sqlite_world))
        costs.append(len(seen))
    assert costs[0] == costs[1]
