"""Level 3 at the freeze: exactly the overdue promises come before their meeting, once."""

from collections.abc import Iterable
from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.gather_verdicts import (
    ANSWERED,
    MOST,
    due_verdicts,
    gather_verdicts,
    hold_for_verdicts,
)
from meetingtracker.models.acts.order_agenda import move_placement
from meetingtracker.models.acts.run_meeting import start_meeting
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.alert import Alert
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.organisation import the_organisation, working_calendar
from meetingtracker.models.reads.company import the_company
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask, Outcome
from meetingtracker.rules.ladder import MEETING, AlertRule, epoch
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import MeetingState
from meetingtracker.worker import followup
from tests.busy import DAY, Busy
from tests.cast import NOW, TODAY, ZONE, Cast
from tests.conftest import World
from tests.meetings import THURSDAY, issue, plan, propose, standing, start


def the_day() -> Day:
    organisation = the_organisation()
    assert organisation is not None
    return Day(TODAY, ZONE, working_calendar(organisation), the_company(TODAY))


def freeze(cast: Cast, meeting: Meeting, *, starting: bool = False) -> int:
    """As the button does it."""
    day, by = the_day(), cast.actor("maya")
    dues = due_verdicts(meeting.series_id, day)
    hold_for_verdicts(meeting.series_id)
    came = gather_verdicts(meeting, dues, day, by=by, at=NOW)
    if starting:
        start_meeting(meeting, by=by, at=NOW, on=TODAY)
    else:
        meeting.freeze(by=by, at=NOW)
    db.session.flush()
    return came


def verdicts(meeting: Meeting) -> list[str]:
    """Titles of the verdicts that are asked for in the meeting, in its order."""
    return [p.item.title for p in standing(meeting) if p.item.ask is Ask.VERDICT]


def alerts(actions: Iterable[int]) -> list[int]:
    rows = sa.select(Alert.subject_id).where(
        Alert.level == MEETING, Alert.subject_id.in_(list(actions))
    )
    return sorted(db.session.scalars(rows))


@pytest.mark.parametrize("starting", [False, True])
def test_exactly_what_is_overdue_comes_and_once(world: World, starting: bool) -> None:
    with world.write() as cast:
        make = Busy(cast)
        late = make.action("Write the price list", "pia", -1)
        make.action("Due today", "pia", 0)
        make.finish(make.action("Done", "pia", -3), by="pia")
        dropped = make.action("Dropped", "max", -3)
        dropped.cancel(reason="no need", by=cast.actor("sam"), at=NOW)
        make.action("Only proposed", "max", -2, by="pia")
        meeting = plan(cast)
        meeting_id = meeting.id
        assert freeze(cast, meeting, starting=starting) == 1
        (placement,) = standing(meeting)
        item = placement.item
        assert (item.title, item.ask, item.minutes) == ("Write the price list", Ask.VERDICT, 1)
        assert (item.action_id, item.presenter_id) == (late.id, cast.person["pia"])
        assert not placement.late
        assert alerts([late.id]) == [late.id]
        assert db.session.scalar(sa.select(sa.func.count(Alert.id))) == 1
        if starting:
            assert meeting.current_placement_id == placement.id
    with world.write() as cast:
        meeting = db.session.get_one(Meeting, meeting_id)
        assert freeze(cast, meeting, starting=True) == 0
        assert len(standing(meeting)) == 1
        assert meeting.state is MeetingState.live
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Alert.id))) == 1


def test_what_stands_still_does_not_come(world: World) -> None:
    with world.write() as cast:
        make, by = Busy(cast), cast.actor("lea")
        more = {"need": "A price", "by": by, "at": NOW - DAY, "on": TODAY - DAY}

        def late(title: str) -> Action:
            return make.action(title, "pia", -3)

        late("On olga").block(
            next_look_on=TODAY, blocker_person_id=cast.person["olga"], **more,
        )  # fmt: skip
        late("Outside, look today").block(next_look_on=TODAY, **more)
        late("Outside, looked").block(next_look_on=TODAY - DAY, **more)
        late("May lie").record("action.waits", by=by, at=NOW, waits_until_on=TODAY)
        late("Lay until yesterday").record(
            "action.waits", by=by, at=NOW, waits_until_on=TODAY - DAY
        )
        db.session.flush()
        meeting = plan(cast)
        freeze(cast, meeting)
        assert set(verdicts(meeting)) == {"Outside, looked", "Lay until yesterday"}


@pytest.mark.parametrize("runner_first", [False, True])
def test_with_the_runner_before_or_after_it_is_the_same_item(
    world: World, runner_first: bool
) -> None:
    """Level 2 since Thursday and unanswered: the runner, too, brings it before the meeting."""
    with world.write() as cast:
        late = Busy(cast).action("Write the price list", "pia", -7, promised=20)
        meeting_id, action_id = plan(cast).id, late.id

    def run(days: int) -> None:
        with world.app.app_context():
            followup.run(NOW + days * DAY, mailing=False)

    with world.write() as cast:
        propose(cast, "A topic")
    run(-4)  # level 2 is asked
    if runner_first:
        run(0)
        with world.read():
            assert alerts([action_id]) == [action_id]
    with world.write() as cast:
        assert freeze(cast, db.session.get_one(Meeting, meeting_id)) == (not runner_first)
    run(0)
    run(1)
    with world.read():
        assert alerts([action_id]) == [action_id]
        agenda = standing(db.session.get_one(Meeting, meeting_id))
        assert [p.item.title for p in agenda] == ["Write the price list", "A topic"]
        assert db.session.scalar(sa.select(sa.func.count(AgendaItem.id))) == 2


def test_what_was_answered_before_is_withdrawn(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        ids = [make.action(f"Late {n}", "pia", -9, promised=20).id for n in range(4)]
        meeting_id = plan(cast).id
    for days in (-5, -3):
        with world.app.app_context():
            followup.run(NOW + days * DAY, mailing=False)
    with world.write() as cast:
        assert len(verdicts(db.session.get_one(Meeting, meeting_id))) == 4
        done, moved, dropped, _late = (db.session.get_one(Action, i) for i in ids)
        Busy(cast).finish(done, by="pia")
        moved.move_due(to=TODAY, reason="the supplier", by=cast.actor("lea"), at=NOW)
        dropped.cancel(reason="no need", by=cast.actor("lea"), at=NOW)
    with world.write() as cast:
        meeting = db.session.get_one(Meeting, meeting_id)
        assert freeze(cast, meeting) == 0
        ended = {p.item.title: (p.outcome, p.outcome_reason) for p in standing(meeting)}
        withdrawn = (Outcome.WITHDRAWN, ANSWERED)
        assert ended == {
            "Late 0": withdrawn, "Late 1": withdrawn, "Late 2": withdrawn, "Late 3": (None, None),
        }  # fmt: skip


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_quarter_of_the_minutes_stands_at_the_top_the_worst_first(
    world: World, by_hand: bool
) -> None:
    with world.write() as cast:
        make = Busy(cast)
        severe = make.issue("Shop is down", "Sales", "Tech", by="sam", person="pia", severity=1)
        for n in range(1, 7):
            make.action(f"Late {n}", "pia", -n)
        make.action("Severe", "pia", -1, issue=severe)
        meeting = plan(cast, minutes=20)
        for title in ("First", "Second"):
            propose(cast, title)
        if by_hand:
            move_placement(meeting, standing(meeting)[1], -1, by=cast.actor("maya"), at=NOW)
        freeze(cast, meeting)
        topics = ["Second", "First"] if by_hand else ["First", "Second"]
        titles = [p.item.title for p in standing(meeting)]
        assert titles[:7] == ["Severe", "Late 6", "Late 5", "Late 4", "Late 3", *topics]
        assert titles[7:] == ["Late 2", "Late 1"]


def test_only_what_belongs_to_the_series_comes(world: World) -> None:
    with world.write() as cast:
        other = Series.found(
            name="Sales and Tech", weekday=1, start_time=time(9), zone=ZONE, minutes=30,
            owner_id=cast.person["sam"], by=cast.actor("lea"), at=NOW,
        )  # fmt: skip
        make = Busy(cast)
        about = make.issue("Theirs", "Sales", "Tech", by="sam", series_id=other.id)
        make.action("Of its issue", "pia", -1, issue=about)
        make.action("Its own", "pia", -1, series_id=other.id)
        make.action("The company's", "pia", -1)
        make.action("Nobody's department", "lea", -1)
        db.session.flush()
        meeting = plan(cast)
        freeze(cast, meeting)
        assert set(verdicts(meeting)) == {"The company's", "Nobody's department"}
        assert len(alerts(db.session.scalars(sa.select(Action.id)))) == 2


def test_a_meeting_whose_day_has_passed_asks_nobody(world: World) -> None:
    with world.write() as cast:
        late = Busy(cast).action("Late", "pia", -1)
        meeting = plan(cast, TODAY - DAY)
        assert freeze(cast, meeting, starting=True) == 0
        assert alerts([late.id]) == []


def test_a_verdict_that_was_not_reached_comes_again_and_counts(world: World) -> None:
    with world.write() as cast:
        Busy(cast).action("Late", "pia", -1)
        first = plan(cast)
        following = plan(cast, THURSDAY + timedelta(days=7))
        freeze(cast, first)
        start(cast, first)
        (placement,) = standing(first)
        placement.end(Outcome.UNREACHED, by=cast.actor("maya"), at=NOW)
        issue(cast, first)
        (again,) = standing(following)
        assert again.item_id == placement.item_id
        assert freeze(cast, following) == 0
        item = db.session.get_one(AgendaItem, again.item_id)
        assert (item.placed, item.unreached) == (1, 1)
        assert db.session.scalar(sa.select(sa.func.count(Placement.id))) == 2


def test_what_the_runner_had_no_room_for_comes_at_the_freeze(world: World) -> None:
    """At level 3 already, but without its item; and what was answered does not come back."""
    with world.write() as cast:
        late = Busy(cast).action("Late", "pia", -1)
        raised = {"rule": AlertRule.due, "subject_type": "action", "subject_id": late.id}
        Alert.create(
            "alert.raised", by=SYSTEM, at=NOW - DAY, epoch=epoch(TODAY - DAY, 0), level=MEETING,
            raised_on=TODAY - DAY, raised_at=NOW - DAY, **raised,
        )  # fmt: skip
        first = plan(cast)
        following = plan(cast, THURSDAY + timedelta(days=7))
        assert freeze(cast, first) == 1
        start(cast, first)
        standing(first)[0].end(Outcome.DECIDED, by=cast.actor("maya"), at=NOW)
        issue(cast, first)
        assert freeze(cast, following) == 0
        assert alerts([late.id]) == [late.id]


def test_an_agenda_takes_so_many_and_the_next_one_the_rest(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        for n in range(MOST + 3):
            make.action(f"Late {n:02}", "pia", -n - 1, promised=50)
        first = plan(cast)
        following = plan(cast, THURSDAY + timedelta(days=7))
        assert freeze(cast, first) == MOST
        assert freeze(cast, following) == 3
        assert set(verdicts(following)) == {"Late 00", "Late 01", "Late 02"}
