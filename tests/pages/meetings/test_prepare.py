"""/meetings/<id>/prepare: what is asked of somebody before a meeting, and "All fine" in one tap."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.carry_over import cancel_meeting
from meetingtracker.models.department import Department
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.preparation import Preparation
from meetingtracker.models.series import Series
from meetingtracker.rules.states import Visibility
from tests.busy import Busy
from tests.cast import NOW
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, plan, propose, start


@pytest.fixture
def meeting(world: World) -> str:
    with world.write() as cast:
        return f"/meetings/{plan(cast).id}"


def prepared(world: World) -> list[str]:
    with world.read():
        rows = sa.select(Department.name).join(Preparation).order_by(Department.name)
        return list(db.session.scalars(rows))


def test_it_asks_what_the_person_has_to_answer_before_the_meeting(
    world: World, meeting: str
) -> None:
    with world.write() as cast:
        make = Busy(cast)
        late = make.action("Send the file", "sam", -2, by="sam").id
        make.action("Call the courier", "sam", 2, by="sam")
        make.action("After the meeting", "sam", 4, by="sam")
        make.action("Of others", "tom", -2, by="tom")
        make.action("Agree the time", "sam", 1, by="tom")  # proposed
        make.finish(make.action("Count", "tom", 1, by="tom", requested_by_id=None), by="tom")
        propose(cast, "Who pays for the data?", minutes=15)
        propose(cast, "Not of Sales", department_id=cast.department["Tech"], by=cast.actor("tom"))
    page = world.sign_in("sam").get(f"{meeting}/prepare")
    assert page.status == 200 and page.total == 3
    for words in ("3 things to look at", "Overdue", "Due before the meeting", "To accept",
                  "Call the courier", "Who pays for the data?", "number 1"):  # fmt: skip
        assert words in page.text, words
    for words in ("After the meeting", "Of others", "Not of Sales"):
        assert words not in page.text, words
    assert page.form(f"/actions/{late}/completion") == {
        "version": "1",
        "back": f"{meeting}/prepare",
    }
    assert {f"/actions/{late}/block", f"/actions/{late}/move"} <= set(page.links)
    assert f"/agenda/new?series={world.cast.series}" in page.links


def test_answering_there_leads_back(world: World, meeting: str) -> None:
    with world.write() as cast:
        late = Busy(cast).action("Send the file", "sam", -2, by="sam").id
    sam = world.sign_in("sam")
    form = sam.get(f"{meeting}/prepare").form(f"/actions/{late}/on-track")
    assert sam.post(f"/actions/{late}/on-track", form).location == f"{meeting}/prepare"


def test_all_fine_is_one_tap_and_counts_once(world: World, meeting: str) -> None:
    sam = world.sign_in("sam")
    page = sam.get(meeting)
    assert "0 of 4 departments prepared" in page.text and "Sam Reid" in page.text
    page = sam.get(f"{meeting}/prepare")
    assert page.total == 0 and "Nothing waits for you" in page.text
    assert page.has_form(f"{meeting}/preparation")
    for _ in range(2):  # a second tap changes nothing
        assert sam.post(f"{meeting}/preparation").location == meeting
    assert prepared(world) == ["Sales"]
    page = sam.get(f"{meeting}/prepare")
    assert not page.has_form(f"{meeting}/preparation") and "Prepared, 16 Nov" in page.text
    assert "1 of 4 departments prepared" in sam.get(meeting).text
    with world.read() as cast:
        event = db.session.scalars(sa.select(Event).filter_by(kind="preparation.said")).one()
        assert (event.actor_id, event.meeting_id) == (cast.person["sam"], int(meeting[10:]))


def test_the_deputy_says_it_for_the_department(world: World, meeting: str) -> None:
    world.sign_in("dina").post(f"{meeting}/preparation")
    assert prepared(world) == ["Tech"]
    assert not world.sign_in("tom").get(f"{meeting}/prepare").has_form(f"{meeting}/preparation")


def test_a_department_takes_part_whose_leader_or_deputy_is_invited(
    world: World, meeting: str
) -> None:
    def seat(*names: str) -> str:
        with world.write() as cast:
            series = db.session.get_one(Series, cast.series)
            people = frozenset(cast.person[name] for name in names)
            series.seat(people, by=cast.actor("ada"), at=NOW)
        return world.sign_in("maya").get(meeting).text

    assert "0 of 2 departments prepared" in seat("maya", "dina", "max")
    assert world.sign_in("sam").post(f"{meeting}/preparation").status == 403
    assert "departments prepared" not in seat("lea", "max")


@pytest.mark.parametrize("name", ["pia", "max", "lea", "ada"])
def test_whoever_leads_nothing_may_look_but_not_say_it(
    world: World, meeting: str, name: str
) -> None:
    visit = world.sign_in(name)
    page = visit.get(f"{meeting}/prepare")
    assert page.status == 200 and not page.has_form(f"{meeting}/preparation")
    assert visit.post(f"{meeting}/preparation").status == 403
    assert prepared(world) == []


def test_wrong_method_and_missing_ids(world: World, meeting: str) -> None:
    sam = world.sign_in("sam")
    assert sam.get(f"{meeting}/preparation").status == 405
    assert sam.post(f"{meeting}/prepare").status == 405
    assert sam.get("/meetings/999/prepare").status == 404
    assert sam.post("/meetings/999/preparation").status == 404


def test_a_meeting_that_one_may_not_see_is_not_there(world: World, meeting: str) -> None:
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.attendees, by=cast.actor("ada"), at=NOW)
    dina = world.sign_in("dina")
    assert dina.get(f"{meeting}/prepare").status == 404
    assert dina.post(f"{meeting}/preparation").status == 404
    assert "Prepare for" not in dina.get("/").text
    assert world.sign_in("sam").get(f"{meeting}/prepare").status == 200


def test_once_the_agenda_is_frozen_nobody_says_it_any_more(world: World, meeting: str) -> None:
    world.sign_in("maya").post(f"{meeting}/freeze")
    sam = world.sign_in("sam")
    page = sam.get(f"{meeting}/prepare")
    assert page.status == 200 and not page.has_form(f"{meeting}/preparation")
    answer = sam.post(f"{meeting}/preparation")
    assert answer.status == 409 and "The agenda is frozen" in answer.text
    assert prepared(world) == []
    assert "0 of 4 departments prepared" in sam.get(meeting).text


def test_of_a_meeting_that_has_begun_only_the_meeting_is_left(world: World, meeting: str) -> None:
    with world.write() as cast:
        start(cast, db.session.scalars(sa.select(Meeting)).one())
    assert world.sign_in("sam").get(f"{meeting}/prepare").location == meeting
    assert "departments prepared" not in world.sign_in("sam").get(meeting).text


def test_my_week_asks_whoever_has_not_prepared(world: World, meeting: str) -> None:
    for name, asked in (("sam", True), ("dina", True), ("pia", False), ("lea", False)):
        page = world.sign_in(name).get("/")
        assert ("Prepare for Thu 19 Nov" in page.text) is asked, name
        assert (f"{meeting}/prepare" in page.links) is asked, name
    sam = world.sign_in("sam")
    sam.post(f"{meeting}/preparation")
    assert "Prepare for" not in sam.get("/").text


@pytest.mark.parametrize("what", ["frozen", "cancelled", "far"])
def test_my_week_does_not_ask_for_what_nobody_prepares(world: World, what: str) -> None:
    with world.write() as cast:
        row = plan(cast, THURSDAY + WEEK if what == "far" else THURSDAY)
        if what == "frozen":
            row.freeze(by=cast.actor("maya"), at=NOW)
        if what == "cancelled":
            cancel_meeting(row, reason="strike", by=cast.actor("maya"), at=NOW)
    assert "Prepare for" not in world.sign_in("sam").get("/").text
