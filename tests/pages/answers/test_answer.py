"""Answering from a mail: each answer, who may not, what has moved on, what is typed badly."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.event import Event
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.states import Status
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.models.test_rebuild import rebuilt_wrongly
from tests.page import Page, lasting
from tests.pages.answers.cases import CASES, NAMES, SOON, Case, late
from tests.pages.answers.digests import Mail, mail
from tests.pages.answers.test_show import late_mail, rows


def send(world: World, sent: Mail, answer: str, **fields: Any) -> Page:
    """From a browser that has seen nothing before: no session, no cookie, no other token."""
    data = {"line": fields.pop("line", sent.line), "answer": answer, **fields}
    client = world.app.test_client()
    return Page(client.post(sent.path, data=data), sent.path)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_each_answer_does_what_it_says(world: World, case: Case) -> None:
    with world.write() as cast:
        thing = case.make(cast)
        sent = mail(cast, case.to, (case.notice, thing))
        noun, thing_id, last = type(thing), thing.id, _last_event()
    answer = send(world, sent, case.reply, **case.typed(world.cast))
    assert answer.status == 302, answer.text
    assert answer.location == f"{sent.path}#line-{sent.line}"
    with world.read() as cast:
        row = db.session.get_one(noun, thing_id)
        assert {name: getattr(row, name) for name in case.then} == case.then
        line = db.session.get_one(DigestLine, sent.line)
        assert (line.answer, line.answered_version) == (case.reply, row.version)
        assert line.answered_at is not None
        did = db.session.scalars(sa.select(Event.actor_id).where(Event.id > last))
        assert set(did) == {cast.person[case.to]}
        assert rebuilt_wrongly(db.session) == []
    page = world.stranger().get(sent.path)
    assert case.reply.said.replace("'", "&#39;") in page.text
    assert "Undo" in page.text


def _last_event() -> int:
    return db.session.scalar(sa.select(sa.func.max(Event.id))) or 0


def test_pressed_twice_it_is_done_once(world: World) -> None:
    sent = late_mail(world)
    assert send(world, sent, "done").status == 302
    before = rows(world)
    assert send(world, sent, "done").status == 302
    assert rows(world) == before


# --- who may not ------------------------------------------------------------------------------


def test_a_link_is_for_its_own_lines_alone(world: World) -> None:
    with world.write() as cast:
        mine = mail(cast, "pia", (Notice.overdue, late(cast)))
        other = mail(cast, "pia", (Notice.overdue, late(cast)))
        theirs = mail(cast, "max", (Notice.overdue, late(cast, "max", "sam")))
    before = rows(world)
    never = Page(world.app.test_client().post("/a/guess", data={"line": 1, "answer": "done"}), "")
    for line in (other.line, theirs.line, 999_999, "x", "", "1e3", "9" * 40):
        answer = send(world, mine, "done", line=line)
        assert (answer.status, lasting(answer.text)) == (404, lasting(never.text)), line
    assert rows(world) == before


@pytest.mark.parametrize(
    ("to", "answer"),
    [("pia", "verify"), ("pia", "drop"), ("pia", "hand_over"), ("max", "done"), ("max", "move"),
     ("pia", "confirm"), ("pia", "date_yes"), ("sam", "on_track"), ("lea", "done")],
)  # fmt: skip
def test_only_what_the_person_may_do_is_done(world: World, to: str, answer: str) -> None:
    """Whatever the mail was about: the predicates of the pages are asked."""
    sent = late_mail(world, to)
    before = rows(world)
    got = send(world, sent, answer, text="why", day=SOON, person=world.cast.person["dina"])
    assert got.status == 403
    assert rows(world) == before


# --- what has moved on ------------------------------------------------------------------------


def _move(action: Action, cast: Cast) -> None:
    action.move_due(to=TODAY, reason="agreed", by=cast.actor("tom"), at=NOW)


def _close(action: Action, cast: Cast) -> None:
    action.complete(by=cast.actor("tom"), at=NOW, on=TODAY)


def _drop(action: Action, cast: Cast) -> None:
    action.cancel(reason="No longer", by=cast.actor("tom"), at=NOW)


def _give(action: Action, cast: Cast) -> None:
    hand_over(action, cast.person["dina"], reason="Hers", by=cast.actor("tom"), at=NOW)


@pytest.mark.parametrize("happens", [_move, _close, _drop, _give])
def test_a_dead_line_changes_nothing_and_says_so(world: World, happens: Any) -> None:
    with world.write() as cast:
        action = late(cast)
        sent = mail(cast, "pia", (Notice.overdue, action))
        happens(action, cast)
    before = rows(world)
    answer = send(world, sent, "on_track", text="nearly")
    assert answer.status == 409
    assert "This has moved on since the mail was written, so nothing was changed." in answer.text
    assert rows(world) == before


def test_a_page_that_is_older_than_the_thing_gives_both_back(world: World) -> None:
    with world.write() as cast:
        action = late(cast)
        sent = mail(cast, "pia", (Notice.overdue, action))
        action_id = action.id
    visit = world.stranger()
    form = next(f for f in visit.get(sent.path).forms if f.get("answer") == "move")
    with world.write() as cast:
        row = db.session.get_one(Action, action_id)
        row.answer_on_track(note="half of it", by=cast.actor("tom"), at=NOW)
    before = rows(world)
    typed = {"line": form["line"], "answer": "move", "version": form["version"]}
    answer = visit.post(sent.path, typed | {"day": SOON, "text": "The box is late"})
    assert answer.status == 409
    assert "This has changed since you opened it" in answer.text
    assert "The box is late" in answer.text
    assert rows(world) == before
    again = next(f for f in answer.forms if f.get("answer") == "move")
    assert visit.post(sent.path, again).status == 302


# --- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "fields", "says"),
    [
        ("move", {"day": TODAY - timedelta(days=1), "text": "kept words"}, "That day has passed"),
        ("move", {"day": TODAY - timedelta(days=2), "text": "kept words"}, "That day has passed"),
        ("move", {"day": "31.12.", "text": "kept words"}, "Give a date like"),
        ("move", {"day": "", "text": "kept words"}, "Give the new date"),
        ("move", {"day": SOON, "text": " "}, "Give the reason"),
        ("block", {"text": "kept words", "day": SOON, "person": 999_999}, "Choose one of"),
        ("block", {"text": "", "day": SOON}, "Say what is needed"),
        ("block", {"text": "kept words"}, "Say when you will look again"),
        ("block", {"text": "kept words", "day": SOON, "person": "pia"}, "Nobody waits for"),
        ("block", {"text": "kept words", "day": SOON, "person": "sam", "department": "Tech"},
         "Name one blocker"),
        ("ask_over", {"text": "kept words", "person": "pia"}, "It is theirs already"),
        ("ask_over", {"text": "", "person": "dina"}, "Give the reason"),
        ("ask_drop", {"text": "w" * 501}, "At most 500"),
        ("on_track", {"text": "w" * 256}, "At most 255"),
    ],
)  # fmt: skip
def test_bad_input_is_shown_beside_what_was_typed(
    world: World, answer: str, fields: dict[str, Any], says: str
) -> None:
    sent = late_mail(world)
    before = rows(world)
    named = {"person": world.cast.person, "department": world.cast.department}
    typed = {k: named[k].get(v, v) if k in named else v for k, v in fields.items()}
    got = send(world, sent, answer, **typed)
    assert got.status == 422
    assert says in got.text
    assert says in got.errors
    if "kept words" in fields.values():
        assert 'value="kept words"' in got.text
    assert rows(world) == before


@pytest.mark.parametrize("answer", ["", "x", "Done", "done\0", None])
def test_an_answer_that_is_none(world: World, answer: str | None) -> None:
    sent = late_mail(world)
    before = rows(world)
    data = {"line": sent.line} | ({} if answer is None else {"answer": answer})
    got = Page(world.app.test_client().post(sent.path, data=data), sent.path)
    assert got.status == 422
    assert "Choose one of the offered answers." in got.text
    assert rows(world) == before


def test_a_second_wish_while_the_first_waits(world: World) -> None:
    sent = late_mail(world)
    assert send(world, sent, "ask_drop", text="No longer sold").status == 302
    answer = send(world, sent, "ask_over", text="I am full")
    assert answer.status == 422
    assert "That has been asked for already" in answer.text


def test_the_second_move_is_asked_for(world: World) -> None:
    with world.write() as cast:
        action = late(cast)
        action.move_due(to=TODAY, reason="once", by=cast.actor("pia"), at=NOW)
        sent = mail(cast, "pia", (Notice.due_today, action))
        action_id = action.id
    fields = {"day": SOON, "text": "The box is late"}
    assert send(world, sent, "move", **fields).status == 403
    assert send(world, sent, "ask_date", **fields).status == 302
    with world.read():
        row = db.session.get_one(Action, action_id)
        assert (row.due_on, row.moves, row.status) == (TODAY, 1, Status.open)
    assert "You asked for another date." in world.stranger().get(sent.path).text


def test_a_wrong_method_is_none_of_its_ways(world: World) -> None:
    sent = late_mail(world)
    client = world.app.test_client()
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.open(sent.path, method=method).status_code == 405
