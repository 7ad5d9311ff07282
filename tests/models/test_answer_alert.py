"""What leaders and executives answer to an alert, and until when they can."""

from datetime import date, timedelta

import pytest

from meetingtracker.models.action import Action
from meetingtracker.models.acts.answer_alert import answer_as_leader, decide
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.alert import Alert
from meetingtracker.models.decision import Decision
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.ladder import (
    EXECUTIVES,
    LEADER,
    AlertAnswer,
    AlertRule,
    epoch,
)
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import Status
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World

LATE = TODAY - timedelta(days=14)
NEXT = TODAY + timedelta(days=20)


def promise(cast: Cast, title: str = "Count the stock", due_on: date = LATE) -> Action:
    """Pia of Tech promised it to Maya."""
    return give_action(
        title=title, owner_id=cast.person["pia"], due_on=due_on, by=cast.actor("tom"), at=NOW,
        on=due_on, requested_by_id=cast.person["maya"],
    )  # fmt: skip


def alert(action: Action, level: int, rule: AlertRule = AlertRule.due, name: str = "") -> Alert:
    assert action.due_on is not None
    return Alert.create(
        "alert.raised", by=SYSTEM, at=NOW, rule=rule, subject_type="action", subject_id=action.id,
        epoch=name or epoch(action.due_on, action.reopened), level=level, raised_on=TODAY,
        raised_at=NOW, asked_on=TODAY,
    )  # fmt: skip


def lead(
    cast: Cast, row: Alert, answer: AlertAnswer, reason: str = "I help", owner: str = ""
) -> bool:
    return answer_as_leader(
        row, answer, reason=reason, owner_id=cast.person.get(owner), by=cast.actor("tom"), at=NOW,
        on=TODAY,
    )  # fmt: skip


def rule(
    cast: Cast,
    row: Alert,
    answer: AlertAnswer,
    reason: str = "The supplier is late",
    to: date | None = None,
    owner: str = "",
) -> Decision:
    return decide(
        row, answer, reason=reason, to=to, owner_id=cast.person.get(owner), by=cast.actor("lea"),
        at=NOW, on=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize("answer", [AlertAnswer.keep, AlertAnswer.help])
def test_a_leader_keeps_it_or_helps_with_a_word(world: World, answer: AlertAnswer) -> None:
    with world.write() as cast:
        action = promise(cast)
        row = alert(action, LEADER)
        with pytest.raises(RuleBroken) as broken:
            lead(cast, row, answer, reason="  ")
        assert broken.value.field == "reason"
        assert lead(cast, row, answer, reason=" I call them ")
        assert (row.answer, row.answer_reason, row.answered_by_id) == (
            answer, "I call them", cast.person["tom"],
        )  # fmt: skip
        assert action.owner_id == cast.person["pia"]
        with pytest.raises(RuleBroken, match="answered already"):
            lead(cast, row, answer)


def test_a_leader_gives_it_to_somebody_else(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        row = alert(action, LEADER)
        for owner, sentence in (("", "Who takes it"), ("pia", "theirs"), ("gone", "still here")):
            with pytest.raises(RuleBroken, match=sentence) as broken:
                lead(cast, row, AlertAnswer.other_owner, "She is on leave", owner)
            assert broken.value.field == "owner"
        assert lead(cast, row, AlertAnswer.other_owner, "She is on leave", "dina")
        assert action.owner_id == cast.person["dina"]
        assert action.status is Status.open


@pytest.mark.parametrize("answer", [AlertAnswer.accepted, AlertAnswer.new_plan])
def test_what_only_executives_say_is_no_answer_of_a_leader(
    world: World, answer: AlertAnswer
) -> None:
    with world.write() as cast:
        action = promise(cast)
        for level in (LEADER, EXECUTIVES):
            with pytest.raises(RuleBroken) as broken:
                lead(cast, alert(action, level), answer)
            assert broken.value.field == "answer"


def test_a_new_plan_moves_the_date_and_is_written_down(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        row = alert(action, EXECUTIVES)
        past = TODAY - timedelta(days=1)
        for to, sentence in ((None, "Give the new date"), (past, "passed")):
            with pytest.raises(RuleBroken, match=sentence) as broken:
                rule(cast, row, AlertAnswer.new_plan, to=to)
            assert broken.value.field == "due_on"
        decision = rule(cast, row, AlertAnswer.new_plan, to=NEXT)
        assert (action.due_on, action.original_due_on, action.moves) == (NEXT, LATE, 1)
        assert decision.text == "New plan for “Count the stock”: due 6 December 2026"
        assert decision.reason == "The supplier is late"
        assert decision.owner_id == cast.person["lea"]
        assert (row.decision_id, row.answer) == (decision.id, AlertAnswer.new_plan)


@pytest.mark.parametrize(
    ("answer", "text", "status", "owner"),
    [
        (AlertAnswer.other_owner, "“Count the stock” goes to Dina Frey", Status.open, "dina"),
        (AlertAnswer.more_help, "More help for “Count the stock”", Status.open, "pia"),
        (AlertAnswer.accepted, "“Count the stock” is accepted as it is", Status.open, "pia"),
        (AlertAnswer.dropped, "“Count the stock” is dropped", Status.cancelled, "pia"),
    ],
)
def test_the_other_decisions(
    world: World, answer: AlertAnswer, text: str, status: Status, owner: str
) -> None:
    with world.write() as cast:
        action = promise(cast)
        below, row = alert(action, LEADER), alert(action, EXECUTIVES)
        with pytest.raises(RuleBroken) as broken:
            rule(cast, row, answer, reason="", owner="dina")
        assert broken.value.field == "reason"
        decision = rule(cast, row, answer, owner="dina")
        assert decision.text == text
        assert (action.status, action.owner_id) == (status, cast.person[owner])
        assert (row.answer, below.answer) == (answer, answer), "what leaders owed is settled too"
        assert below.decision_id == decision.id


def test_what_has_moved_on_needs_no_answer(world: World) -> None:
    with world.write() as cast:
        moved, done = promise(cast), promise(cast, "Send the list")
        rows = alert(moved, LEADER), alert(done, LEADER)
        moved.move_due(to=NEXT, reason="Later", by=SYSTEM, at=NOW)
        done.complete(by=SYSTEM, at=NOW, on=TODAY)
        for row in rows:
            with pytest.raises(RuleBroken, match="moved on"):
                lead(cast, row, AlertAnswer.keep)
        about = Alert.create(
            "alert.raised", by=SYSTEM, at=NOW, rule=AlertRule.confirmation, subject_type="issue",
            subject_id=1, epoch="x", level=LEADER, raised_on=TODAY, raised_at=NOW,
        )  # fmt: skip
        with pytest.raises(RuleBroken, match="moved on"):
            lead(cast, about, AlertAnswer.keep)
