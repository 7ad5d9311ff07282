"""/agenda: proposing, an item's life, changing and withdrawing it."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome, Verdict
from meetingtracker.rules.states import Visibility
from tests.cast import NOW, TODAY
from tests.conftest import Visit, World
from tests.meetings import THURSDAY, WEEK, hold, plan, propose


def proposal(visit: Visit, query: str = "") -> dict[str, object]:
    page = visit.get(f"/agenda/new{query}")
    return {**page.form("/agenda/new"), "ask": "decide", "title": "Labels print wrong"}


def fields(world: World, visit: Visit, query: str = "") -> dict[str, object]:
    return proposal(visit, query) | {"department": world.cast.department["Tech"]}


def test_proposing_takes_one_short_form(world: World) -> None:
    with world.write() as cast:
        plan(cast)
    pia = world.sign_in("pia")
    address = pia.post("/agenda/new", fields(world, pia)).location
    page = pia.get(address)
    assert "Labels print wrong" in page.text and "Stands on" in page.text
    with world.read() as cast:
        item = db.session.scalars(sa.select(AgendaItem)).one()
        assert item.created_by_id == cast.person["pia"] and not item.in_pool


def test_an_issue_is_prefilled_but_only_one_that_may_be_seen(world: World) -> None:
    with world.write() as cast:
        values = {"by": cast.actor("noor"), "at": NOW, "on": TODAY}
        support = cast.department["Support"]
        known = raise_issue(title="Open one", raising_department_id=support, **values).id
        secret = raise_issue(
            title="Secret one", raising_department_id=support, confidential=True, **values
        ).id
    sam = world.sign_in("sam")
    page = sam.get(f"/agenda/new?issue={known}")
    assert 'value="Open one"' in page.text
    prefilled = fields(world, sam, f"?issue={known}") | {"issue": known}
    assert "#" in sam.get(sam.post("/agenda/new", prefilled).location).text
    assert sam.get(f"/agenda/new?issue={secret}").status == 404
    assert sam.get("/agenda/new?issue=999").status == 404
    assert sam.post("/agenda/new", prefilled | {"issue": secret}).status == 404
    assert world.sign_in("noor").get(f"/agenda/new?issue={secret}").status == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""}, {"title": "x" * 256}, {"ask": "sing"}, {"ask": "verdict"},
        {"minutes": "0"}, {"minutes": "241"}, {"minutes": "ten"}, {"department": "999"},
        {"presenter": "999"}, {"series": "999"}, {"description": "x" * 10_001},
    ],
)  # fmt: skip
def test_bad_input_comes_back(world: World, bad: dict[str, str]) -> None:
    sam = world.sign_in("sam")
    answer = sam.post("/agenda/new", fields(world, sam) | bad)
    assert answer.status == 422
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(AgendaItem.id))) == 0


def test_a_hidden_series_takes_nothing_and_shows_nothing(world: World) -> None:
    with world.write() as cast:
        item_id = propose(cast).id
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.attendees, by=cast.actor("ada"), at=NOW)
    pia = world.sign_in("pia")
    assert pia.get(f"/agenda/{item_id}").status == 404
    assert pia.get(f"/agenda/{item_id}/edit").status == 404
    answer = pia.post(
        "/agenda/new", {"title": "x", "ask": "decide", "minutes": "5", "version": "0",
                        "department": world.cast.department["Tech"], "series": world.cast.series},
    )  # fmt: skip
    assert answer.status == 422


def test_the_life_of_an_item_is_told_in_words(world: World) -> None:
    with world.write() as cast:
        item_id = propose(cast, description="Why").id
        for week in range(4):
            verdict = Verdict.SESSION if week >= 2 else None
            hold(cast, THURSDAY + week * WEEK, Outcome.UNREACHED, verdict)
    page = world.sign_in("pia").get(f"/agenda/{item_id}")
    assert "4 meetings, 4 times carried over" in page.text
    assert "0 deferred, 4 not reached" in page.text and "It keeps coming back" in page.text
    assert page.text.count("Verdict: Hold a separate session") == 2
    assert world.sign_in("pia").get("/agenda/999").status == 404


def test_changing_the_words(world: World) -> None:
    with world.write() as cast:
        item_id = propose(cast).id
    edit = f"/agenda/{item_id}/edit"
    sam = world.sign_in("sam")
    form = sam.get(edit).form(edit) | {
        "title": "Better words", "ask": "help", "department": world.cast.department["Sales"],
        "description": "*Why*",
    }  # fmt: skip
    assert sam.post(edit, form).location == f"/agenda/{item_id}"
    stale = sam.post(edit, form | {"title": "Mine"})
    assert stale.status == 409
    assert "Mine" in stale.text and "Better words" in stale.text  # both texts
    page = sam.get(f"/agenda/{item_id}")
    assert "Better words" in page.text and "<em>Why</em>" in page.text
    assert sam.post(edit, form | {"title": ""}).status == 422
    for name in ("pia", "tom", "lea", "ada"):
        visit = world.sign_in(name)
        assert visit.get(edit).status == 403, name
        assert visit.post(edit, form).status == 403, name


@pytest.mark.parametrize("planned", [True, False])
def test_withdrawing_takes_it_off_the_agenda(world: World, planned: bool) -> None:
    with world.write() as cast:
        if planned:
            plan(cast)
        item_id = propose(cast).id
    path = f"/agenda/{item_id}/withdrawal"
    sam = world.sign_in("sam")
    form = sam.get(f"/agenda/{item_id}").form(path)
    assert world.sign_in("tom").post(path, form | {"reason": "x"}).status == 403
    assert sam.post(path, form | {"reason": " "}).status == 422
    assert sam.post(path, form | {"reason": "x", "version": "9"}).status == 409
    assert sam.post(path, form | {"reason": "Solved itself"}).location == f"/agenda/{item_id}"
    assert sam.get("/agenda").total == 0
    assert "Withdrawn" in sam.get(f"/agenda/{item_id}").text
    assert sam.get(path).status == 405
    assert sam.post("/agenda/999/withdrawal", form).status == 404


def test_a_wrong_filter_is_refused(world: World) -> None:
    sam = world.sign_in("sam")
    assert sam.get("/agenda?show=everything").status == 400
    assert sam.get("/agenda?series=999").status == 404
