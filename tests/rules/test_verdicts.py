"""What a meeting answers, as the minutes and the ladder read it."""

from datetime import date

import pytest

from meetingtracker.models.agenda_item import Placement
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.ladder import LEADER_ANSWERS, AlertAnswer
from meetingtracker.rules.verdicts import LONGEST, RoomAnswer, verdict_line

DUE, LATER = date(2026, 11, 13), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (RoomAnswer.done, "Action 7, Pia Lund: done"),
        (RoomAnswer.new_date, "Action 7, Pia Lund: new date 2026-11-27, was 2026-11-13 — late"),
        (RoomAnswer.other_owner, "Action 7, Pia Lund: goes to Max Stern — late"),
        (RoomAnswer.drop, "Action 7, Pia Lund: dropped — late"),
        (RoomAnswer.help, "Action 7, Pia Lund: Max Stern helps — late"),
        (RoomAnswer.stays, "Action 7, Pia Lund: stays as it is, due 2026-11-13 — late"),
    ],
)
def test_one_line_names_the_action_its_owner_and_the_verdict(answer: RoomAnswer, line: str) -> None:
    reason = "late" if answer.wants_reason else ""
    assert line == verdict_line(
        answer, action_id=7, owner="Pia Lund", due_on=DUE, to=LATER, person="Max Stern",
        reason=reason,
    )  # fmt: skip


def test_the_longest_line_fits_its_column() -> None:
    longest = max(
        len(
            verdict_line(
                answer, action_id=2**31 - 1, owner="o" * 120, due_on=DUE, to=LATER,
                person="p" * 120, reason="r" * LONGEST,
            )
        )
        for answer in RoomAnswer
    )  # fmt: skip
    assert longest <= Placement.outcome_reason.type.length


def test_each_answer_ends_the_item_and_answers_the_ladder() -> None:
    assert {a.outcome for a in RoomAnswer} == {Outcome.RESOLVED, Outcome.DECIDED}
    assert not any(a.outcome.carries for a in RoomAnswer)
    assert [a for a in RoomAnswer if a.says is None] == [RoomAnswer.done]
    assert {RoomAnswer.help.says, RoomAnswer.stays.says, RoomAnswer.other_owner.says} == set(
        LEADER_ANSWERS
    )
    assert RoomAnswer.drop.says is AlertAnswer.dropped
    assert verdict_line(RoomAnswer.done, action_id=1, owner=None, due_on=None) == (
        "Action 1, no owner: done"
    )
