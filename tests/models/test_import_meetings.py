"""Past meetings come as issued minutes; what was left open waits in the pool."""

import hashlib
import json
from typing import Any

import pytest
import sqlalchemy as sa

from meetingtracker.db import db, writing
from meetingtracker.models.acts.import_file import plan_import
from meetingtracker.models.acts.import_plan import Context, Plan
from meetingtracker.models.agenda_item import AgendaItem, Note, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.person import Person
from meetingtracker.models.reads.export_file import export_file
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.states import MeetingState
from tests.cast import NOW, TODAY
from tests.conftest import World


def item(key: str, outcome: str, notes: str = "") -> dict[str, Any]:
    return {"key": key, "title": f"About {key}", "department": "Tech", "notes": notes,
            "outcome": outcome}  # fmt: skip


def council(*meetings: dict[str, Any]) -> bytes:
    series = {"name": "Council", "weekday": 1, "time": "17:00", "timezone": "UTC", "minutes": 60}
    people = [{"email": "Ann@council.example", "name": "Ann"}]
    whole = {"series": series, "people": people, "meetings": list(meetings)}
    return json.dumps(whole).encode()


FIRST = {"date": "2026-01-05", "present": ["ann@council.example", "bo@council.example"],
         "items": [item("a", "deferred", "# Loud\n\n<b>x</b>"), item("b", "resolved")]}  # fmt: skip
SECOND = {
    "date": "2026-01-12",
    "present": [],
    "items": [item("a", "unreached"), item("c", "decided")],
}
THIRD = {"date": "2026-01-19", "present": [], "items": [item("a", "deferred")]}


def plan(world: World, raw: bytes) -> Plan:
    return plan_import("meetings", raw, Context(world.cast.actor("ada"), NOW, TODAY))


def store(world: World, raw: bytes) -> dict[str, int]:
    with world.read():
        made = plan(world, raw)
        assert not made.bad, made.bad
        with writing():
            made.store()
        return made.result


def test_meetings_placements_notes_and_counters(world: World) -> None:
    assert store(world, council(FIRST, SECOND, THIRD)) == {
        "meetings": 3, "items": 3, "placements": 5, "people": 2, "returned_3_times": 1,
        "created": 3,
    }  # fmt: skip
    with world.read():
        meetings = db.session.scalars(sa.select(Meeting).order_by(Meeting.held_on)).all()
        assert {m.state for m in meetings} == {MeetingState.issued}
        items = {i.key: i for i in db.session.scalars(sa.select(AgendaItem))}
        zombie = items["a"]
        assert (zombie.placed, zombie.deferred, zombie.unreached) == (3, 2, 1)
        assert (zombie.in_pool, zombie.carried) == (True, Outcome.DEFERRED)
        assert (items["b"].in_pool, items["c"].in_pool) == (False, False)
        carried = db.session.scalars(
            sa.select(Placement.carried).filter_by(item_id=zombie.id).order_by(Placement.id)
        )
        assert list(carried) == [None, Outcome.DEFERRED, Outcome.UNREACHED]
        note = db.session.scalars(sa.select(Note)).one()
        assert note.text == "# Loud\n\n<b>x</b>"
        assert "<b>" not in note.html
        minutes = db.session.scalars(sa.select(MinutesVersion)).all()
        assert all(m.sha256 == hashlib.sha256(m.text.encode()).hexdigest() for m in minutes)
        assert "Loud" in minutes[0].html
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attendance)) == 2
        bo = db.session.scalars(sa.select(Person).filter_by(email="bo@council.example")).one()
        assert bo.password_hash is None


def test_a_second_time_changes_nothing_and_later_meetings_are_added(world: World) -> None:
    store(world, council(FIRST, SECOND))
    with world.read():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    assert store(world, council(FIRST, SECOND))["created"] == 0
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == before
    assert store(world, council(FIRST, SECOND, THIRD))["created"] == 1
    with world.read():
        assert db.session.scalars(sa.select(AgendaItem).filter_by(key="a")).one().placed == 3


def test_what_is_exported_changes_nothing_when_it_comes_back(world: World) -> None:
    store(world, council(FIRST, SECOND))
    with world.read():
        series = json.loads("".join(export_file("meetings", "json", None)))
    assert [s["series"]["name"] for s in series] == ["Leader meeting", "Council"]
    assert [i["key"] for m in series[1]["meetings"] for i in m["items"]] == ["a", "b", "a", "c"]
    assert store(world, json.dumps(series).encode())["created"] == 0


def test_a_long_note_loses_nothing(world: World) -> None:
    long = "\n\n".join(f"Paragraph {n} with *words*." for n in range(2000))
    meeting = FIRST | {"items": [item("a", "resolved", long)]}
    store(world, council(meeting))
    with world.read():
        note = db.session.scalars(sa.select(Note)).one()
        assert note.text == long
        assert all(f"Paragraph {n} with <em>words</em>." in note.html for n in range(2000))


@pytest.mark.parametrize(
    ("raw", "row", "column"),
    [
        (b"", 0, ""),
        (b"\xff\xfe", 0, ""),
        (b"{", 0, ""),
        (b"[" * 200_000, 0, ""),
        (b'{"series": 1}', 0, ""),
        (b"7", 0, ""),
        (council(FIRST | {"date": "2026-02-30"}), 1, "meetings[0].date"),
        (council(FIRST | {"date": "2026-11-17"}), 1, "meetings[0].date"),
        (council(FIRST, FIRST), 2, "meetings[1].date"),
        (council(FIRST | {"present": ["nobody"]}), 1, "meetings[0].present[0]"),
        (council(FIRST | {"present": None}), 1, "meetings[0].present"),
        (
            council(FIRST, SECOND | {"items": [item("a", "lost")]}),
            2,
            "meetings[1].items[0].outcome",
        ),
        (council(SECOND | {"items": [item("a", "decided")] * 2}), 1, "meetings[0].items[1].key"),
        (
            council(SECOND | {"items": [item("a", "decided", "\0")]}),
            1,
            "meetings[0].items[0].notes",
        ),
        (council(SECOND | {"items": [item("\ud800", "decided")]}), 1, "meetings[0].items[0].key"),
        (council(SECOND | {"items": [item("k" * 201, "decided")]}), 1, "meetings[0].items[0].key"),
    ],
)
def test_each_fault_is_named(sqlite_world: World, raw: bytes, row: int, column: str) -> None:
    with sqlite_world.read():
        made = plan(sqlite_world, raw)
    assert [(bad.row, bad.column) for bad in made.bad] == [(row, column)]
    assert str(made.bad[0])
