"""The inbox: what one was told, why, and what of it also comes by mail."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.notification import Mute, Notification
from meetingtracker.models.person import Person
from meetingtracker.rules.notices import Notice
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.meetings import THURSDAY, plan
from tests.queries import queries


def promise(cast: Cast, title: str = "Count the stock", issue_id: int | None = None) -> Action:
    return give_action(
        title=title, owner_id=cast.person["pia"], due_on=TODAY, by=cast.actor("tom"), at=NOW,
        on=TODAY, issue_id=issue_id,
    )  # fmt: skip


def tell(
    cast: Cast, name: str, subject: tuple[str, int], notice: Notice = Notice.answered, n: int = 0
) -> Notification:
    row = Notification(
        person_id=cast.person[name], key=f"test:{subject}:{n}", notice=notice,
        subject_type=subject[0], subject_id=subject[1], actor_id=cast.person["tom"],
        created_at=NOW - timedelta(days=n), params={},
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def test_it_says_what_it_is_who_did_it_and_why(world: World) -> None:
    with world.write() as cast:
        tell(cast, "max", ("action", promise(cast).id))
        tell(cast, "max", ("meeting", plan(cast, THURSDAY).id), Notice.meeting_changed, n=1)
        tell(cast, "pia", ("action", promise(cast, "Not for Max").id))
    page = world.sign_in("max").get("/inbox")
    for words in (
        "Count the stock",
        "Tom Becker",
        "Today",
        "Leader meeting",
        "Sunday, 15 November",
    ):
        assert words in page.text
    assert Notice.answered.why in page.text
    assert Notice.meeting_changed.why in page.text
    assert "Not for Max" not in page.text
    assert page.total == 2


def test_reading_one_and_reading_all(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        ids = [tell(cast, "max", ("action", action.id), n=n).id for n in range(3)]
    visit = world.sign_in("max")
    home = visit.get("/decisions")
    assert home.counts["/inbox?show=unread"] == visit.get("/inbox?show=unread").total == 3
    assert visit.post(f"/inbox/{ids[0]}/reading").status == 302
    assert visit.get("/inbox?show=unread").total == 2
    assert visit.get("/inbox").total == 3, "what is read stays"
    assert visit.post("/inbox/reading", {"up_to": ids[1]}).status == 302
    assert visit.get("/inbox?show=unread").total == 1, "what came after the page is not read"
    visit.post("/inbox/reading", {"up_to": ids[2]})
    assert "Everything is read" in visit.get("/inbox?show=unread").text
    assert "/inbox" in visit.get("/decisions").links


def test_looking_changes_nothing(world: World) -> None:
    with world.write() as cast:
        row_id = tell(cast, "max", ("action", promise(cast).id)).id
    visit = world.sign_in("max")
    visit.get("/inbox")
    assert visit.get(f"/inbox/{row_id}/reading").status == 405
    assert visit.get("/inbox?show=unread").total == 1


def test_somebody_elses_notice_is_not_there(world: World) -> None:
    with world.write() as cast:
        row_id = tell(cast, "max", ("action", promise(cast).id)).id
    visit = world.sign_in("olga")
    assert visit.post(f"/inbox/{row_id}/reading").status == 404
    assert visit.post("/inbox/999999/reading").status == 404
    visit.post("/inbox/reading", {"up_to": row_id})
    assert world.sign_in("max").get("/inbox?show=unread").total == 1


def test_what_one_may_not_see_any_more_has_no_name(world: World) -> None:
    with world.write() as cast:
        issue = raise_issue(
            title="Somebody takes money", raising_department_id=cast.department["Sales"],
            owning_department_id=cast.department["Tech"], confidential=True, by=cast.actor("sam"),
            at=NOW, on=TODAY,
        )  # fmt: skip
        tell(cast, "olga", ("action", promise(cast, "Ask the till", issue.id).id))
        tell(cast, "olga", ("issue", issue.id), Notice.to_confirm)
    page = world.sign_in("olga").get("/inbox")
    assert page.text.count("see any more</span>\n") == 2
    assert "Ask the till" not in page.text
    assert "takes money" not in page.text


def test_a_page_has_fifty_and_leads_on_with_as_many_queries(world: World) -> None:
    with world.write() as cast:
        action_id = promise(cast).id
        tell(cast, "max", ("action", action_id))
    visit = world.sign_in("max")
    with world.read(), queries() as few:
        visit.get("/inbox")
    with world.write() as cast:
        for n in range(1, 55):
            tell(cast, "max", ("action", action_id), n=n)
    with world.read(), queries() as many:
        page = visit.get("/inbox")
    assert len(few) == len(many)
    assert page.total == 55
    assert page.text.count("data-row") == 50
    more = next(link for link in page.links if "before=" in link)
    assert visit.get(more.replace("&amp;", "&")).text.count("data-row") == 5


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "٣"])
def test_an_odd_cursor_is_refused(sqlite_world: World, odd: str) -> None:
    assert sqlite_world.sign_in("max").get(f"/inbox?before={odd}").status == 400


def test_an_empty_inbox_says_what_it_is_for(world: World) -> None:
    page = world.sign_in("max").get("/inbox")
    assert "Nothing has come yet" in page.text
    assert page.total == 0


# --- what also comes by mail --------------------------------------------------------------------

PAGE = "/account/notifications"


def test_muting_and_the_hour_of_the_digest(world: World) -> None:
    visit = world.sign_in("max")
    page = visit.get(PAGE)
    assert "Mail is not set up here" in page.text
    assert "Europe/Berlin" in page.text
    wanted = [n.value for n in Notice if n.may_be_muted and n.is_mailed and n is not Notice.nudged]
    fields = {"version": page.form(PAGE)["version"], "mailed": wanted, "digest_time": "07:15"}
    assert visit.post(PAGE, fields).status == 302
    with world.read() as cast:
        muted = db.session.scalars(sa.select(Mute.notice)).all()
        assert muted == [Notice.nudged], "what must be answered is never muted"
        assert db.session.get_one(Person, cast.person["max"]).digest_time == time(7, 15)
    again = {**fields, "version": visit.get(PAGE).form(PAGE)["version"], "digest_time": ""}
    assert visit.post(PAGE, {**again, "mailed": [*wanted, "nudged"]}).status == 302
    with world.read() as cast:
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mute)) == 0
        assert db.session.get_one(Person, cast.person["max"]).digest_time is None


def test_a_stale_page_and_bad_input(world: World) -> None:
    visit = world.sign_in("max")
    version = visit.get(PAGE).form(PAGE)["version"]
    assert visit.post(PAGE, {"version": version, "digest_time": "25:99"}).status == 422
    odd = {"version": version, "mailed": ["escalated"], "digest_time": ""}
    assert visit.post(PAGE, odd).status == 422, "what must be answered is no choice"
    assert visit.post(PAGE, {"version": version, "digest_time": "07:15"}).status == 302
    assert visit.post(PAGE, {"version": version, "digest_time": "09:15"}).status == 409


def test_it_stands_under_my_account(sqlite_world: World) -> None:
    assert PAGE in sqlite_world.sign_in("max").get("/account").links
