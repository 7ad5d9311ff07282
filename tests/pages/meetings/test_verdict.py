"""/meetings/<id>/placements/<id>/verdict: an overdue promise before everyone's eyes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueChange
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.alert import Alert
from meetingtracker.models.comment import Comment
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.ladder import MEETING, AlertAnswer
from meetingtracker.rules.states import Status
from meetingtracker.worker import followup
from tests.busy import DAY, Busy
from tests.cast import NOW, TODAY
from tests.conftest import Visit, World
from tests.meetings import plan, propose, standing
from tests.queries import queries

TITLE = "Write the price list"


class Room:
    """A live meeting whose agenda holds one overdue promise of pia's, brought by its start."""

    def __init__(self, world: World, *, moves: int = 0, secret: bool = False) -> None:
        self.world = world
        with world.write() as cast:
            make = Busy(cast)
            about = (
                make.issue("Secret", "Sales", "Tech", by="sam", confidential=True)
                if secret
                else None
            )
            action = make.action(
                TITLE, "pia", -4, by="tom" if secret else "lea", issue=about, promised=30
            )
            for n in range(moves):
                make.move(action, n - 2, by="lea")
            self.action, self.meeting = action.id, plan(cast, TODAY).id
        self.url = f"/meetings/{self.meeting}"
        self.maya = world.sign_in("maya")
        answer = self.maya.post(f"{self.url}/start", page=self.url)
        assert answer.location == f"{self.url}/room"
        with world.read():
            (self.place,) = [p.id for p in standing(db.session.get_one(Meeting, self.meeting))]
        self.post_to = f"{self.url}/placements/{self.place}/verdict"

    def answer(self, answer: str, visit: Visit | None = None, **fields: object) -> int:
        visit = visit or self.maya
        page = self.maya.get(f"{self.url}/room?item={self.place}")
        version = page.form(self.post_to)["version"] if page.has_form(self.post_to) else "1"
        sent = {"version": version, "answer": answer, **fields}
        self.answered = visit.post(self.post_to, sent)
        return self.answered.status

    def found(self) -> tuple[Action, Placement]:
        action = db.session.get_one(Action, self.action)
        return action, db.session.get_one(Placement, self.place)

    def alert(self) -> Alert:
        alert = db.session.scalar(sa.select(Alert).filter_by(level=MEETING))
        assert alert is not None
        return alert


def test_it_says_what_was_promised_and_what_came_of_it(world: World) -> None:
    room = Room(world, moves=1)
    page = room.maya.get(f"{room.url}/room")
    assert "overdue" in page.flags and "2 days late" in page.text
    assert "Pia Lund" in page.text and "the supplier is late" in page.text
    assert "before the meeting" in page.text
    reader = world.sign_in("noor").get(f"{room.url}/room")
    assert "2 days late" in reader.text and not reader.has_form(room.post_to)


def test_done_is_one_tap(world: World) -> None:
    room = Room(world)
    assert room.answer("done") == 302
    assert room.answered.location == f"{room.url}/room"
    with world.read():
        action, place = room.found()
        assert (action.status, action.done_on) == (Status.done, TODAY)
        assert (place.outcome, place.outcome_reason) == (
            Outcome.RESOLVED, f"Action {action.id}, Pia Lund: done",
        )  # fmt: skip
        assert room.alert().answered_at is None
    page = room.maya.get(f"{room.url}/room")
    assert not page.has_form(room.post_to) and "Resolved" in page.text


def test_a_new_date_with_its_reason(world: World) -> None:
    room = Room(world)
    to = TODAY + 7 * DAY
    assert room.answer("new_date", due_on=to.isoformat(), reason="The printer is booked") == 302
    with world.read():
        action, place = room.found()
        assert (action.due_on, action.moves) == (to, 1)
        move = db.session.scalars(sa.select(DueChange)).one()
        assert (move.reason, move.meeting_id) == ("The printer is booked", room.meeting)
        assert place.outcome is Outcome.DECIDED
        assert place.outcome_reason == (
            f"Action {action.id}, Pia Lund: new date {to}, was {TODAY - 4 * DAY}"
            " — The printer is booked"
        )
        assert room.alert().answer is AlertAnswer.new_plan


def test_somebody_else_takes_it_at_once_if_they_are_here(world: World) -> None:
    room = Room(world)
    max_id = world.cast.person["max"]
    room.maya.post(f"{room.url}/attendance", {"person": max_id, "presence": "present"})
    assert room.answer("other_owner", person=max_id, reason="Pia is in the shop") == 302
    with world.read():
        action, place = room.found()
        assert (action.owner_id, action.status) == (max_id, Status.open)
        assert "goes to Max Stern" in (place.outcome_reason or "")
        event = db.session.scalars(sa.select(Event).filter_by(kind="action.handed_over")).one()
        assert event.meeting_id == room.meeting
        assert room.alert().answer is AlertAnswer.other_owner


def test_who_is_absent_must_accept_first(world: World) -> None:
    room = Room(world)
    assert room.answer("other_owner", person=world.cast.person["max"], reason="Busy") == 302
    with world.read():
        assert room.found()[0].status is Status.proposed


def test_drop_with_a_reason(world: World) -> None:
    room = Room(world)
    assert room.answer("drop", reason="Nobody reads it") == 302
    with world.read():
        action, place = room.found()
        assert (action.status, action.cancel_reason) == (Status.cancelled, "Nobody reads it")
        assert place.outcome is Outcome.DECIDED
        assert room.alert().answer is AlertAnswer.dropped


@pytest.mark.parametrize("answer", ["help", "stays"])
def test_help_and_a_word_stand_on_the_promise(world: World, answer: str) -> None:
    room = Room(world)
    person = world.cast.person["tom"] if answer == "help" else ""
    assert room.answer(answer, person=person, reason="Half of the prices") == 302
    with world.read():
        action, place = room.found()
        assert (action.status, action.due_on) == (Status.open, TODAY - 4 * DAY)
        said = db.session.scalars(sa.select(Comment)).one()
        helps = "Tom Becker: Half of the prices"
        assert (said.action_id, said.text) == (
            action.id, helps if person else "Half of the prices",
        )  # fmt: skip
        assert place.outcome is Outcome.DECIDED
        assert room.alert().answer is AlertAnswer(answer if person else "keep")
    assert "Half of the prices" in world.sign_in("pia").get(f"/actions/{room.action}").text


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        ("new_date", {"due_on": "", "reason": "x"}),
        ("new_date", {"due_on": "2026-11-15", "reason": "x"}),
        ("new_date", {"due_on": "2026-12-01", "reason": " "}),
        ("new_date", {"due_on": "soon", "reason": "x"}),
        ("other_owner", {"person": "", "reason": "x"}),
        ("other_owner", {"person": "7", "reason": "x"}),  # it is theirs
        ("other_owner", {"person": "11", "reason": "x"}),  # has left
        ("drop", {"reason": ""}),
        ("help", {"person": "2", "reason": ""}),
        ("help", {"person": "", "reason": "x"}),
        ("stays", {"reason": ""}),
        ("stays", {"reason": "x" * 201}),
        ("poem", {"reason": "x"}),
    ],
)
def test_what_is_missing_is_said_and_changes_nothing(
    sqlite_world: World, answer: str, fields: dict[str, object]
) -> None:
    room = Room(sqlite_world)
    assert sqlite_world.cast.person["pia"] == 7 and sqlite_world.cast.person["gone"] == 11
    assert room.answer(answer, **fields) == 422
    if answer != "poem":
        assert room.answered.errors
    with sqlite_world.read():
        action, place = room.found()
        assert (action.status, action.moves, place.outcome) == (Status.open, 0, None)
        assert room.alert().answered_at is None


def test_what_changed_meanwhile_comes_back_with_what_was_typed(world: World) -> None:
    room = Room(world)
    with world.write() as cast:
        Busy(cast).move(db.session.get_one(Action, room.action), -1, by="lea")
    fields = {"answer": "drop", "reason": "Nobody reads it", "version": "1"}
    answer = room.maya.post(room.post_to, fields)
    assert answer.status == 409
    assert 'value="Nobody reads it"' in answer.text and "changed it meanwhile" in answer.text
    assert room.answer("drop", reason="Nobody reads it") == 302
    assert room.answer("stays", reason="after all") == 409  # it is dropped


def test_the_third_date_is_for_executives(world: World) -> None:
    room = Room(world, moves=2)
    page = room.maya.get(f"{room.url}/room")
    assert "only an executive decides another date" in page.text
    to = (TODAY + DAY).isoformat()
    assert room.answer("new_date", due_on=to, reason="x") == 403
    with world.write() as cast:
        meeting = db.session.get_one(Meeting, room.meeting)
        meeting.facilitate(cast.person["lea"], by=cast.actor("lea"), at=NOW)
    room.maya = world.sign_in("lea")
    assert room.answer("new_date", due_on=to, reason="x") == 302


def test_who_may_not(world: World) -> None:
    room = Room(world)
    for name in ("pia", "sam", "lea", "ada"):
        assert room.answer("done", world.sign_in(name)) == 403, name
    assert world.sign_in("maya").get(room.post_to).status == 405
    assert room.maya.post(f"{room.url}/placements/999/verdict").status == 404
    with world.write() as cast:
        meeting = db.session.get_one(Meeting, room.meeting)
        propose(cast, "A topic")
        item = db.session.scalars(sa.select(AgendaItem).filter_by(action_id=None)).one()
        other = Placement.create(
            "placement.made", by=cast.actor("maya"), at=NOW, meeting_id=meeting.id,
            item_id=item.id, position=9, minutes=5, late=True,
        ).id  # fmt: skip
    assert room.maya.post(f"{room.url}/placements/{other}/verdict").status == 404


def test_its_owner_cannot_take_it_off_the_agenda(world: World) -> None:
    room = Room(world)
    with world.read():
        item = room.found()[1].item_id
    pia = world.sign_in("pia")  # presents it, as its owner
    assert not pia.get(f"/agenda/{item}").has_form(f"/agenda/{item}/withdrawal")
    fields = {"reason": "No time", "version": "1"}
    assert pia.post(f"/agenda/{item}/withdrawal", fields).status == 403
    assert pia.get(f"/agenda/{item}/edit").status == 403


def test_a_confidential_promise_is_for_who_may_read_it(world: World) -> None:
    room = Room(world, secret=True)
    assert TITLE in room.maya.get(f"{room.url}/room").text  # she runs it
    page = world.sign_in("noor").get(f"{room.url}/room")
    assert TITLE not in page.text and "overdue" not in page.flags
    for path in (room.url, "/agenda", "/agenda?show=verdicts"):
        assert TITLE not in world.sign_in("noor").get(path).text
    assert room.answer("stays", reason="Quietly") == 302
    assert "Quietly" not in world.sign_in("noor").get(f"{room.url}/room").text


def test_the_minutes_say_it_in_one_line_and_nothing_is_missing(world: World) -> None:
    room = Room(world)
    room.answer("stays", reason="The shop comes first")
    room.maya.post(f"{room.url}/wrap-up")
    page = room.maya.get(f"{room.url}/close")
    assert "nothing is written down" not in page.text
    line = f"Decided: Action {room.action}, Pia Lund: stays as it is, due 2026-11-12"
    assert line in page.text and "The shop comes first" in page.text


def test_the_meeting_says_how_many_wait_and_opens_them(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        for n in (1, 2):
            make.action(f"Late {n}", "pia", -7 - n, promised=30)
        propose(cast, "A topic")
        meeting_id = plan(cast).id
    for days in (-5, -3):
        with world.app.app_context():
            followup.run(NOW + timedelta(days=days), mailing=False)
    maya = world.sign_in("maya")
    page = maya.get(f"/meetings/{meeting_id}")
    (address,) = [a for a in page.counts if "show=verdicts" in a]
    listed = maya.get(address)
    assert page.counts[address] == listed.total == 2
    assert listed.flags == page.flags == ["overdue", "overdue"]
    assert "9 days late" in page.text and "A topic" not in listed.text
    assert maya.get("/agenda").text.count("overdue verdicts") == 1
    maya.post(f"/meetings/{meeting_id}/freeze")
    page = maya.get(f"/meetings/{meeting_id}")
    assert "Overdue verdicts" in page.text and not [a for a in page.counts if "verdicts" in a]


def test_ten_verdicts_cost_the_room_no_more_queries_than_one(sqlite_world: World) -> None:
    room = Room(sqlite_world)

    def cost() -> int:
        with sqlite_world.app.app_context():
            engine = db.engine
        with queries(engine) as seen:
            room.maya.get(f"{room.url}/room")
        return len(seen)

    few = cost()
    with sqlite_world.write() as cast:
        meeting = db.session.get_one(Meeting, room.meeting)
        for n in range(9):
            late = Busy(cast).action(f"Late {n}", "pia", -3)
            item = propose(cast, late.title, action_id=late.id, ask="verdict", minutes=1)
            Placement.create(
                "placement.made", by=cast.actor("maya"), at=NOW, meeting_id=meeting.id,
                item_id=item.id, position=9 + n, minutes=1, late=True,
            )  # fmt: skip
    assert cost() == few
