"""Confidential things leak nowhere: no row, no count, no name, no number."""

import pytest

from meetingtracker.db import db
from meetingtracker.models.acts.name_reader import stop_reading
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Meeting
from tests.api.program import Program, program
from tests.cast import NOW as THEN
from tests.conftest import World
from tests.meetings import THURSDAY

SECRET = "Zebra payroll"


@pytest.fixture
def hidden(world: World) -> dict[str, int]:
    """An issue of Support and Tech, an action of pia, comments, an agenda item: all secret."""
    noor, tom, maya = (program(world, name) for name in ("noor", "tom", "maya"))
    maya.made("/meetings", {"series": "Leader meeting", "held_on": str(THURSDAY)})
    issue = noor.made(
        "/issues",
        {"title": SECRET, "description": SECRET, "confidential": True, "owning_department": "Tech",
         "external_id": SECRET},
    )["id"]  # fmt: skip
    action = tom.made(
        "/actions",
        {"title": SECRET, "due_on": "2026-12-01", "owner": "pia@example.com", "issue": issue},
    )["id"]
    noor.made(f"/issues/{issue}/comments", {"text": SECRET})
    tom.made(f"/actions/{action}/comments", {"text": SECRET})
    item = noor.made("/agenda-items", {"title": SECRET, "issue": issue})["id"]
    with world.read():
        meeting = db.session.scalars(db.select(Meeting.id)).one()
    return {"issue": issue, "action": action, "item": item, "meeting": meeting}


@pytest.mark.parametrize("name", ["sam", "max", "olga", "ada"])
def test_it_is_nowhere_for_others(world: World, hidden: dict[str, int], name: str) -> None:
    by = program(world, name)
    paths = [
        *(f"/{p}" for p in ("issues", "actions", "agenda-items", "decisions", "meetings",
                            "events")),
        f"/issues?q={SECRET}", f"/actions?issue={hidden['issue']}", "/issues?confidential=true",
        f"/agenda-items?issue={hidden['issue']}", f"/events?subject_id={hidden['issue']}",
        f"/meetings/{hidden['meeting']}", f"/issues/{hidden['issue']}",
        f"/issues/{hidden['issue']}/comments", f"/actions/{hidden['action']}",
        f"/actions/{hidden['action']}/comments", f"/agenda-items/{hidden['item']}",
    ]  # fmt: skip
    for path in paths:
        assert SECRET.encode() not in by.get(path).raw, path
    for path in ("/issues", "/actions", "/agenda-items"):
        assert by.get(path).json == {"items": [], "total": 0, "next": None}
    (placed,) = by.get(f"/meetings/{hidden['meeting']}").json["agenda"]
    assert (placed["item"], placed["issue"], placed["title"]) == (None, None, "")
    assert (placed["department"], placed["presenter"]) == (None, None)


@pytest.mark.parametrize("name", ["noor", "tom", "lea", "pia"])
def test_the_control_for_those_who_may(world: World, hidden: dict[str, int], name: str) -> None:
    by = program(world, name)
    assert by.get(f"/issues/{hidden['issue']}").json["title"] == SECRET
    assert by.get(f"/issues/{hidden['issue']}/comments").json["items"][0]["text"] == SECRET
    assert by.get(f"/actions/{hidden['action']}").json["title"] == SECRET
    assert by.get(f"/agenda-items/{hidden['item']}").json["title"] == SECRET
    assert by.get(f"/meetings/{hidden['meeting']}").json["agenda"][0]["title"] == SECRET
    assert SECRET.encode() in by.get("/events", limit=200).raw


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/issues/{issue}", None), ("PATCH", "/issues/{issue}", {"version": 1}),
        ("GET", "/issues/{issue}/comments", None),
        ("POST", "/issues/{issue}/comments", {"text": "x"}),
        ("GET", "/actions/{action}", None), ("PATCH", "/actions/{action}", {"version": 1}),
        ("GET", "/actions/{action}/comments", None),
        ("POST", "/actions/{action}/comments", {"text": "x"}),
        ("GET", "/agenda-items/{item}", None), ("PATCH", "/agenda-items/{item}", {"version": 1}),
    ],
)  # fmt: skip
def test_it_answers_byte_for_byte_as_if_it_did_not_exist(
    world: World, hidden: dict[str, int], method: str, path: str, body: object
) -> None:
    by = program(world, "sam")
    here = by.send(method, path.format(**hidden), body)
    there = by.send(method, path.format(issue=999, action=999, item=999), body)
    assert (here.status, here.raw) == (404, there.raw)


@pytest.mark.parametrize("field", ["issue"])
def test_it_cannot_be_named(world: World, hidden: dict[str, int], field: str) -> None:
    by = program(world, "sam")
    for path, body in (
        ("/actions", {"title": "x", "due_on": "2026-12-01"}),
        ("/agenda-items", {"title": "x"}),
    ):
        here = by.post(path, {**body, field: hidden["issue"]})
        there = by.post(path, {**body, field: 999})
        assert (here.status, here.raw) == (422, there.raw)
    mine = by.made("/actions", {"title": "x", "due_on": "2026-12-01"})
    block = {"version": 1, "status": "blocked", "need": "x"}
    here = by.patch(f"/actions/{mine['id']}", {**block, "blocked_by": f"#{hidden['action']}"})
    there = by.patch(f"/actions/{mine['id']}", {**block, "blocked_by": "#999"})
    assert (here.status, here.raw) == (422, there.raw)


def test_an_owner_who_may_no_longer_read_the_issue_keeps_only_the_promise(
    world: World, hidden: dict[str, int]
) -> None:
    with world.write() as cast:
        stop_reading(hidden["issue"], cast.person["pia"], by=cast.actor("tom"), at=THEN)
    pia = program(world, "pia")
    assert pia.get(f"/actions/{hidden['action']}").json["issue"] is None
    assert pia.get(f"/issues/{hidden['issue']}").status == 404
    events = pia.get("/events").json["items"]
    assert events
    assert all("issue_id" not in event["changes"] for event in events)


def _subjects(by: Program) -> set[str]:
    return {e["subject_type"] for e in by.get("/events", limit=200).json["items"]}


def test_who_reads_which_part_of_the_history(world: World) -> None:
    sam, pia = program(world, "sam"), program(world, "pia")
    sam.made("/issues", {"title": "x", "owning_department": "Tech"})
    pia.made("/actions", {"title": "x", "due_on": "2026-12-01"})
    sam.made("/agenda-items", {"title": "x"})
    with world.read():
        total = db.session.scalar(db.select(db.func.count()).select_from(Event))
    ada = program(world, "ada")
    assert ada.get("/events").json["total"] == total + 1  # its own token
    assert {"person", "department", "api_token", "organisation"} <= _subjects(ada)
    assert _subjects(program(world, "lea")) == {
        "issue", "action", "agenda_item", "series", "series_attendee"
    }  # fmt: skip
    assert _subjects(sam) == {"issue", "agenda_item"}
    assert _subjects(program(world, "tom")) == {"issue", "action"}
    assert _subjects(pia) == {"action"}
    assert program(world, "max").get("/events").json["total"] == 0
    assert program(world, "noor").get("/events").json["total"] == 0
