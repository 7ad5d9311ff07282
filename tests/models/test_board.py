"""The board's reads: order, figures, and a cost that does not grow with rows."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.reads.action_list import ActionFilters, action_list
from meetingtracker.models.reads.board import figures, lanes, table
from meetingtracker.models.reads.board_filters import BoardFilters
from meetingtracker.models.reads.cards import homes
from meetingtracker.models.reads.on_time import WEEKS, on_time
from meetingtracker.rules.calendar import WorkingCalendar, at_local
from meetingtracker.rules.completion import Promise, completion
from meetingtracker.rules.followup import Flag, windows
from meetingtracker.rules.states import Stage, Status
from tests.busy import Busy, fill
from tests.cast import NOW, TODAY, ZONE
from tests.conftest import World
from tests.queries import queries

OFFICE = WorkingCalendar(frozenset(range(1, 6)))
EDGES = windows(TODAY, OFFICE)
SINCE = at_local(TODAY, time(0), ZONE)


@pytest.mark.parametrize("group", ["stage", "department", "severity"])
def test_lanes_and_table_hold_the_same_issues_worst_first(world: World, group: str) -> None:
    with world.write() as cast:
        fill(cast)
    with world.read() as cast:
        actor = cast.actor("lea")
        found = lanes(actor, BoardFilters(group=group), EDGES, homes())
        everything = table(actor, BoardFilters(), EDGES, homes())
    order = {card.id: place for place, card in enumerate(everything.cards)}
    assert sum(lane.total for lane in found) == everything.total == len(order)
    for lane in found:
        places = [order[card.id] for card in lane.cards]
        assert places == sorted(places)
    ranks = [worst(card.flags) for card in everything.cards]
    assert ranks == sorted(ranks)


def worst(flags: tuple[Flag, ...]) -> int:
    order = (Flag.overdue, Flag.unassigned, Flag.due_soon)
    return next((place for place, flag in enumerate(order) if flag in flags), len(order))


def test_an_issue_shows_the_earliest_date_of_its_open_actions(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        issue = make.issue("Stock differs", "Sales", "Tech", by="sam", person="pia")
        make.finish(make.action("First", "pia", -9, by="tom", issue=issue), by="pia")
        make.action("Third", "pia", 9, by="tom", issue=issue)
        make.action("Second", "pia", 2, by="tom", issue=issue)
        make.action("Proposed", "pia", -3, by="sam", issue=issue)
        make.action("Taken back", "pia", -5, by="tom", issue=issue).undo(
            by=cast.actor("tom"), at=NOW
        )
    with world.read() as cast:
        card = table(cast.actor("sam"), BoardFilters(), EDGES, homes()).cards[0]
    assert card.due_on == TODAY + timedelta(days=2)
    assert card.flags == (Flag.due_soon,)
    assert (card.finished, card.promised) == (1, 3)


def test_figures_count_this_week_from_monday_in_the_organisations_zone(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        for age in (0, 1):
            make.issue(f"Raised {age} days ago", "Sales", "Tech", by="sam", age=age)
        for instant in (SINCE, SINCE - timedelta(seconds=1)):
            gone = make.issue("Gone", "Sales", "Tech", by="sam", age=20)
            gone.decline(reason="Twice", by=cast.actor("tom"), at=instant)
    with world.read() as cast:
        found = figures(cast.actor("sam"), BoardFilters(), EDGES, monday=TODAY, since=SINCE)
    assert (found.open, found.raised, found.ended) == (2, 1, 1)
    assert found.oldest_on == TODAY - timedelta(days=1)


def test_the_on_time_figure_is_the_rules_own(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    first = TODAY - timedelta(weeks=WEEKS) + timedelta(days=1)
    with world.read() as cast:
        found = on_time(cast.actor("lea"), today=TODAY, zone=ZONE)
        rows = db.session().scalars(
            sa.select(Action).where(
                Action.status != Status.proposed, Action.undone_at.is_(None),
                Action.original_due_on.is_not(None),
            )
        )  # fmt: skip
        rule = completion(
            [
                Promise(
                    a.original_due_on, a.due_on, a.done_on,
                    a.cancelled_at.date() if a.cancelled_at else None, a.cancel_reason,
                )
                for a in rows
                if a.original_due_on and a.due_on
            ],
            window_from=first, window_to=TODAY, today=TODAY,
        )  # fmt: skip
        listed = action_list(
            cast.actor("lea"), ActionFilters(judged="8w"), TODAY, OFFICE, zone=ZONE
        )
    assert rule.cancelled_before == 1
    assert rule.dropped == 1
    assert rule.not_yet_due > 0
    assert (found.promised, found.kept, found.rate) == (
        rule.promised, rule.on_time, rule.on_time_rate,
    )  # fmt: skip
    assert listed.total == rule.promised


def test_no_rate_under_five_promises(world: World) -> None:
    for promises, rated in ((4, False), (1, True)):
        with world.write() as cast:
            for n in range(promises):
                Busy(cast).action(f"Count {promises} {n}", "pia", -1, by="tom")
        with world.read() as cast:
            rate = on_time(cast.actor("sam"), today=TODAY, zone=ZONE).rate
        assert (rate is not None) is rated


def test_cancelled_on_the_day_is_judged_by_the_organisations_day(world: World) -> None:
    """A minute before its midnight leaves the count, a minute after does not."""
    midnight = at_local(TODAY - timedelta(days=2), time(0), ZONE)
    promised = []
    for minutes in (-1, 1):
        with world.write() as cast:
            action = Busy(cast).action("Count", "pia", -2, by="tom")
            action.cancel(
                reason="Not needed", by=cast.actor("tom"), at=midnight + timedelta(minutes=minutes)
            )
        with world.read() as cast:
            promised.append(on_time(cast.actor("sam"), today=TODAY, zone=ZONE).promised)
    assert promised == [0, 1]


@pytest.mark.parametrize("view", ["board", "table"])
def test_the_number_of_queries_does_not_grow(world: World, view: str) -> None:
    counts = []
    for rows in (2, 18):
        with world.write() as cast:
            make = Busy(cast)
            for n in range(rows):
                issue = make.issue(f"Issue {rows} {n}", "Sales", "Tech", by="sam", person="pia")
                make.action("Late", "pia", -1, by="tom", issue=issue)
                issue.move_to(list(Stage)[1 + n % 2], by=cast.actor("tom"), at=NOW)
        with world.read() as cast, queries() as seen:
            actor, asked = cast.actor("sam"), BoardFilters(view=view)
            figures(actor, asked, EDGES, monday=TODAY, since=SINCE)
            on_time(actor, today=TODAY, zone=ZONE)
            (table if view == "table" else lanes)(actor, asked, EDGES, homes())
        counts.append(len(seen))
    print(f"{view}: {counts[0]} queries for 2 issues, {counts[1]} for 20")
    assert counts[0] == counts[1]


def test_the_list_of_actions_asks_two_queries_and_pages_by_keyset(world: World) -> None:
    with world.write() as cast:
        for n in range(23):
            Busy(cast).action(f"Count {n}", "pia", None if n < 2 else n % 5, by="tom")
    for sort in ("due", "newest", "moves"):
        seen_ids: list[int] = []
        cursor: str | None = None
        with world.read() as cast:
            while True:
                with queries() as seen:
                    page = action_list(
                        cast.actor("sam"), ActionFilters(sort=sort), TODAY, OFFICE, cursor,
                        zone=ZONE, limit=5,
                    )  # fmt: skip
                assert len(seen) == 2
                assert page.total == 23
                seen_ids += [row.id for row in page.rows]
                cursor = page.next_cursor
                if cursor is None:
                    break
        assert len(seen_ids) == len(set(seen_ids)) == 23, sort
