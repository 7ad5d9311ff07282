"""/decisions/<id>: the page of a decision, and whether it worked."""

import pytest

from meetingtracker.db import db
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.decision import Decision, DecisionState
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.meetings import plan


@pytest.fixture
def place(world: World) -> str:
    with world.write() as cast:
        row = Decision.take(
            text="Count at 17:30", reason="the sale", owner_id=cast.person["pia"],
            review_on=TODAY, meeting_id=plan(cast).id, by=cast.actor("maya"), at=NOW, on=TODAY,
        )  # fmt: skip
        return f"/decisions/{row.id}"


def test_it_asks_on_its_day_and_is_kept(world: World, place: str) -> None:
    pia = world.sign_in("pia")
    page = pia.get(place)
    assert "Did it work?" in page.text and "It was to be looked at again" in page.text
    log = pia.get("/decisions")
    assert log.counts["/decisions?show=review"] == pia.get("/decisions?show=review").total == 1
    version = page.form(f"{place}/review")["version"]
    fields = {"version": version, "review": "keep", "reason": "nobody complained"}
    assert pia.post(f"{place}/review", fields).location == place
    page = pia.get(place)
    assert "It was to be looked at again" not in page.text
    assert "Pia Lund kept it: nobody complained" in page.text
    assert "/decisions?show=review" not in pia.get("/decisions").counts
    assert pia.post(f"{place}/review", fields).status == 409  # from the page before


def test_what_holds_instead_is_named_on_both_pages(world: World, place: str) -> None:
    tom = world.sign_in("tom")  # leads its owner
    version = tom.get(place).form(f"{place}/review")["version"]
    fields = {"version": version, "review": "reverse", "text": " ", "reason": "typed why"}
    answer = tom.post(f"{place}/review", fields)
    assert answer.status == 422 and "what holds instead" in answer.text
    assert "typed why" in answer.text
    fields |= {"text": "Nobody counts"}
    assert tom.post(f"{place}/review", fields).status == 302
    page = tom.get(place)
    new = next(link for link in page.links if link.startswith("/decisions/"))
    assert "Nobody counts" in page.text and not page.has_form(f"{place}/review")
    assert place in tom.get(new).links and "Instead of" in tom.get(new).text
    with world.read():
        old = db.session.get_one(Decision, int(place.rsplit("/", maxsplit=1)[-1]))
        assert old.state is DecisionState.reversed
    late = tom.post(f"{place}/review", {"version": 2, "review": "keep"})
    assert late.status == 422


def test_who_may_not_answer_reads_only(world: World, place: str) -> None:
    for name in ("sam", "max", "ada"):
        visit = world.sign_in(name)
        assert not visit.get(place).has_form(f"{place}/review")
        assert visit.post(f"{place}/review", {"version": 1, "review": "keep"}).status == 403
    lea = world.sign_in("lea")
    assert lea.get(place).has_form(f"{place}/review")
    assert lea.client.get(f"{place}/review").status_code == 405
    assert lea.get("/decisions/999").status == 404
    assert lea.post("/decisions/999/review", {}).status == 404
    assert lea.post(f"{place}/review", {"version": 1}).status == 422
    bad = {"version": 1, "review": "keep", "review_on": TODAY.isoformat()}
    assert "still to come" in lea.post(f"{place}/review", bad).text


def test_a_confidential_one_is_not_there(world: World) -> None:
    with world.write() as cast:
        secret = raise_issue(
            title="Secret", raising_department_id=cast.department["Support"], confidential=True,
            by=cast.actor("noor"), at=NOW, on=TODAY,
        ).id  # fmt: skip
        row = Decision.take(text="x", issue_id=secret, by=cast.actor("noor"), at=NOW, on=TODAY)
        place = f"/decisions/{row.id}"
    assert world.sign_in("noor").get(place).status == 200
    assert world.sign_in("sam").get(place).status == 404
    assert world.sign_in("sam").post(f"{place}/review", {}).status == 404


def test_the_log_narrows_by_meeting_and_department(world: World, place: str) -> None:
    with world.write() as cast:
        Decision.take(
            text="Other", owner_id=cast.person["max"], by=cast.actor("lea"), at=NOW, on=TODAY
        )
        tech, sales, series = cast.department["Tech"], cast.department["Sales"], cast.series
    sam = world.sign_in("sam")
    assert sam.get("/decisions").total == 2
    page = sam.get(f"/decisions?department={tech}")
    assert page.total == 1 and "Count at 17:30" in page.text
    assert sam.get(f"/decisions?department={sales}").total == 1
    assert sam.get(f"/decisions?series={series}").total == 1
    assert sam.get(f"/decisions?series={series}&department={sales}").total == 0
    assert sam.get("/decisions?series=x&department=99999999999").total == 2
