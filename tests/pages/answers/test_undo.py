"""Undo from a mail: for ten minutes everything stands again as it stood, unless it went on."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueChange, DueRequest
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue, IssueReader
from meetingtracker.models.reads.my_week import my_week
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.states import Repeat, Status
from tests.busy import Busy
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.models.test_rebuild import rebuilt_wrongly
from tests.pages.answers.cases import CASES, NAMES, SOON, Case, late
from tests.pages.answers.digests import mail
from tests.pages.answers.test_answer import send
from tests.pages.answers.test_show import late_mail, rows

COUNTED = (Action, Issue, DueRequest, ChangeRequest, IssueReader)
OFFICE = WorkingCalendar(frozenset(range(1, 6)))


def state(session: Any) -> dict[str, dict[str, Any]]:
    """What stands, without what only says how often it changed: withdrawn things count as none."""
    kept = {}
    for noun in COUNTED:
        for row in session.scalars(sa.select(noun)):
            values = {name: getattr(row, name) for name in row._recorded_columns()}
            gone = (
                values.get("undone_at") or values.get("removed_at")
                or (values.get("answered_at") and values.get("granted") is None)
            )  # fmt: skip
            if not gone:
                kept[f"{noun.__tablename__} {row.id}"] = values
    return kept


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_each_answer_can_be_taken_back(world: World, case: Case) -> None:
    with world.write() as cast:
        sent = mail(cast, case.to, (case.notice, case.make(cast)))
    with world.read():
        before = state(db.session)
    page = world.stranger().get(sent.path)
    assert send(world, sent, case.reply, **case.typed(world.cast)).status == 302
    with world.read():
        assert case.then.get("version") == 1 or state(db.session) != before
    assert send(world, sent, "undo").status == 302
    with world.read():
        assert state(db.session) == before
        assert db.session.get_one(DigestLine, sent.line).undone_at is not None
        assert rebuilt_wrongly(db.session) == []
    again = world.stranger().get(sent.path)
    offered = [form.get("answer") for form in page.forms]
    assert [form.get("answer") for form in again.forms] == offered
    assert send(world, sent, case.reply, **case.typed(world.cast)).status == 302


def test_a_taken_back_move_counts_as_none(world: World) -> None:
    sent = late_mail(world)
    assert send(world, sent, "move", day=SOON, text="The box is late").status == 302
    assert send(world, sent, "undo").status == 302
    with world.read():
        action = db.session.scalars(sa.select(Action)).one()
        first, second = db.session.scalars(sa.select(DueChange).order_by(DueChange.id))
        assert (action.moves, action.due_on) == (0, TODAY - timedelta(days=2))
        assert (second.undoes_id, second.to_on) == (first.id, first.from_on)
        assert action.original_due_on == action.due_on
        action_id = action.id
        kinds = db.session.scalars(sa.select(Event.kind).filter_by(subject_type="action"))
        assert [*kinds][-1] == "action.answer_undone"
    page = world.sign_in("tom").get(f"/actions/{action_id}")
    assert page.text.count("Taken back") + page.text.count("taken back") == 2
    assert "moved once" not in page.text
    assert "Pia Lund took the last answer about “Ship the sample” back" in page.text


def test_undo_of_done_takes_the_next_promise_back(world: World) -> None:
    with world.write() as cast:
        weekly = Busy(cast).action("Count the shelf", "pia", -1, by="tom", repeat=Repeat.weekly)
        sent = mail(cast, "pia", (Notice.overdue, weekly))
    assert send(world, sent, "done").status == 302
    assert send(world, sent, "undo").status == 302
    with world.read():
        first, following = db.session.scalars(sa.select(Action).order_by(Action.id))
        assert first.status is Status.open
        assert following.undone_at is not None
    assert send(world, sent, "done").status == 302
    with world.read():
        kept = db.session.scalars(sa.select(Action).order_by(Action.id))
        assert [action.undone_at is None for action in kept] == [
            True, False, True,
        ]  # fmt: skip


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 302), (10.1, 409)])
def test_it_can_be_taken_back_for_ten_minutes(world: World, minutes: float, status: int) -> None:
    sent = late_mail(world)
    assert send(world, sent, "done").status == 302
    with time_machine.travel(NOW + timedelta(minutes=minutes)):
        shown = world.stranger().get(sent.path)
        assert ("Undo" in shown.text) is (status == 302)
        assert send(world, sent, "undo").status == status
    with world.read():
        assert db.session.scalars(sa.select(Action)).one().status is (
            Status.open if status == 302 else Status.done
        )


def test_what_somebody_went_on_from_stays(world: World) -> None:
    sent = late_mail(world)
    assert send(world, sent, "done").status == 302
    with world.write() as cast:
        db.session.scalars(sa.select(Action)).one().verify(by=cast.actor("tom"), at=NOW)
    before = rows(world)
    assert "Undo" not in world.stranger().get(sent.path).text
    answer = send(world, sent, "undo")
    assert answer.status == 409
    assert "Somebody has gone on from there" in answer.text
    assert rows(world) == before


def test_an_answered_wish_is_not_taken_back(world: World) -> None:
    """The action stands as it was: what went on is the wish."""
    sent = late_mail(world)
    assert send(world, sent, "ask_drop", text="No longer sold").status == 302
    with world.write() as cast:
        wish = db.session.scalars(sa.select(ChangeRequest)).one()
        wish.be_answered(False, by=cast.actor("tom"), at=NOW)
    assert send(world, sent, "undo").status == 409
    with world.read():
        assert db.session.scalars(sa.select(ChangeRequest)).one().granted is False


def test_a_wish_does_not_come_back_beside_a_newer_one(world: World) -> None:
    with world.write() as cast:
        case = CASES[NAMES.index("change_no")]
        action = case.make(cast)
        sent = mail(cast, case.to, (case.notice, action))
        action_id = action.id
    assert send(world, sent, "change_no").status == 302
    visit = world.sign_in("pia")
    page = f"/actions/{action_id}"
    again = {"version": 1, "reason": "Really not mine"}
    assert visit.post(f"{page}/hand-over-request", again, page=page).status == 302
    answer = send(world, sent, "undo")
    assert answer.status == 409
    assert "Something else has been asked for since" in answer.text


@pytest.mark.parametrize("answer", ["undo"])
def test_nothing_is_taken_back_where_nothing_was_said(world: World, answer: str) -> None:
    sent = late_mail(world)
    before = rows(world)
    assert send(world, sent, answer).status == 302
    assert rows(world) == before


def test_taken_back_twice_is_taken_back_once(world: World) -> None:
    sent = late_mail(world)
    send(world, sent, "move", day=SOON, text="The box is late")
    assert send(world, sent, "undo").status == 302
    before = rows(world)
    assert send(world, sent, "undo").status == 302
    assert rows(world) == before


def test_the_week_of_whoever_decides_is_empty_again(world: World) -> None:
    sent = late_mail(world)
    send(world, sent, "ask_drop", text="No longer sold")

    def waiting() -> int:
        with world.read() as cast:
            week = my_week(cast.actor("tom"), date(2026, 11, 16), OFFICE)
            return week["changes_to_decide"].total

    assert waiting() == 1
    send(world, sent, "undo")
    assert waiting() == 0


def test_the_other_persons_link_takes_nothing_back(world: World) -> None:
    with world.write() as cast:
        action = late(cast)
        mine = mail(cast, "pia", (Notice.overdue, action))
        theirs = mail(cast, "tom", (Notice.escalated, action))
    assert send(world, mine, "done").status == 302
    assert send(world, theirs, "undo", line=mine.line).status == 404
    assert send(world, theirs, "undo").status == 302
    with world.read():
        assert db.session.scalars(sa.select(Action)).one().status is Status.done
