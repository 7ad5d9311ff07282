"""Every kind of event: who is told of it, who is not, and nobody of what they did themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts import answer_alert, change_request, move_due
from meetingtracker.models.acts.carry_over import cancel_meeting
from meetingtracker.models.acts.finish_action import finish_action, take_back_finish
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.acts.point_person import accept_point_person, ask_for_point_person
from meetingtracker.models.acts.telling import TELLING
from meetingtracker.models.alert import Alert
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from meetingtracker.models.notification import Notification
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.history import SENTENCES
from meetingtracker.rules.ladder import AlertAnswer, AlertRule, epoch
from meetingtracker.rules.permissions import SYSTEM, Actor
from meetingtracker.worker import followup
from tests import meetings
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.pages.answers.cases import (
    blocked,
    done,
    late,
    nominated,
    proposed,
    wished_date,
    wished_drop,
)

LATER = NOW + timedelta(minutes=90)
SOON = TODAY + timedelta(days=9)
Deed = Callable[[Cast, Any, Actor], object]


def nothing(cast: Cast) -> None:
    return None


def given(cast: Cast, thing: None, by: Actor) -> Action:
    return give_action(
        title="Price the feed", owner_id=cast.person["pia"], due_on=SOON, by=by, at=LATER, on=TODAY
    )


def dateless(cast: Cast) -> Action:
    return Busy(cast).action("Price the feed", "pia", None, by="tom")


def twice_moved(cast: Cast) -> Action:
    return Busy(cast).move(late(cast), 3, 5, by="lea")


def waited_for(cast: Cast) -> Action:
    """Olga of Fulfilment waits for it."""
    row = late(cast)
    Busy(cast).action("Ship it all", "olga", 9, by="maya").block(
        need="the sample", next_look_on=SOON, blocker_action_id=row.id, by=cast.actor("olga"),
        at=NOW, on=TODAY,
    )  # fmt: skip
    return row


def asked_about(cast: Cast) -> Alert:
    row = late(cast)
    assert row.due_on is not None
    return Alert.create(
        "alert.raised", by=SYSTEM, at=NOW, rule=AlertRule.due, subject_type="action",
        subject_id=row.id, epoch=epoch(row.due_on, 0), level=2, raised_on=TODAY, raised_at=NOW,
    )  # fmt: skip


def an_issue(cast: Cast) -> Issue:
    """Max of Sales raised it, Pia of Tech is its point person."""
    return Busy(cast).issue("Stock count is wrong", "Sales", "Tech", by="max", person="pia")


def resolved(cast: Cast) -> Issue:
    row = an_issue(cast)
    row.resolve(resolution="Counted", by=cast.actor("pia"), at=NOW, on=TODAY)
    return row


def refused_wish(cast: Cast) -> Any:
    wish = move_due.open_request(wished_date(cast).id)
    assert wish is not None
    wish.answer(False, by=cast.actor("tom"), at=NOW, reason=None)
    return wish


def refused_change(cast: Cast) -> Any:
    wish = change_request.open_change(wished_drop(cast).id)
    assert wish is not None
    wish.be_answered(False, by=cast.actor("tom"), at=NOW)
    return wish


def discussed(cast: Cast) -> Any:
    """A meeting in which something was given to Pia, ready to be closed."""
    meeting = meetings.start(cast, meetings.plan(cast, TODAY))
    give_action(
        title="Price the feed", owner_id=cast.person["pia"], due_on=SOON, meeting_id=meeting.id,
        present_in_meeting=True, by=cast.actor("maya"), at=NOW, on=TODAY,
    )  # fmt: skip
    meetings.end(cast, meeting, Outcome.DECIDED)
    return meeting


def do(verb: str, **values: Any) -> Deed:
    """A verb of the thing itself."""
    return lambda cast, thing, by: getattr(thing, verb)(by=by, at=LATER, **values)


def back(cast: Cast, row: Any, by: Actor) -> object:
    """Take an answer back, as from a mail."""
    kind = f"{row.__tablename__}.answer_undone"
    if isinstance(row, Action):
        return row.record(kind, by=by, at=LATER, on_track_note="so so")
    return row.record(kind, by=by, at=LATER, granted=None, answered_at=None, answered_by_id=None)


def lead(answer: AlertAnswer) -> Deed:
    return lambda cast, alert, by: answer_alert.answer_as_leader(
        alert, answer, reason="I saw to it", owner_id=cast.person["max"], by=by, at=LATER, on=TODAY
    )


def ask_date(cast: Cast, row: Action, by: Actor) -> object:
    return move_due.ask_to_move(row, to=SOON, reason="the box is late", by=by, at=LATER)


def finish(cast: Cast, row: Action, by: Actor) -> object:
    return finish_action(row, by=by, at=LATER, on=TODAY)


def finish_and_not(cast: Cast, row: Action, by: Actor) -> object:
    return finish(cast, row, by), take_back_finish(row, by=by, at=LATER)


MOVE = do("move_due", to=SOON, reason="the box is late")
DROP = do("cancel", reason="No longer sold")
WHY = {"reason": "It is not so"}
HANDED: Deed = lambda cast, row, by: hand_over(  # noqa: E731
    row, cast.person["max"], reason="Pia is full", by=by, at=LATER
)
BLOCK: Deed = lambda cast, row, by: row.block(  # noqa: E731
    need="the box", next_look_on=SOON, blocker_person_id=cast.person["max"], by=by, at=LATER,
    on=TODAY,
)  # fmt: skip
NO_DATE: Deed = lambda cast, row, by: move_due.answer_request(  # noqa: E731
    move_due.open_request(row.id), to=None, reason="No", by=by, at=LATER
)
NO_CHANGE: Deed = lambda cast, row, by: change_request.answer_change(  # noqa: E731
    change_request.open_change(row.id), False, to_person_id=None, reason="No", by=by, at=LATER
)
ASK_DROP: Deed = lambda cast, row, by: change_request.ask_to_drop(  # noqa: E731
    row, reason="No longer sold", by=by, at=LATER
)
ASK_PERSON: Deed = lambda cast, row, by: ask_for_point_person(  # noqa: E731
    row, cast.person["pia"], by=by, at=LATER
)
CANCEL: Deed = lambda cast, row, by: cancel_meeting(row, by=by, at=LATER, **WHY)  # noqa: E731
ACCEPT: Deed = lambda cast, row, by: accept_point_person(row, by=by, at=LATER)  # noqa: E731
SALES: Callable[[Cast], Issue] = lambda cast: Busy(cast).issue(  # noqa: E731
    "The cart is lost", "Sales", "Tech", by="sam"
)

# kind, what there is, what is done, by whom, and who is told of it as what
CASES: tuple[tuple[str, Callable[[Cast], Any], Deed, str, dict[str, str]], ...] = (
    ("action.given", nothing, given, "sam", {"pia": "assigned"}),
    ("action.given", nothing, given, "pia", {}),
    ("action.handed_over", late, HANDED, "tom", {"max": "assigned", "pia": "answered"}),
    ("action.handed_over", late, HANDED, "pia", {"max": "assigned"}),
    ("action.accepted", proposed, do("accept"), "pia", {"sam": "answered"}),
    ("action.declined", proposed, do("decline", **WHY), "pia", {"sam": "answered"}),
    ("action.refused", done, do("refuse", **WHY), "tom", {"pia": "answered"}),
    ("action.dropped", late, DROP, "lea", {"pia": "answered", "tom": "answered"}),
    ("action.dropped", late, DROP, "tom", {"pia": "answered"}),
    ("action.dated", dateless, MOVE, "tom", {"pia": "answered"}),
    ("action.moved", late, MOVE, "pia", {"tom": "answered"}),
    ("action.moved", late, MOVE, "lea", {"pia": "answered", "tom": "answered"}),
    ("action.blocked", late, BLOCK, "pia", {"max": "blocked_on_you"}),
    ("action.unblocked", blocked, do("unblock"), "max", {"pia": "answered"}),
    ("action.unblocked", blocked, do("unblock"), "pia", {}),
    ("action.completed", late, finish, "pia", {"tom": "to_verify"}),
    ("action.completed", waited_for, finish, "pia", {"tom": "to_verify", "olga": "answered"}),
    ("action.completed", waited_for, finish_and_not, "pia", {}),
    ("action.answer_undone", late, back, "tom", {"pia": "answered"}),
    ("action.answer_undone", late, back, "pia", {}),
    ("alert.answered", asked_about, lead(AlertAnswer.help), "dina",
     {"pia": "answered", "tom": "answered"}),
    ("alert.answered", asked_about, lead(AlertAnswer.other_owner), "dina",
     {"max": "assigned", "pia": "answered"}),
    ("due_request.asked", late, ask_date, "tom", {"pia": "date_to_decide"}),
    ("due_request.asked", twice_moved, ask_date, "pia", {"lea": "date_to_decide"}),
    ("due_request.answered", wished_date, NO_DATE, "tom", {"pia": "answered"}),
    ("due_request.answer_undone", refused_wish, back, "tom", {"pia": "answered"}),
    ("change_request.asked", late, ASK_DROP, "pia", {"tom": "change_to_decide"}),
    ("change_request.answered", wished_drop, NO_CHANGE, "tom", {"pia": "answered"}),
    ("change_request.answer_undone", refused_change, back, "tom", {"pia": "answered"}),
    ("issue.resolved", an_issue, do("resolve", resolution="Counted", on=TODAY), "pia",
     {"max": "to_confirm"}),
    ("issue.confirmed", resolved, do("confirm"), "max", {"pia": "answered"}),
    ("issue.closed_unconfirmed", resolved, do("close_unconfirmed"), "", {"pia": "answered"}),
    ("issue.reopened", resolved, do("reopen", **WHY), "max", {"pia": "answered"}),
    ("issue.declined", an_issue, do("decline", **WHY), "tom", {"max": "answered"}),
    ("issue.point_person_named", SALES, ASK_PERSON, "tom", {"pia": "answered"}),
    ("issue.point_person_named", nominated, ACCEPT, "tom", {"pia": "answered", "sam": "answered"}),
    ("issue.point_person_asked", SALES, ASK_PERSON, "sam", {"tom": "nominee"}),
    ("issue.point_person_declined", nominated, do("decline_nominee", **WHY), "tom",
     {"sam": "answered"}),
    ("meeting.issued", discussed, lambda cast, row, by: meetings.issue(cast, row, LATER), "maya",
     {"pia": "given_in_meeting"}),
    ("meeting.cancelled", lambda cast: meetings.plan(cast, TODAY + timedelta(days=1)),
     CANCEL, "maya", dict.fromkeys(("sam", "tom", "noor", "lea"), "meeting_changed")),
    ("due_request.withdrawn", lambda cast: move_due.open_request(wished_date(cast).id),
     do("withdraw"), "pia", {}),
)  # fmt: skip

QUIET = {
    "action.completion_undone", "action.edited", "action.on_track", "action.undone",
    "action.verified", "change_request.withdrawn", "decision.changed", "decision.kept",
    "decision.reversed", "decision.taken", "decision.undone", "due_request.withdrawn",
    "issue.answer_undone",
    "issue.confidential_set", "issue.edited", "issue.raised", "issue.stage_set", "issue.triaged",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "make", "deed", "who", "told"), CASES, ids=[f"{c[0]}-{c[3]}" for c in CASES]
)
def test_who_is_told(
    world: World, kind: str, make: Callable[[Cast], Any], deed: Deed, who: str,
    told: dict[str, str],
) -> None:  # fmt: skip
    with world.write() as cast:
        thing = make(cast)
        noun, key = (type(thing), thing.id) if thing is not None else (Action, None)
    tell(world, hours=0)
    with world.write() as cast:
        deed(cast, key and db.session.get_one(noun, key), cast.actor(who) if who else SYSTEM)
    tell(world, hours=2)
    tell(world, hours=2)
    with world.read() as cast:
        assert db.session.scalar(sa.select(Event.id).where(Event.kind == kind, Event.at == LATER))
        names = {i: name for name, i in cast.person.items()}
        rows = db.session.scalars(
            sa.select(Notification).where(Notification.created_at == LATER)
        ).all()
        assert {names[row.person_id]: row.notice.value for row in rows} == told
        keys = [(row.person_id, row.key) for row in rows]
        assert len(keys) == len(set(keys)) == len(told), "each of them once"


def tell(world: World, *, hours: int) -> None:
    with world.app.app_context():
        look = followup.look_at(NOW + timedelta(hours=hours))
        assert look is not None
        followup.tell(look)


def test_each_kind_has_been_judged() -> None:
    """A new kind of event is told to somebody, or stands among those that nobody waits for."""
    assert set(SENTENCES) - set(TELLING) == QUIET
    assert set(TELLING) <= {kind for kind, *_ in CASES}
