"""My week counts what the navigation counts, and costs the same for 2 and 20 rows."""

import pytest

from meetingtracker.models.reads.counts import frame_counts
from meetingtracker.models.reads.my_week import MOST, my_week
from meetingtracker.models.reads.next_meeting import next_meeting
from meetingtracker.rules.calendar import WorkingCalendar
from tests.busy import Busy, fill
from tests.cast import PEOPLE, TODAY
from tests.conftest import World
from tests.queries import queries

OFFICE = WorkingCalendar(frozenset(range(1, 6)))


@pytest.mark.parametrize("name", [key for key, *_ in PEOPLE])
def test_the_sections_add_up_to_the_navigations_count(world: World, name: str) -> None:
    with world.write() as cast:
        fill(cast)
    with world.read() as cast:
        actor = cast.actor(name)
        week = my_week(actor, TODAY, OFFICE)
        assert week.needs_me == frame_counts(actor, today=TODAY).needs_me


def test_everything_that_can_need_somebody_does_need_somebody(world: World) -> None:
    """The control of the test above: no section of the busy week is empty for all."""
    with world.write() as cast:
        fill(cast)
    with world.read() as cast:
        found = {
            name
            for key, *_ in PEOPLE
            for name, section in my_week(cast.actor(key), TODAY, OFFICE).sections.items()
            if section.rows
        }
    assert found == {
        "overdue", "today", "this_week", "later", "to_accept", "to_verify", "dates_to_decide",
        "changes_to_decide",
        "blocked_on_me", "waiting", "to_confirm", "mine", "nominees",
    }  # fmt: skip


def test_a_section_is_cut_but_counted_whole(world: World) -> None:
    with world.write() as cast:
        for n in range(MOST + 3):
            Busy(cast).action(f"Count {n}", "pia", -1, by="tom")
    with world.read() as cast:
        overdue = my_week(cast.actor("pia"), TODAY, OFFICE)["overdue"]
    assert (len(overdue.rows), overdue.total) == (MOST, MOST + 3)


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    counts = []
    for rows in (2, 18):
        with world.write() as cast:
            make = Busy(cast)
            for n in range(rows):
                issue = make.issue(f"Issue {rows} {n}", "Sales", "Tech", by="sam", person="pia")
                make.action("Late", "pia", -1, by="tom", issue=issue)
                make.action("Soon", "olga", 1, by="pia", issue=issue)
        with world.read() as cast, queries() as seen:
            my_week(cast.actor("pia"), TODAY, OFFICE)
            next_meeting(cast.actor("pia"))
        counts.append(len(seen))
    print(f"my week: {counts[0]} queries for 2 rows, {counts[1]} for 20")
    assert counts[0] == counts[1]
