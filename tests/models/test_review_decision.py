"""A decision on its day of review: it comes back once, and is kept, changed or reversed."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.review_decision import bring_back, due_reviews, review_decision
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.event import Event
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.reviews import LONGEST_TITLE, Review, review_title
from meetingtracker.worker.after_meetings import after_meetings
from tests.cast import NOW, TODAY, ZONE, Cast
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, hold, plan, standing, start

DAY = timedelta(days=1)
REVIEW = TODAY + 30 * DAY


def decided(cast: Cast, **more: object) -> Decision:
    meeting = hold(cast, THURSDAY, Outcome.RESOLVED)
    values: dict[str, object] = {
        "text": "Count at 17:30", "owner_id": cast.person["tom"], "review_on": REVIEW,
        "meeting_id": meeting.id,
    }  # fmt: skip
    row = Decision.take(by=cast.actor("maya"), at=NOW, on=TODAY, **(values | more))
    db.session.flush()
    return row


def items() -> list[AgendaItem]:
    return list(
        db.session.scalars(sa.select(AgendaItem).where(AgendaItem.decision_id.is_not(None)))
    )


@pytest.mark.parametrize(("days", "due"), [(-1, False), (0, True), (1, True)])
def test_it_is_due_from_its_day_on(world: World, days: int, due: bool) -> None:
    with world.write() as cast:
        row = decided(cast)
        assert due_reviews(REVIEW + days * DAY, ZONE) == ([row.id] if due else [])


def test_it_comes_back_once_for_each_day_of_review(world: World) -> None:
    with world.write() as cast:
        row = decided(cast)
        at = at_local(REVIEW, NOW.time(), ZONE)
        assert bring_back([row.id], at=at, on=REVIEW, zone=ZONE) == 1
        assert bring_back([row.id], at=at, on=REVIEW, zone=ZONE) == 0
        (item,) = items()
        assert item.title == "Did it work? Count at 17:30"
        assert (item.in_pool, item.presenter_id) == (True, cast.person["tom"])
        item.withdraw(reason="no time", by=cast.actor("tom"), at=at)
        assert due_reviews(REVIEW + DAY, ZONE) == []  # asked and withdrawn is asked
        later = REVIEW + 30 * DAY
        review_decision(
            row, Review.keep, text="", reason="", review_on=later, by=cast.actor("tom"), at=at,
            on=REVIEW,
        )  # fmt: skip
        db.session.flush()
        assert due_reviews(later, ZONE) == [row.id]


def test_no_more_than_three_wait_at_once_and_the_oldest_come_first(world: World) -> None:
    with world.write() as cast:
        first = decided(cast)
        days = [REVIEW - n * DAY for n in range(1, 5)]
        later = [
            Decision.take(
                text=f"No {n}",
                review_on=day,
                meeting_id=first.meeting_id,
                by=cast.actor("maya"),
                at=NOW,
                on=TODAY,
            ).id
            for n, day in enumerate(days)
        ]
        at = at_local(REVIEW, NOW.time(), ZONE)
        due = due_reviews(REVIEW, ZONE)
        assert due == [*reversed(later), first.id]
        assert bring_back(due, at=at, on=REVIEW, zone=ZONE) == 3
        assert [item.decision_id for item in items()] == due[:3]
        items()[0].withdraw(reason="no time", by=cast.actor("tom"), at=at)
        db.session.flush()
        assert bring_back(due, at=at, on=REVIEW, zone=ZONE) == 1


def test_two_workers_bring_it_back_once(world: World) -> None:
    with world.write() as cast:
        decided(cast)
    at = at_local(REVIEW, NOW.time(), ZONE)
    barrier, failed = threading.Barrier(3, timeout=10), []

    def run() -> None:
        try:
            with world.app.app_context():
                barrier.wait()
                after_meetings(at)
        except BaseException as error:  # a thread's failure must fail the test
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not failed, failed
    with world.read():
        assert len(items()) == 1


def test_it_stands_on_the_next_agenda_if_there_is_one(world: World) -> None:
    with world.write() as cast:
        row = decided(cast)
        following = plan(cast, REVIEW + WEEK)
        bring_back([row.id], at=at_local(REVIEW, NOW.time(), ZONE), on=REVIEW, zone=ZONE)
        assert [p.item.decision_id for p in standing(following)] == [row.id]


@pytest.mark.parametrize(
    ("review", "state"),
    [(Review.change, DecisionState.changed), (Review.reverse, DecisionState.reversed)],
)
def test_what_is_replaced_names_what_holds(
    world: World, review: Review, state: DecisionState
) -> None:
    with world.write() as cast:
        row, by = decided(cast), cast.actor("tom")
        with pytest.raises(RuleBroken, match="what holds instead"):
            review_decision(
                row, review, text=" ", reason="", review_on=None, by=by, at=NOW, on=TODAY
            )
        new = review_decision(
            row, review, text="Count at 18:00", reason="too early", review_on=REVIEW, by=by,
            at=NOW, on=TODAY,
        )  # fmt: skip
        db.session.flush()
        assert (row.state, row.replaced_by_id) == (state, new.id)
        assert (new.owner_id, new.state) == (cast.person["tom"], DecisionState.stands)
        kinds = db.session.scalars(
            sa.select(Event.kind).filter_by(subject_type="decision", subject_id=row.id)
        )
        assert kinds.all() == ["decision.taken", f"decision.{state.value}"]
        with pytest.raises(RuleBroken, match="does not stand any more"):
            review_decision(
                row, Review.keep, text="", reason="", review_on=None, by=by, at=NOW, on=TODAY
            )


def test_the_next_look_lies_ahead(world: World) -> None:
    with world.write() as cast, pytest.raises(RuleBroken, match="still to come") as refused:
        review_decision(
            decided(cast), Review.keep, text="", reason="", review_on=TODAY,
            by=cast.actor("tom"), at=NOW, on=TODAY,
        )  # fmt: skip
    assert refused.value.field == "review_on"


def test_in_the_room_the_item_ends_with_it(world: World) -> None:
    with world.write() as cast:
        row = decided(cast)
        following = plan(cast, REVIEW + WEEK)
        bring_back([row.id], at=at_local(REVIEW, NOW.time(), ZONE), on=REVIEW, zone=ZONE)
        start(cast, following)
        (place,) = standing(following)
        new = review_decision(
            row, Review.change, text="Count at 18:00", reason="too early", review_on=None,
            by=cast.actor("maya"), at=NOW, on=TODAY, meeting=following, placement=place,
        )  # fmt: skip
        assert place.outcome is Outcome.DECIDED
        assert place.outcome_reason == "The decision is changed to: Count at 18:00 (too early)"
        assert (new.meeting_id, new.placement_id) == (following.id, place.id)


def test_a_long_text_is_cut_for_the_title() -> None:
    assert len(review_title("x" * 1000)) == LONGEST_TITLE
