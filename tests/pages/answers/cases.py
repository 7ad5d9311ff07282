"""Every answer once: to whom it is mailed, about what, what is typed, and what stands then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from meetingtracker.models.action import Action
from meetingtracker.models.acts.change_request import ask_to_drop, ask_to_hand_over
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.move_due import ask_to_move
from meetingtracker.models.acts.point_person import ask_for_point_person
from meetingtracker.models.issue import Issue
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.replies import Reply
from meetingtracker.rules.states import Stage, Status
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast

SOON = TODAY + timedelta(days=9)
Thing = Action | Issue


def late(cast: Cast, owner: str = "pia", by: str = "tom") -> Action:
    """Pia's promise to Tom, two days late."""
    return Busy(cast).action("Ship the sample", owner, -2, by=by)


def proposed(cast: Cast) -> Action:
    """Sam of Sales asks Pia of Tech."""
    return Busy(cast).action("Price the feed", "pia", 5, by="sam")


def done(cast: Cast) -> Action:
    row = late(cast)
    finish_action(row, by=cast.actor("pia"), at=NOW, on=TODAY)
    return row


def blocked(cast: Cast) -> Action:
    row = late(cast)
    row.block(
        need="the box", next_look_on=SOON, blocker_person_id=cast.person["max"],
        by=cast.actor("pia"), at=NOW, on=TODAY,
    )  # fmt: skip
    return row


def wished_date(cast: Cast) -> Action:
    row = late(cast)
    row.move_due(to=TODAY, reason="late", by=cast.actor("pia"), at=NOW)
    ask_to_move(row, to=SOON, reason="the box is late", by=cast.actor("pia"), at=NOW)
    return row


def wished_over(to: str | None) -> Callable[[Cast], Action]:
    def make(cast: Cast) -> Action:
        row, to_id = late(cast), cast.person[to] if to else None
        ask_to_hand_over(row, to_person_id=to_id, reason="full", by=cast.actor("pia"), at=NOW)
        return row

    return make


def wished_drop(cast: Cast) -> Action:
    row = late(cast)
    ask_to_drop(row, reason="No longer sold", by=cast.actor("pia"), at=NOW)
    return row


def resolved(cast: Cast) -> Issue:
    row = Busy(cast).issue("Stock count is wrong", "Sales", "Tech", by="max")
    fixed = Busy(cast).action("Count again", "pia", 1, by="tom", issue=row)
    finish_action(fixed, by=cast.actor("pia"), at=NOW, on=TODAY)
    row.resolve(resolution="Counted", by=cast.actor("tom"), at=NOW, on=TODAY)
    return row


def nominated(cast: Cast) -> Issue:
    row = Busy(cast).issue("The cart is lost", "Sales", "Tech", by="sam")
    row.nominate(cast.person["pia"], by=cast.actor("sam"), at=NOW)
    return row


def asked_secret(cast: Cast) -> Issue:
    """Confidential: whoever lends somebody lets them read it."""
    row = Busy(cast).issue("Somebody reads mails", "Sales", "Support", by="sam", confidential=True)
    ask_for_point_person(row, cast.person["pia"], by=cast.actor("sam"), at=NOW)
    return row


@dataclass(frozen=True)
class Case:
    """`fields`: what is typed, people and departments by name; `then`: what the thing is after."""

    reply: Reply
    to: str
    notice: Notice
    make: Callable[[Cast], Thing]
    then: dict[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    def typed(self, cast: Cast) -> dict[str, Any]:
        named = {"person": cast.person, "department": cast.department}
        return {k: named[k][v] if k in named and v else v for k, v in self.fields.items()}


R, N = Reply, Notice
WHY = {"text": "The box is late"}
CASES = [
    Case(R.done, "pia", N.overdue, late, {"status": Status.done, "done_on": TODAY}),
    Case(R.on_track, "pia", N.due_soon, late, {"status": Status.in_progress}),
    Case(R.on_track, "pia", N.nudged, late, {"on_track_note": "nearly"}, {"text": "nearly"},
         name="on_track with a word"),
    Case(R.move, "pia", N.overdue, late, {"due_on": SOON, "moves": 1}, {"day": SOON, **WHY}),
    Case(R.block, "pia", N.due_today, late, {"status": Status.blocked, "blocked_need": "a box"},
         {"text": "a box", "person": "sam", "day": SOON}),
    Case(R.block, "pia", N.assigned, late, {"status": Status.blocked},
         {"text": "a box", "department": "Sales", "day": SOON}, name="block by a department"),
    Case(R.ask_over, "pia", N.overdue, late, {"version": 1}, {"person": "dina", **WHY}),
    Case(R.ask_over, "pia", N.overdue, late, {"version": 1}, {"person": "", **WHY},
         name="not mine"),
    Case(R.ask_drop, "pia", N.overdue, late, {"version": 1}, WHY),
    Case(R.hand_over, "tom", N.overdue, lambda cast: late(cast, "tom", "lea"),
         {"status": Status.open}, {"person": "pia", **WHY}),
    Case(R.drop, "tom", N.overdue, lambda cast: late(cast, "tom", "lea"),
         {"status": Status.cancelled, "cancel_reason": "The box is late"}, WHY),
    Case(R.accept, "pia", N.to_accept, proposed, {"status": Status.open}),
    Case(R.other_date, "pia", N.assigned, proposed, {"status": Status.cancelled},
         {"day": SOON, **WHY}),
    Case(R.decline, "pia", N.given_in_meeting, proposed, {"status": Status.cancelled}, WHY),
    Case(R.verify, "tom", N.to_verify, done, {"status": Status.verified}),
    Case(R.refuse, "tom", N.to_verify, done, {"status": Status.in_progress, "reopened": 1}, WHY),
    Case(R.part_done, "max", N.blocked_on_you, blocked, {"status": Status.in_progress}),
    Case(R.not_mine, "max", N.blocked_on_you, blocked, {"blocker_person_id": None}),
    Case(R.date_yes, "tom", N.date_to_decide, wished_date, {"due_on": SOON, "moves": 2}),
    Case(R.date_no, "tom", N.date_to_decide, wished_date, {"due_on": TODAY, "moves": 1}),
    Case(R.date_other, "tom", N.date_to_decide, wished_date,
         {"due_on": TODAY + timedelta(days=4), "moves": 2}, {"day": TODAY + timedelta(days=4)}),
    Case(R.change_yes, "tom", N.change_to_decide, wished_over("dina"), {"status": Status.open}),
    Case(R.change_yes, "tom", N.change_to_decide, wished_drop, {"status": Status.cancelled},
         name="drop agreed"),
    Case(R.change_no, "tom", N.change_to_decide, wished_over(None), {"version": 1}),
    Case(R.change_other, "tom", N.change_to_decide, wished_over(None), {"version": 2},
         {"person": "dina"}),
    Case(R.confirm, "max", N.to_confirm, resolved, {"stage": Stage.closed}),
    Case(R.reopen, "max", N.to_confirm, resolved, {"stage": Stage.in_progress}, WHY),
    Case(R.lend, "tom", N.nominee, nominated, {"nominee_id": None, "stage": Stage.triaged}),
    Case(R.lend, "tom", N.nominee, asked_secret, {"nominee_id": None}, name="lend to a secret"),
    Case(R.lend_no, "tom", N.nominee, nominated, {"nominee_id": None, "stage": Stage.new}, WHY),
    Case(R.keep, "tom", N.escalated, late, {"version": 1}, WHY),
    Case(R.help, "tom", N.escalated, late, {"version": 1}, WHY),
    Case(R.other_owner, "tom", N.escalated, late, {"version": 2}, {"person": "dina", **WHY}),
]  # fmt: skip
NAMES = [case.name or case.reply.value for case in CASES]
