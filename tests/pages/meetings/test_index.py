"""/meetings and planning the next one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.states import Visibility
from tests.cast import NOW
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, hold, plan, propose


def test_the_list_says_what_came_of_each_meeting(world: World) -> None:
    with world.write() as cast:
        propose(cast)
        hold(cast, THURSDAY, Outcome.DEFERRED)
        plan(cast, THURSDAY + WEEK)
    page = world.sign_in("pia").get("/meetings")
    assert page.total == 2
    assert "1 carried over" in page.text and "Minutes issued" in page.text
    assert "Plan the next" not in page.text  # a member plans nothing


def test_an_empty_list_says_what_to_do(world: World) -> None:
    page = world.sign_in("sam").get("/meetings")
    assert page.total == 0 and "No meeting yet" in page.text


def test_each_count_opens_its_rows(world: World) -> None:
    with world.write() as cast:
        propose(cast)
        propose(cast, "Second")
    for name in ("sam", "pia", "lea", "ada"):
        visit = world.sign_in(name)
        counts = visit.get("/meetings").counts
        pool = {url: n for url, n in counts.items() if url.startswith("/agenda")}
        assert pool and all(visit.get(url).total == n for url, n in pool.items())


def test_past_meetings_come_in_pages_and_the_queries_do_not_grow(world: World) -> None:
    counted: list[int] = []
    with world.write() as cast:
        for week in range(2):
            hold(cast, THURSDAY + week * WEEK, Outcome.DEFERRED)
    visit = world.sign_in("sam")
    counted.append(queries(world, lambda: visit.get("/meetings")))
    with world.write() as cast:
        for week in range(2, 34):
            hold(cast, THURSDAY + week * WEEK, Outcome.DEFERRED)
    counted.append(queries(world, lambda: visit.get("/meetings")))
    assert counted[0] == counted[1], counted
    page = visit.get("/meetings")
    assert page.total == 34 and page.text.count("data-row") == 30
    more = next(link for link in page.links if "after=" in link)
    assert visit.get(more).text.count("data-row") == 4
    assert visit.get("/meetings?after=yesterday").status == 400


def queries(world: World, act: object) -> int:
    seen: list[str] = []
    with world.app.app_context():
        engine = db.engine

    def count(*args: object) -> None:
        if str(args[2]).startswith("SELECT"):
            seen.append(str(args[2]))

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        act()  # type: ignore[operator]
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def test_only_admin_and_owner_plan(world: World) -> None:
    address = f"/meetings/series/{world.cast.series}/next"
    for name, status in (("maya", 200), ("ada", 200), ("tom", 403), ("lea", 403), ("pia", 403)):
        assert world.sign_in(name).get(address).status == status, name
    visit = world.sign_in("tom")
    assert visit.post(address, {"held_on": "2026-11-19"}).status == 403
    assert visit.get("/meetings/series/999/next").status == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"held_on": "soon"}, "Give a date"),
        ({"held_on": ""}, "Choose the day"),
        ({"minutes": "0"}, "number from 5 to 600"),
        ({"start_time": "ten"}, "valid time"),
        ({"held_on": THURSDAY.isoformat()}, "meets on that day already"),
    ],
)
def test_bad_input_comes_back(world: World, change: dict[str, str], words: str) -> None:
    with world.write() as cast:
        plan(cast)
    address = f"/meetings/series/{world.cast.series}/next"
    visit = world.sign_in("maya")
    fields = visit.get(address).form(address) | change
    answer = visit.post(address, fields)
    assert answer.status == 422 and words.lower() in answer.text.lower()


def test_the_proposed_day_follows_the_last_meeting_but_never_lies_behind(world: World) -> None:
    address = f"/meetings/series/{world.cast.series}/next"
    visit = world.sign_in("maya")
    with world.write() as cast:
        hold(cast, THURSDAY - 5 * WEEK, Outcome.DEFERRED)
    assert visit.get(address).form(address)["held_on"] == THURSDAY.isoformat()
    with world.write() as cast:
        plan(cast, THURSDAY)
        series = db.session.get_one(Series, cast.series)
        series.change(every_weeks=2, by=cast.actor("maya"), at=NOW)
    expected = (THURSDAY + timedelta(weeks=2)).isoformat()
    assert visit.get(address).form(address)["held_on"] == expected


def test_a_series_is_founded_and_changed(world: World) -> None:
    visit = world.sign_in("ada")
    new = "/meetings/series/new"
    fields = visit.get(new).form(new) | {
        "name": "Tech only", "weekday": "2", "visibility": "attendees",
        "owner": world.cast.person["tom"], "attendees": [world.cast.person["pia"]],
    }  # fmt: skip
    answer = visit.post(new, fields)
    assert answer.location == "/meetings", answer.errors
    assert visit.post(new, fields).status == 422  # the name is taken
    with world.read():
        series = db.session.scalars(sa.select(Series).filter_by(name="Tech only")).one()
        assert series.visibility is Visibility.attendees
        assert series.attendee_ids == {world.cast.person["pia"]}
        edit = f"/meetings/series/{series.id}/edit"
    tom = world.sign_in("tom")
    fields = tom.get(edit).form(edit) | {
        "name": "Tech", "weekday": "2", "visibility": "attendees",
        "owner": world.cast.person["tom"],
    }  # fmt: skip
    assert tom.post(edit, fields).location == "/meetings"
    stale = tom.post(edit, fields | {"name": "Another"})
    assert stale.status == 409 and "Another" in stale.text and "What it says now" in stale.text
    for name, status in (("pia", 404), ("sam", 404), ("lea", 403)):
        assert world.sign_in(name).get(edit).status == status, name
    assert tom.get(new).status == 403


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "x" * 65, ""])
def test_a_zone_that_does_not_exist_is_refused(world: World, zone: str) -> None:
    visit = world.sign_in("ada")
    new = "/meetings/series/new"
    fields = visit.get(new).form(new) | {
        "name": "A", "zone": zone, "weekday": "2", "visibility": "company"
    }  # fmt: skip
    assert visit.post(new, fields).status == 422


HUGE = (2**63, 10**30)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "path",
    ["/meetings/{}", "/meetings?series={}", "/meetings?after=2026-01-01.{}", "/agenda/{}",
     "/agenda?series={}", "/agenda/new?issue={}", "/decisions?after=2026-01-01.{}"],
)  # fmt: skip
def test_a_number_longer_than_any_id_names_nothing(
    sqlite_world: World, path: str, number: int
) -> None:
    assert sqlite_world.sign_in("sam").get(path.format(number)).status == 404


def test_two_who_change_the_attendees_at_once_see_each_other(world: World) -> None:
    """The attendees are rows of their own: the version of the series does not tell."""
    edit = f"/meetings/series/{world.cast.series}/edit"
    ada, maya = world.sign_in("ada"), world.sign_in("maya")
    form = ada.get(edit).form(edit) | {"weekday": "4", "visibility": "company"}
    person = world.cast.person
    fields = form | {"owner": person["maya"], "attendees": [person["sam"], person["pia"]]}
    assert maya.post(edit, fields).location == "/meetings"
    stale = ada.post(edit, fields | {"attendees": [person["sam"], person["olga"]]})
    assert stale.status == 409 and "Attendees: Pia Lund, Sam Reid" in stale.text
    again = stale.form(edit) | {"weekday": "4", "visibility": "company", "owner": person["maya"]}
    assert ada.post(edit, again | {"attendees": [person["sam"]]}).location == "/meetings"
    with world.read() as cast:
        series = db.session.get_one(Series, cast.series)
        assert series.attendee_ids == {person["sam"]}
