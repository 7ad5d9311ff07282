"""The list of actions: scopes, filters, and values it refuses."""

import pytest

from meetingtracker.models.reads.action_list import ActionFilters, action_list
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import RuleBroken
from tests.busy import Busy, fill
from tests.cast import TODAY, ZONE
from tests.conftest import World

OFFICE = WorkingCalendar(frozenset(range(1, 6)))


def titles(world: World, name: str, **query: object) -> set[str]:
    with world.read() as cast:
        filters = ActionFilters.read({key: str(value) for key, value in query.items()})
        page = action_list(cast.actor(name), filters, TODAY, OFFICE, zone=ZONE, limit=200)
    assert page.total == len(page.rows)
    return {row.title for row in page.rows}


def test_scopes_and_filters(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    person, department = cast.person, cast.department
    assert titles(world, "max", scope="mine") == {"Show the till to Sales", "Tidy the price file"}
    assert titles(world, "tom", scope="department") == {
        "Reserve stock at payment", "Look at the access log", "Nobody's in history",
        "Ship the sample", "Prepare the numbers", "Ask the lawyer",
    }  # fmt: skip
    assert titles(world, "sam", owner=person["maya"], flag="overdue") == {
        "Send the carrier the corrected address file"
    }
    assert titles(world, "sam", flag="blocked") == {
        "Price the supplier data feed",
        "Ship the sample",
    }
    assert titles(world, "sam", flag="moved_twice") == {"Reserve stock at payment"}
    assert titles(world, "sam", status="proposed") == {
        "Agree the cut-off time",
        "Answer the carrier",
    }
    assert titles(world, "sam", department=department["Sales"], status="cancelled") == {
        "Dropped in time", "Dropped too late",
    }  # fmt: skip
    assert titles(world, "sam", q="carrier") == {
        "Send the carrier the corrected address file",
        "Answer the carrier",
    }
    assert "Count bin 40–44 with the late shift" in titles(world, "sam", q="web shop disagree")


def test_hidden_actions_are_in_no_list_and_no_count(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    secret = {"Look at the access log", "Ask the lawyer"}
    assert secret <= titles(world, "lea")
    assert secret <= titles(world, "noor")
    assert not secret & titles(world, "max")
    assert "Prepare the numbers" in titles(world, "tom")
    assert "Prepare the numbers" not in titles(world, "max")


def test_an_owner_does_not_read_the_name_of_a_hidden_issue(world: World) -> None:
    """The promise stays the owner's; the issue's name and words find nothing for them."""
    with world.write() as cast:
        make = Busy(cast)
        issue = make.issue("Secret plan", "Support", "Tech", by="noor")
        make.action("Print the labels", "max", 1, by="sam", issue=issue)
        issue.set_confidential(True, by=cast.actor("noor"), at=issue.created_at)
    with world.read() as cast:
        page = action_list(cast.actor("max"), ActionFilters(), TODAY, OFFICE, zone=ZONE)
    assert [(row.title, row.issue) for row in page.rows] == [("Print the labels", None)]
    assert titles(world, "max", q="plan") == set()
    assert titles(world, "lea", q="plan") == {"Print the labels"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope", "mine "), ("owner", "99999"), ("owner", "tom"), ("department", "0"),
        ("status", "late"), ("flag", "unassigned"), ("flag", "soon"), ("issue", "-1"),
        ("judged", "9w"), ("sort", "colour"), ("q", "x" * 201),
    ],
)  # fmt: skip
def test_unknown_values_are_refused(world: World, name: str, value: str) -> None:
    with world.read(), pytest.raises(RuleBroken):
        ActionFilters.read({name: value})


@pytest.mark.parametrize("cursor", ["", "x", "2026-11-16", "2026-11-16~x", f"2026-11-16~{2**40}"])
@pytest.mark.parametrize("sort", ["due", "moves"])
def test_a_made_up_place_in_the_list_is_refused(world: World, cursor: str, sort: str) -> None:
    with world.read() as cast:
        actor, filters = cast.actor("sam"), ActionFilters(sort=sort)
        if not cursor:
            assert action_list(actor, filters, TODAY, OFFICE, cursor, zone=ZONE).total == 0
            return
        with pytest.raises(RuleBroken):
            action_list(actor, filters, TODAY, OFFICE, cursor, zone=ZONE)


def test_filters_come_back_as_the_address_they_were_read_from(world: World) -> None:
    query = {"scope": "mine", "owner": "none", "flag": "overdue", "q": "a b", "sort": "moves"}
    with world.read():
        filters = ActionFilters.read(query)
    assert filters.query() == query
    assert filters.query(scope="all", q="") == {
        "owner": "none", "flag": "overdue", "sort": "moves"
    }  # fmt: skip
