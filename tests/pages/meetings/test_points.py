"""Priority points and pulls: off by default, secret until the agenda is frozen, then they count."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.carry_over import cancel_meeting
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.priority_point import PriorityPoint
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Ask
from tests.busy import Busy
from tests.cast import NOW, Cast
from tests.conftest import World
from tests.meetings import plan, propose
from tests.page import lasting
from tests.pages.meetings.test_show import order

TITLES = ("One", "Two", "Three", "Four")


def switch(cast: Cast, **on: bool) -> None:
    row = db.session.get_one(Series, cast.series)
    row.change(by=cast.actor("maya"), at=NOW, **on)


@pytest.fixture
def meeting(world: World) -> str:
    with world.write() as cast:
        switch(cast, gives_points=True, allows_pulls=True)
        row = plan(cast)
        for title in TITLES:
            propose(cast, title)
        return f"/meetings/{row.id}"


def items(world: World) -> dict[str, int]:
    with world.read():
        return dict(db.session.execute(sa.select(AgendaItem.title, AgendaItem.id)).all())


def give(world: World, meeting: str, name: str, title: str, points: int) -> int:
    fields = {"item": items(world)[title], "points": points}
    return world.sign_in(name).post(f"{meeting}/points", fields).status


def stored(world: World) -> dict[int, int]:
    with world.read():
        rows = db.session.execute(sa.select(PriorityPoint.item_id, PriorityPoint.points))
        return dict(rows.all())


def test_three_points_in_all_and_back_again(world: World, meeting: str) -> None:
    ids, sam = items(world), world.sign_in("sam")
    page = sam.get(f"{meeting}/prepare")
    assert "3 points left" in page.text
    assert page.form(f"{meeting}/points") == {"item": str(ids["One"]), "points": "-1"}
    for title, points in (("One", 1), ("One", 2), ("One", 2), ("Two", 1)):  # one tap came twice
        assert give(world, meeting, "sam", title, points) == 302
    assert "0 points left" in sam.get(f"{meeting}/prepare").text
    refused = sam.post(f"{meeting}/points", {"item": ids["Three"], "points": 1})
    assert refused.status == 409 and "You have 3 points in all" in refused.text
    assert stored(world) == {ids["One"]: 2, ids["Two"]: 1}
    assert give(world, meeting, "sam", "One", 0) == 302
    assert give(world, meeting, "sam", "Three", 2) == 302
    assert stored(world) == {ids["One"]: 0, ids["Two"]: 1, ids["Three"]: 2}
    for points in (-1, 4):
        assert give(world, meeting, "sam", "Four", points) == 409


def test_nobody_else_sees_them_before_the_freeze(world: World, meeting: str) -> None:
    """Neither pages, the order, the history nor the API tell of them, whoever asks."""
    visits = {name: world.sign_in(name) for name in ("maya", "ada", "lea", "tom")}
    paths = (meeting, f"{meeting}/prepare", "/audit", "/agenda")
    asked = [(name, path) for name in visits for path in paths]
    before = {(name, path): lasting(visits[name].get(path).text) for name, path in asked}
    with world.read():
        told = db.session.scalar(sa.select(sa.func.count(Event.id)))
        revision = db.session.scalar(sa.select(Meeting.revision))
    for title in ("Four", "Three"):
        assert give(world, meeting, "sam", title, 1) == 302
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Event.id))) == told
        assert db.session.scalar(sa.select(Meeting.revision)) == revision
    for name, path in asked:
        assert lasting(visits[name].get(path).text) == before[name, path], (name, path)
    visits["maya"].post(f"{meeting}/order")
    assert order(world) == list(TITLES)


def test_at_the_freeze_they_count_and_are_shown_as_a_number(world: World, meeting: str) -> None:
    for name, title, points in (("sam", "Four", 2), ("tom", "Four", 1), ("tom", "Two", 1)):
        give(world, meeting, name, title, points)
    world.sign_in("maya").post(f"{meeting}/freeze")
    assert order(world) == ["Four", "Two", "One", "Three"]
    page = world.sign_in("pia").get(meeting)
    assert "3 points" in page.text and "1 point<" in page.text
    assert "point left" not in world.sign_in("sam").get(f"{meeting}/prepare").text
    assert give(world, meeting, "sam", "One", 1) == 409


def test_an_order_made_by_hand_stands_at_the_freeze(world: World, meeting: str) -> None:
    maya = world.sign_in("maya")
    with world.read():
        last = db.session.scalar(sa.select(Placement.id).order_by(Placement.position.desc()))
    maya.post(f"{meeting}/placements/{last}/position", {"direction": "up"})
    give(world, meeting, "sam", "Two", 3)
    maya.post(f"{meeting}/freeze")
    assert order(world) == ["One", "Two", "Four", "Three"]
    maya.post(f"{meeting}/order")  # now it is asked for
    assert order(world)[0] == "Two"


def test_without_a_freeze_they_count_when_it_starts(world: World, meeting: str) -> None:
    give(world, meeting, "sam", "Three", 1)
    world.sign_in("maya").post(f"{meeting}/start")
    assert order(world)[0] == "Three"
    with world.read():
        row = db.session.scalars(sa.select(Meeting)).one()
        current = db.session.get_one(Placement, row.current_placement_id)
        assert current.item.title == "Three"


def test_they_stay_secret_when_the_meeting_does_not_happen(world: World, meeting: str) -> None:
    give(world, meeting, "sam", "Three", 1)
    with world.write() as cast:
        row = db.session.scalars(sa.select(Meeting)).one()
        cancel_meeting(row, reason="strike", by=cast.actor("maya"), at=NOW)
    assert "1 point" not in world.sign_in("maya").get(meeting).text


def test_who_may_give_points(world: World, meeting: str) -> None:
    for name, status in (("sam", 302), ("dina", 302), ("lea", 302), ("maya", 302), ("pia", 403),
                         ("ada", 403), ("max", 403)):  # fmt: skip
        assert give(world, meeting, name, "One", 1) == status, name
        page = world.sign_in(name).get(f"{meeting}/prepare")
        assert page.has_form(f"{meeting}/points") is (status == 302), name


def test_off_unless_the_series_wants_them(world: World, meeting: str) -> None:
    with world.write() as cast:
        switch(cast, gives_points=False, allows_pulls=False)
    lea = world.sign_in("lea")
    page = lea.get(f"{meeting}/prepare")
    assert "What matters most?" not in page.text
    assert give(world, meeting, "lea", "One", 1) == 409
    assert lea.post(f"{meeting}/pull", {"item": items(world)["Two"]}).status == 409
    assert (stored(world), order(world)) == ({}, list(TITLES))


def test_the_switches_stand_in_the_form_of_the_series(world: World) -> None:
    address = f"/meetings/series/{world.cast.series}/edit"
    maya = world.sign_in("maya")
    with world.read() as cast:
        row = db.session.get_one(Series, cast.series)
        assert (row.gives_points, row.allows_pulls) == (False, False)
    form = maya.get(address).form(address) | {
        "weekday": "4", "visibility": "company", "owner": world.cast.person["maya"],
        "gives_points": "y", "allows_pulls": "y",
    }  # fmt: skip
    form.pop("approves", None)
    assert maya.post(address, form).status == 302
    with world.read() as cast:
        row = db.session.get_one(Series, cast.series)
        assert (row.gives_points, row.allows_pulls, row.approves) == (True, True, False)


def test_bad_input_and_what_one_may_not_read(world: World, meeting: str) -> None:
    with world.write() as cast:
        secret = Busy(cast).issue("Secret", "Support", "Tech", by="noor", confidential=True)
        propose(cast, "About the secret", issue_id=secret.id, by=cast.actor("noor"))
    ids, sam, lea = items(world), world.sign_in("sam"), world.sign_in("lea")
    assert "About the secret" not in sam.get(f"{meeting}/prepare").text
    assert "About the secret" in lea.get(f"{meeting}/prepare").text
    for item in (ids["About the secret"], 999, "x"):
        assert sam.post(f"{meeting}/points", {"item": item, "points": 1}).status == 404
    assert sam.post(f"{meeting}/points", {"item": ids["One"], "points": "x"}).status == 400
    assert sam.post("/meetings/999/points", {"item": ids["One"], "points": 1}).status == 404
    assert lea.post("/meetings/999/pull", {"item": ids["One"]}).status == 404
    assert lea.post(f"{meeting}/pull", {"item": 999}).status == 404
    for path in ("points", "pull"):
        assert sam.get(f"{meeting}/{path}").status == 405


def test_an_executive_puts_one_item_on_top(world: World, meeting: str) -> None:
    ids, lea = items(world), world.sign_in("lea")
    with world.write() as cast:
        late = Busy(cast).action("Overdue", "pia", -3, by="tom")
        propose(cast, "Overdue", ask=Ask.VERDICT, minutes=1, action_id=late.id)
    world.sign_in("maya").post(f"{meeting}/order")
    for title in ("Three", "Four"):
        assert lea.post(f"{meeting}/pull", {"item": ids[title]}).location == f"{meeting}/prepare"
    assert order(world) == ["Overdue", "Four", "Three", "One", "Two"]
    assert world.sign_in("pia").get(meeting).text.count("for Lea Novak") == 1
    world.sign_in("maya").post(f"{meeting}/order")
    assert order(world) == ["Overdue", "Four", "One", "Two", "Three"]
    with world.read() as cast:
        kinds = sa.select(Event.kind, Event.actor_id).where(Event.kind.in_(
            ("placement.pulled", "placement.let_go")
        )).order_by(Event.id)  # fmt: skip
        by = cast.person["lea"]
        assert [tuple(row) for row in db.session.execute(kinds)] == [
            ("placement.pulled", by), ("placement.let_go", by), ("placement.pulled", by),
        ]  # fmt: skip
    assert lea.post(f"{meeting}/pull").status == 302
    assert "for Lea Novak" not in world.sign_in("pia").get(meeting).text
    overdue = items(world)["Overdue"]
    assert lea.post(f"{meeting}/pull", {"item": overdue}).status == 409


@pytest.mark.parametrize("name", ["sam", "maya", "ada", "pia"])
def test_only_executives_pull(world: World, meeting: str, name: str) -> None:
    visit = world.sign_in(name)
    assert visit.post(f"{meeting}/pull", {"item": items(world)["Four"]}).status == 403
    assert not visit.get(f"{meeting}/prepare").has_form(f"{meeting}/pull")
    assert order(world) == list(TITLES)


def test_every_move_of_the_order_is_in_the_history(world: World, meeting: str) -> None:
    """By hand, as proposed, by points and by a pull: replayed, the events give the order."""
    maya, lea = world.sign_in("maya"), world.sign_in("lea")
    lea.post(f"{meeting}/pull", {"item": items(world)["Three"]})
    give(world, meeting, "sam", "Four", 3)
    maya.post(f"{meeting}/freeze")
    with world.read():
        last = db.session.scalar(sa.select(Placement.id).order_by(Placement.position.desc()))
    maya.post(f"{meeting}/placements/{last}/position", {"direction": "top"})
    with world.read():
        stands = dict(db.session.execute(sa.select(Placement.id, Placement.position)).all())
        replayed = {}
        events = sa.select(Event).filter_by(subject_type="placement").order_by(Event.id)
        for event in db.session.scalars(events):
            if "position" in event.changes:
                replayed[event.subject_id] = event.changes["position"][1]
        assert replayed == stands
    assert order(world) == ["Two", "Three", "Four", "One"]
