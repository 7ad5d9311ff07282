"""An owner's wish to hand a promise over or drop it: who decides, and how it ends otherwise."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.change_request import (
    answer_change,
    ask_to_drop,
    ask_to_hand_over,
    open_change,
    withdraw_change,
)
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.event import Event
from meetingtracker.models.reads.my_week import my_week
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.states import Change, Status
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.models.test_rebuild import rebuilt_wrongly

OFFICE = WorkingCalendar(frozenset(range(1, 6)))


def promise(cast: Cast) -> Action:
    """Pia's, asked for by Tom, who leads her department."""
    return Busy(cast).action("Ship the sample", "pia", 3, by="tom")


def asked(cast: Cast, action: Action, to: str | None = None) -> ChangeRequest:
    return ask_to_hand_over(
        action, to_person_id=cast.person[to] if to else None, reason="  I am full  ",
        by=cast.actor("pia"), at=NOW,
    )  # fmt: skip


def answered(cast: Cast, wish: ChangeRequest, granted: bool, to: str | None = None) -> None:
    answer_change(
        wish, granted, to_person_id=cast.person[to] if to else None, reason="", at=NOW,
        by=cast.actor("tom"),
    )  # fmt: skip


def test_asking_changes_nothing_yet(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        wish = asked(cast, action, "dina")
        assert (wish.change, wish.wish, wish.granted) == (Change.hand_over, "I am full", None)
        assert (action.owner_id, action.version) == (cast.person["pia"], 1)


@pytest.mark.parametrize(
    ("named", "chosen", "gets_it"),
    [("dina", None, "dina"), (None, "dina", "dina"), ("max", "dina", "dina")],
)
def test_yes_hands_it_over(
    world: World, named: str | None, chosen: str | None, gets_it: str
) -> None:
    with world.write() as cast:
        action = promise(cast)
        wish = asked(cast, action, named)
        answered(cast, wish, True, chosen)
        assert (wish.granted, wish.answered_by_id) == (True, cast.person["tom"])
        assert action.owner_id == cast.person[gets_it]
        event = db.session.scalars(sa.select(Event).filter_by(kind="action.handed_over")).one()
        assert event.reason == "I am full"
        assert rebuilt_wrongly(db.session) == []


def test_another_department_accepts_first(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        answered(cast, asked(cast, action, "max"), True)
        assert (action.status, action.owner_id) == (Status.proposed, cast.person["max"])


def test_yes_to_nobody_needs_a_name(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        wish = asked(cast, action)
        for chosen in (None, "pia"):
            with pytest.raises(RuleBroken) as refused:
                answered(cast, wish, True, chosen)
            assert refused.value.field == "owner"
        assert wish.answered_at is None


def test_yes_drops_it(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        wish = ask_to_drop(action, reason="No longer sold", by=cast.actor("pia"), at=NOW)
        answered(cast, wish, True)
        assert (action.status, action.cancel_reason) == (Status.cancelled, "No longer sold")
        assert wish.granted is True


def test_no_leaves_it_and_it_may_be_asked_again(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        wish = asked(cast, action)
        answered(cast, wish, False)
        assert (wish.granted, action.owner_id, action.version) == (False, cast.person["pia"], 1)
        with pytest.raises(RuleBroken):
            answered(cast, wish, True, "dina")
        assert asked(cast, action, "dina").id != wish.id


def test_one_wish_at_a_time(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        wish = asked(cast, action)
        with pytest.raises(RuleBroken):
            ask_to_drop(action, reason="Both", by=cast.actor("pia"), at=NOW)
        withdraw_change(wish, by=cast.actor("pia"), at=NOW)
        assert (wish.granted, wish.answered_at) == (None, NOW)
        assert open_change(action.id) is None


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_wish_has_a_reason(world: World, reason: str) -> None:
    with world.write() as cast, pytest.raises(RuleBroken):
        ask_to_drop(promise(cast), reason=reason, by=cast.actor("pia"), at=NOW)


@pytest.mark.parametrize("to", ["pia", "gone"])
def test_nobody_is_named_who_has_it_or_has_left(world: World, to: str) -> None:
    with world.write() as cast, pytest.raises(RuleBroken) as refused:
        asked(cast, promise(cast), to)
    assert refused.value.field == "next_owner"


def test_only_a_running_promise_is_asked_about(world: World) -> None:
    with world.write() as cast:
        done = promise(cast)
        finish_action(done, by=cast.actor("pia"), at=NOW, on=TODAY)
        proposed = Busy(cast).action("Agree the time", "pia", 2, by="sam")
        for action in (done, proposed):
            with pytest.raises(RuleBroken):
                asked(cast, action)


@pytest.mark.parametrize("end", ["finished", "dropped", "handed over", "taken back"])
def test_it_ends_with_what_it_was_about(world: World, end: str) -> None:
    with world.write() as cast:
        action, tom = promise(cast), cast.actor("tom")
        wish = asked(cast, action)
        match end:
            case "finished":
                finish_action(action, by=tom, at=NOW, on=TODAY)
            case "dropped":
                action.cancel(reason="No longer", by=tom, at=NOW)
            case "handed over":
                hand_over(action, cast.person["dina"], reason="Hers", by=tom, at=NOW)
            case "taken back":
                action.undo(by=tom, at=NOW)
        db.session.flush()
        assert (wish.granted, wish.answered_at, wish.version) == (None, NOW, 2)
        assert rebuilt_wrongly(db.session) == []


def test_what_goes_on_otherwise_leaves_it_standing(world: World) -> None:
    """The control of the test above."""
    with world.write() as cast:
        action, pia = promise(cast), cast.actor("pia")
        wish = asked(cast, action)
        action.answer_on_track(by=pia, at=NOW)
        action.move_due(to=TODAY + timedelta(days=9), reason="late", by=pia, at=NOW)
        db.session.flush()
        assert wish.answered_at is None


@pytest.mark.parametrize(
    ("name", "decides"),
    [("tom", True), ("dina", True), ("lea", True), ("pia", False), ("sam", False), ("ada", False)],
)
def test_who_finds_it_in_their_week(world: World, name: str, decides: bool) -> None:
    with world.write() as cast:
        action_id = asked(cast, promise(cast), "max").action_id
    with world.read() as cast:
        week = my_week(cast.actor(name), TODAY, OFFICE)
        assert [row.id for row in week["changes_to_decide"].rows] == [action_id] * decides
        if decides:
            wish = week.changes[action_id]
            assert (wish.by, wish.to, wish.wish) == ("Pia Lund", "Max Stern", "I am full")
