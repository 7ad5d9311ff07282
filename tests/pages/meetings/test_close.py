"""/meetings/<id>/close and /minutes: what blocks, what warns, and who reads what."""

import threading

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.capture import capture_action, capture_issue, capture_note
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.states import MeetingState, Visibility
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, end, issue, plan, propose, standing, start


def closing(world: World, outcome: Outcome | None = Outcome.RESOLVED) -> str:
    """The address of a meeting that has only to be issued, unless it has no outcome yet."""
    with world.write() as cast:
        propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        by = cast.actor("maya")
        capture_note(meeting, standing(meeting)[0], text="x", html="", by=by, at=NOW)
        if outcome:
            end(cast, meeting, outcome)
        address = f"/meetings/{meeting.id}"
    assert world.sign_in("maya").post(f"{address}/wrap-up").location == f"{address}/close"
    return address


def test_what_blocks_has_a_link_to_where_it_is_put_right(world: World) -> None:
    address = closing(world, outcome=None)
    with world.write() as cast:
        meeting = db.session.scalars(sa.select(Meeting)).one()
        place = standing(meeting)[0]
        action = capture_action(
            meeting, place, title="Nobody's", owner_id=None, due_on=None,
            by=cast.actor("maya"), at=NOW, on=TODAY,
        )  # fmt: skip
        links = {f"{address}/room?item={place.id}", f"/actions/{action.id}"}
    maya = world.sign_in("maya")
    page = maya.get(f"{address}/close")
    assert links <= set(page.links)
    for link in links:
        assert maya.get(link).status == 200
    answer = maya.post(f"{address}/close", page.form(f"{address}/close"))
    assert answer.status == 422 and "cannot be issued yet" in answer.text


def test_warnings_ask_for_a_tick(world: World) -> None:
    address = closing(world)
    with world.write() as cast:
        meeting = db.session.scalars(sa.select(Meeting)).one()
        capture_action(
            meeting, standing(meeting)[0], title="Weekend", owner_id=cast.person["maya"],
            due_on=THURSDAY + 2 * (THURSDAY - TODAY) // 3, by=cast.actor("maya"), at=NOW, on=TODAY,
        )  # fmt: skip
    maya = world.sign_in("maya")
    path = f"{address}/close"
    page = maya.get(path)
    assert "which is not a working day" in page.text
    form = page.form(path)
    form.pop("anyway")
    assert maya.post(path, form).status == 422
    assert maya.post(path, form | {"anyway": "y"}).location == f"{address}/minutes"


def test_the_next_meeting_is_planned_only_if_ticked(world: World) -> None:
    address = closing(world, Outcome.DEFERRED)
    maya = world.sign_in("maya")
    form = maya.get(f"{address}/close").form(f"{address}/close")
    form.pop("plan_next")
    maya.post(f"{address}/close", form)
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 1
        assert db.session.scalars(sa.select(AgendaItem.in_pool)).one()


def test_issuing_twice_leads_to_the_one_version(world: World) -> None:
    address = closing(world)
    maya = world.sign_in("maya")
    form = maya.get(f"{address}/close").form(f"{address}/close")
    for _ in range(2):
        assert maya.post(f"{address}/close", form).location == f"{address}/minutes"
    assert maya.get(f"{address}/close").location == f"{address}/minutes"
    with world.read():
        assert db.session.scalars(sa.select(MinutesVersion.number)).all() == [1]
        assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 2


def test_two_people_press_issue_at_the_same_moment(world: World) -> None:
    """Invariant 2, through the pages: one version, one next meeting."""
    address = closing(world, Outcome.DEFERRED)
    maya, sam = world.sign_in("maya"), world.sign_in("sam")
    maya.post(f"{address}/scribe", {"person": world.cast.person["sam"]})
    forms = [v.get(f"{address}/close").form(f"{address}/close") for v in (maya, sam)]
    gate = threading.Barrier(2, timeout=10)
    answers: list[int] = []

    def press(visit: object, form: dict[str, str]) -> None:
        gate.wait()
        answers.append(visit.post(f"{address}/close", form).status)  # type: ignore[attr-defined]

    threads = [
        threading.Thread(target=press, args=pair) for pair in zip((maya, sam), forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert answers == [302, 302]
    with world.read():
        assert db.session.scalars(sa.select(MinutesVersion.number)).all() == [1]
        assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 2
        assert db.session.scalars(sa.select(AgendaItem.placed)).one() == 1


def test_a_stale_page_and_a_wrong_state_are_refused(world: World) -> None:
    address = closing(world)
    maya = world.sign_in("maya")
    path = f"{address}/close"
    form = maya.get(path).form(path)
    maya.post(f"{address}/attendance", {"everybody": "1"})
    answer = maya.post(path, form)
    assert answer.status == 409 and "meanwhile" in answer.text
    assert maya.post(path, {}).status == 422
    with world.write() as cast:
        propose(cast, "Next")
        later = start(cast, plan(cast, THURSDAY + WEEK))
        other = f"/meetings/{later.id}/close"
    page = maya.get(other)
    assert not page.has_form(other)
    assert maya.post(other, form).status == 409
    assert maya.get("/meetings/999/close").status == 404
    assert maya.get("/meetings/999/minutes").status == 404
    assert maya.get(f"{address}/minutes").status == 404  # not issued yet


def confidential(world: World) -> tuple[str, int]:
    """Issued minutes with two confidential items: noor's (Support) and tom's (Tech)."""
    with world.write() as cast:
        for name, department in (("noor", "Support"), ("tom", "Tech")):
            secret = raise_issue(
                title=f"Secret of {name}", raising_department_id=cast.department[department],
                confidential=True, by=cast.actor(name), at=NOW, on=TODAY,
            )  # fmt: skip
            propose(cast, f"Secret of {name}", issue_id=secret.id, by=cast.actor(name))
        propose(cast, "Open talk")
        meeting = start(cast, plan(cast))
        for place in standing(meeting)[:2]:
            words = f"Words of {place.item.title}"
            by = cast.actor("maya")
            capture_note(meeting, place, text=words, html=f"<p>{words}</p>", by=by, at=NOW)
            capture_action(
                meeting, place, title=f"Act on {place.item.title}", owner_id=by.id,
                due_on=THURSDAY, by=by, at=NOW, on=TODAY,
            )  # fmt: skip
        return f"/meetings/{meeting.id}", meeting.id


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("noor", {"noor"}),
        ("tom", {"tom"}),
        ("lea", {"noor", "tom"}),
        ("sam", set()),
        ("pia", set()),
        ("ada", set()),
    ],
)
def test_an_annex_shows_each_reader_only_what_they_may_see(
    world: World, name: str, sees: set[str]
) -> None:
    """Invariant 12, before, during and after the meeting."""
    address, meeting_id = confidential(world)
    visit = world.sign_in(name)
    pages = [address, f"{address}/room", "/agenda", "/meetings", "/decisions"]
    _only(visit, pages, sees)
    with world.read():
        ids = {i.title: i.id for i in db.session.scalars(sa.select(AgendaItem))}
    for whose in ("noor", "tom"):
        status = 200 if whose in sees else 404
        assert visit.get(f"/agenda/{ids[f'Secret of {whose}']}").status == status
    with world.write() as cast:
        meeting = db.session.get_one(Meeting, meeting_id)
        end(cast, meeting, Outcome.RESOLVED)
        issue(cast, meeting)
    _only(visit, [address, f"{address}/minutes", f"{address}/minutes.md"], sees)
    text = visit.get(f"{address}/minutes").text
    assert text.count("Confidential item") == 2
    for whose in ("noor", "tom"):
        assert (f"Words of Secret of {whose}" in text) is (whose in sees)
    assert ("SHA-256 of the annex" in text) is (sees == {"noor", "tom"})


def _only(visit: object, pages: list[str], sees: set[str]) -> None:
    for path in pages:
        text = visit.get(path).text  # type: ignore[attr-defined]
        for whose in {"noor", "tom"} - sees:
            assert f"Secret of {whose}" not in text, path


def test_minutes_of_a_hidden_series_are_not_there(world: World) -> None:
    address = closing(world)
    maya = world.sign_in("maya")
    maya.post(f"{address}/close", maya.get(f"{address}/close").form(f"{address}/close"))
    assert world.sign_in("pia").get(f"{address}/minutes").status == 200
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.leaders, by=cast.actor("ada"), at=NOW)
    for path in ("minutes", "minutes.md", "room", "close"):
        assert world.sign_in("pia").get(f"{address}/{path}").status == 404
    assert world.sign_in("noor").get(f"{address}/minutes").status == 200
    with world.read():
        states = db.session.scalars(sa.select(Meeting.state).order_by(Meeting.id)).all()
        assert states == [MeetingState.issued, MeetingState.planned]


def test_an_annex_opens_with_the_issue_it_speaks_of(world: World) -> None:
    """What was confidential when the minutes were issued may be open to all today."""
    address, meeting_id = confidential(world)
    with world.write() as cast:
        meeting = db.session.get_one(Meeting, meeting_id)
        end(cast, meeting, Outcome.DEFERRED)
        issue(cast, meeting)
        second = start(cast, plan(cast, THURSDAY + WEEK))
        end(cast, second, Outcome.RESOLVED)
        issue(cast, second)
        later = f"/meetings/{second.id}/minutes"
    sam = world.sign_in("sam")
    assert "Act on Secret" not in sam.get(later).text
    with world.write() as cast:
        for row in db.session.scalars(sa.select(Issue)):
            row.set_confidential(False, by=cast.actor("lea"), at=NOW)
    assert sam.get(later).text.count("Act on Secret") == 2  # open promises from the first meeting


def test_an_issue_made_confidential_since_stands_nameless_in_the_minutes(world: World) -> None:
    with world.write() as cast:
        propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        raised = capture_issue(
            meeting, standing(meeting)[0], title="Who was it", by=cast.actor("maya"), at=NOW,
            on=TODAY,
        )  # fmt: skip
        raised.set_confidential(True, by=cast.actor("lea"), at=NOW)
        end(cast, meeting, Outcome.BECAME_ISSUE)
        text = issue(cast, meeting).text
        assert f"- Issue #{raised.id}: Confidential issue" in text and "Who was it" not in text


def test_the_minutes_can_be_read_before_they_are_frozen(world: World) -> None:
    address = closing(world)
    maya = world.sign_in("maya")
    page = maya.get(f"{address}/close")
    assert "Read them first" in page.text and "<h4>1. Stock count</h4>" in page.text
    fields = page.form(f"{address}/close") | {"anyway": "y"}
    assert maya.post(f"{address}/close", fields).location == f"{address}/minutes"
    assert "<h4>1. Stock count</h4>" in maya.get(f"{address}/minutes").text
