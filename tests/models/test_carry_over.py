"""Carry-over: what is left goes on once, counted once, and the third time needs a verdict."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.carry_over import cancel_meeting, carry_over
from meetingtracker.models.acts.order_agenda import move_placement
from meetingtracker.models.acts.run_meeting import end_item
from meetingtracker.models.acts.withdraw_item import withdraw_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Meeting, locked_meeting
from meetingtracker.rules.agenda import Outcome, Verdict
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.states import MeetingState
from tests.cast import NOW, Cast
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, end, hold, issue, plan, propose, standing, start


def numbers(item: AgendaItem) -> tuple[int, int, int]:
    return item.placed, item.deferred, item.unreached


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.UNREACHED])
def test_with_a_next_meeting_it_goes_there(world: World, outcome: Outcome) -> None:
    with world.write() as cast:
        item = propose(cast)
        first, second = plan(cast), plan(cast, THURSDAY + WEEK)
        hold(cast, first.held_on, outcome)
        assert [(p.item_id, p.carried) for p in standing(second)] == [(item.id, outcome)]
        assert not item.in_pool and item.carried is outcome
        expected = (1, 1, 0) if outcome is Outcome.DEFERRED else (1, 0, 1)
        assert numbers(item) == expected


def test_without_one_it_waits_first_in_line(world: World) -> None:
    with world.write() as cast:
        deferred = propose(cast, "Deferred")
        unreached = propose(cast, "Not reached")
        first = plan(cast)
        start(cast, first)
        for placement, outcome in zip(
            standing(first), (Outcome.DEFERRED, Outcome.UNREACHED), strict=True
        ):
            placement.end(outcome, by=cast.actor("maya"), at=NOW)
        issue(cast, first)
        fresh = propose(cast, "New", on=first.held_on)
        assert all(item.in_pool for item in (deferred, unreached, fresh))
        second = plan(cast, THURSDAY + WEEK)
        assert [p.item_id for p in standing(second)] == [unreached.id, deferred.id, fresh.id]
        assert not any(item.in_pool for item in (deferred, unreached, fresh))


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.RESOLVED,
        Outcome.DECIDED,
        Outcome.BECAME_ACTION,
        Outcome.BECAME_ISSUE,
        Outcome.WITHDRAWN,
    ],
)
def test_what_ended_does_not_come_back(world: World, outcome: Outcome) -> None:
    with world.write() as cast:
        item = propose(cast)
        hold(cast, THURSDAY, outcome)
        second = plan(cast, THURSDAY + WEEK)
        assert standing(second) == [] and not item.in_pool and item.is_over
        assert numbers(item) == (1, 0, 0)


@pytest.mark.parametrize("next_is_planned", [True, False])
def test_twice_gives_one_placement(world: World, next_is_planned: bool) -> None:
    """Invariant 3; also when the next meeting has ended or was cancelled meanwhile."""
    with world.write() as cast:
        item = propose(cast)
        first = plan(cast)
        if next_is_planned:
            plan(cast, THURSDAY + WEEK)
        hold(cast, first.held_on, Outcome.DEFERRED)
        again = locked_meeting(first.id)
        assert again is not None
        assert carry_over(again, by=cast.actor("maya"), at=NOW) == 0
        assert placements_of(item) == (2 if next_is_planned else 1)
        second = hold(cast, THURSDAY + WEEK, Outcome.RESOLVED)
        plan(cast, THURSDAY + 2 * WEEK)
        assert carry_over(again, by=cast.actor("maya"), at=NOW) == 0
        assert placements_of(item) == 2
        assert second.state is MeetingState.issued


def test_the_check_above_bites(world: World) -> None:
    """The control: placing without asking whether it stands there is refused by the database."""
    with pytest.raises(sa.exc.IntegrityError), world.write() as cast:
        item = propose(cast)
        first = plan(cast)
        Placement.create(
            "placement.made", by=cast.actor("maya"), at=NOW, meeting_id=first.id,
            item_id=item.id, position=2, minutes=5,
        )  # fmt: skip


def placements_of(item: AgendaItem) -> int:
    count = sa.select(sa.func.count(Placement.id)).filter_by(item_id=item.id)
    return db.session.scalar(count) or 0


def test_a_cancelled_meeting_counts_nothing_and_moves_its_items_on(world: World) -> None:
    with world.write() as cast:
        item = propose(cast)
        first = plan(cast)
        second = plan(cast, THURSDAY + WEEK)
        assert cancel_meeting(first, reason="Trade fair", by=cast.actor("maya"), at=NOW) == 1
        assert cancel_meeting(first, reason="Trade fair", by=cast.actor("maya"), at=NOW) == 0
        assert [p.item_id for p in standing(second)] == [item.id]
        assert numbers(item) == (0, 0, 0) and item.first_placed_on is None
        assert cancel_meeting(second, reason="Ill", by=cast.actor("maya"), at=NOW) == 1
        assert item.in_pool and numbers(item) == (0, 0, 0)
        third = plan(cast)  # the day of a cancelled meeting is free again
        assert [p.item_id for p in standing(third)] == [item.id]


def test_a_meeting_that_has_begun_cannot_be_cancelled_nor_one_without_reason(
    world: World,
) -> None:
    with world.write() as cast:
        meeting = plan(cast)
        with pytest.raises(RuleBroken):
            cancel_meeting(meeting, reason=" ", by=cast.actor("maya"), at=NOW)
        start(cast, meeting)
        with pytest.raises(RuleBroken):
            cancel_meeting(meeting, reason="Too late", by=cast.actor("maya"), at=NOW)


def test_items_given_back_by_a_frozen_meeting_wait_in_the_pool(world: World) -> None:
    with world.write() as cast:
        item = propose(cast)
        first, second = plan(cast), plan(cast, THURSDAY + WEEK)
        second.freeze(by=cast.actor("maya"), at=NOW)
        hold(cast, first.held_on, Outcome.DEFERRED)
        assert item.in_pool and standing(second) == []


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.UNREACHED])
@pytest.mark.parametrize(("before", "blocked"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_third_placement_needs_a_verdict(
    world: World, outcome: Outcome, before: int, blocked: bool
) -> None:
    """The first and second may be put off; the third and every later one only with a verdict."""
    with world.write() as cast:
        item = propose(cast)
        for week in range(before):
            hold_again(cast, week, outcome, Verdict.EXECUTIVE if week >= 2 else None)
        meeting = plan(cast, THURSDAY + before * WEEK)
        start(cast, meeting)
        end(cast, meeting, outcome)
        if blocked:
            with pytest.raises(RuleBroken, match="verdict"):
                issue(cast, meeting)
            end_again(cast, meeting, outcome, Verdict.SESSION)
        issue(cast, meeting)
        assert item.placed == before + 1 and item.in_pool


def hold_again(cast: Cast, week: int, outcome: Outcome, verdict: Verdict | None) -> None:
    hold(cast, THURSDAY + week * WEEK, outcome, verdict)


def end_again(cast: Cast, meeting: Meeting, outcome: Outcome, verdict: Verdict) -> None:
    for placement in standing(meeting):
        placement.end(outcome, verdict=verdict, by=cast.actor("maya"), at=NOW)


def test_a_cancelled_meeting_is_no_placement_towards_the_third(world: World) -> None:
    with world.write() as cast:
        propose(cast)
        hold(cast, THURSDAY, Outcome.DEFERRED)
        missed = plan(cast, THURSDAY + WEEK)
        cancel_meeting(missed, reason="Holiday", by=cast.actor("maya"), at=NOW)
        hold(cast, THURSDAY + 2 * WEEK, Outcome.DEFERRED)  # the second that counts
        with pytest.raises(RuleBroken, match="3 agendas"):
            hold(cast, THURSDAY + 3 * WEEK, Outcome.DEFERRED)


@pytest.mark.parametrize(
    ("verdict", "ends_as", "comes_back"),
    [
        (Verdict.DECIDE, Outcome.DECIDED, False),
        (Verdict.ACTION, Outcome.BECAME_ACTION, False),
        (Verdict.DROP, Outcome.WITHDRAWN, False),
        (Verdict.EXECUTIVE, Outcome.DEFERRED, True),
        (Verdict.SESSION, Outcome.DEFERRED, True),
    ],
)
def test_what_a_verdict_does(
    world: World, verdict: Verdict, ends_as: Outcome, comes_back: bool
) -> None:
    with world.write() as cast:
        item = propose(cast)
        meeting = hold(cast, THURSDAY, Outcome.DEFERRED, verdict)
        assert standing(meeting)[0].outcome is ends_as
        assert item.in_pool is comes_back
        assert (item.executive_id == cast.person["lea"]) is (verdict is Verdict.EXECUTIVE)


def test_carried_items_take_their_place_unless_the_order_was_made_by_hand(world: World) -> None:
    with world.write() as cast:
        old = propose(cast, "Old")
        first, second = plan(cast), plan(cast, THURSDAY + WEEK)
        one = propose(cast, "One", on=THURSDAY + WEEK)
        two = propose(cast, "Two", on=THURSDAY + WEEK)
        move_placement(second, standing(second)[0], 1, by=cast.actor("maya"), at=NOW)
        db.session.flush()
        hold(cast, first.held_on, Outcome.UNREACHED)
        assert [p.item_id for p in standing(second)] == [old.id, two.id, one.id]


def test_an_executive_keeps_an_item_only_as_long_as_the_verdict_stands(world: World) -> None:
    with world.write() as cast:
        item = propose(cast)
        meeting = start(cast, plan(cast))
        place = standing(meeting)[0]
        say = {"executive_id": cast.person["lea"], "by": cast.actor("maya"), "at": NOW}
        end_item(meeting, place, None, verdict=Verdict.EXECUTIVE, **say)
        assert item.executive_id is None  # still open: nobody has it yet
        end_item(meeting, place, Outcome.DEFERRED, verdict=Verdict.EXECUTIVE, **say)
        assert item.executive_id == cast.person["lea"]
        end_item(meeting, place, Outcome.DEFERRED, verdict=Verdict.SESSION, **say)
        assert item.executive_id is None


def test_dropping_needs_a_reason_and_what_was_withdrawn_stays_so(world: World) -> None:
    with world.write() as cast:
        by = cast.actor("maya")
        propose(cast, "One")
        two = propose(cast, "Two")
        meeting = start(cast, plan(cast))
        one_place, two_place = standing(meeting)
        with pytest.raises(RuleBroken, match="why it is dropped"):
            end_item(meeting, one_place, Outcome.WITHDRAWN, by=by, at=NOW)
        withdraw_item(two, reason="Solved by phone", by=cast.actor("sam"), at=NOW)
        with pytest.raises(RuleBroken, match="was withdrawn"):
            end_item(meeting, two_place, Outcome.DEFERRED, by=by, at=NOW)
