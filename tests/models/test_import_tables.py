"""Imports of actions, issues and people: all or nothing, twice is once, changes by verbs."""

from datetime import date

import pytest
import sqlalchemy as sa

from meetingtracker.db import Busy, db, writing
from meetingtracker.markup import render
from meetingtracker.models.action import Action, DueChange
from meetingtracker.models.acts.import_file import plan_import
from meetingtracker.models.acts.import_plan import Context, Plan, rendered
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.models.reads.export_file import export_file
from meetingtracker.rules.import_rows import COLUMNS
from meetingtracker.rules.states import Stage, Status
from tests.cast import NOW, TODAY
from tests.conftest import World

ACTION = "A-1,Call them back,Sales,max@example.com,2026-12-01,open,normal,Some *words*"
ISSUE = "I-1,Labels are late,Sales,Tech,pia@example.com,2,in_progress,See #1"


def file(kind: str, *lines: str) -> bytes:
    return "\n".join([",".join(COLUMNS[kind]), *lines]).encode()


def plan(world: World, kind: str, raw: bytes) -> Plan:
    return plan_import(kind, raw, Context(world.cast.actor("ada"), NOW, TODAY))


def store(world: World, kind: str, raw: bytes) -> Plan:
    with world.read():
        made = plan(world, kind, raw)
        assert not made.bad, made.bad
        with writing():
            made.store()
        return made


def events(world: World) -> int:
    with world.read():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0


def test_a_new_action_stands_there_with_its_first_event(world: World) -> None:
    assert store(world, "actions", file("actions", ACTION)).result == {
        "rows": 1, "created": 1, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    with world.read() as cast:
        action = db.session.scalars(sa.select(Action)).one()
        assert action.due_on == action.original_due_on == date(2026, 12, 1)
        assert (action.status, action.moves, action.owner_id) == (
            Status.open, 0, cast.person["max"],
        )  # fmt: skip
        assert action.description_html == render("Some *words*").html
        event = db.session.scalars(sa.select(Event).filter_by(subject_type="action")).one()
        assert (event.subject_id, event.subject_version) == (action.id, 1)
        assert event.changes["due_on"] == [None, "2026-12-01"]
        assert "description_html" not in event.changes


def test_twice_is_once(world: World) -> None:
    raw = file("actions", ACTION, ACTION.replace("A-1", "A-2").replace("open", "blocked"))
    store(world, "actions", raw)
    before = events(world)
    assert store(world, "actions", raw).result["unchanged"] == 2
    assert events(world) == before


def test_a_changed_row_moves_the_date_with_a_reason_and_keeps_the_first_one(world: World) -> None:
    store(world, "actions", file("actions", ACTION))
    changed = ACTION.replace("2026-12-01", "2026-12-08").replace("max@", "olga@")
    assert store(world, "actions", file("actions", changed)).result["changed"] == 1
    with world.read() as cast:
        action = db.session.scalars(sa.select(Action)).one()
        assert (action.due_on, action.moves) == (date(2026, 12, 8), 1)
        assert action.original_due_on == date(2026, 12, 1)
        assert action.owner_id == cast.person["olga"]
        move = db.session.scalars(sa.select(DueChange)).one()
        assert (move.from_on, move.reason) == (date(2026, 12, 1), "import")


@pytest.mark.parametrize("was", list(Status))
@pytest.mark.parametrize("becomes", list(Status))
def test_every_status_may_become_every_other(
    sqlite_world: World, was: Status, becomes: Status
) -> None:
    world = sqlite_world
    store(world, "actions", file("actions", ACTION.replace("open", was)))
    store(world, "actions", file("actions", ACTION.replace("open", becomes)))
    with world.read():
        assert db.session.scalars(sa.select(Action.status)).one() is becomes


@pytest.mark.parametrize("was", list(Stage))
@pytest.mark.parametrize("becomes", list(Stage))
def test_every_stage_may_become_every_other(
    sqlite_world: World, was: Stage, becomes: Stage
) -> None:
    world = sqlite_world
    store(world, "issues", file("issues", ISSUE.replace("in_progress", was)))
    store(world, "issues", file("issues", ISSUE.replace("in_progress", becomes)))
    with world.read():
        assert db.session.scalars(sa.select(Issue.stage)).one() is becomes


def test_one_bad_row_and_nothing_is_stored(world: World) -> None:
    lines = [ACTION.replace("A-1", f"A-{n}") for n in range(5)]
    lines[3] = lines[3].replace("Sales", "Nowhere")
    lines[4] = lines[4].replace("max@", "gone@")
    with world.read():
        made = plan(world, "actions", file("actions", *lines))
    assert [(b.line, b.column) for b in made.bad] == [(5, "department"), (6, "owner_email")]
    assert "Nowhere" in str(made.bad[0])
    assert "left" in str(made.bad[1])


def test_a_finished_promise_keeps_its_date(world: World) -> None:
    done = ACTION.replace("open", "done")
    store(world, "actions", file("actions", done))
    with world.read():
        made = plan(world, "actions", file("actions", done.replace("12-01", "12-02")))
    assert [(b.line, b.column) for b in made.bad] == [(2, "due_on")]


def test_what_somebody_else_stored_meanwhile_is_not_stored_twice(world: World) -> None:
    with world.read():
        late = plan(world, "actions", file("actions", ACTION))
    store(world, "actions", file("actions", ACTION))
    with pytest.raises(Busy), world.write():
        late.store()


def test_issues_and_people_twice_and_changed(world: World) -> None:
    raw = file("issues", ISSUE)
    person = "new@example.com,Nina New,leader,Sales,max@example.com,Europe/Paris,en"
    report = "rep@example.com,Rob Report,member,Sales,new@example.com,,"
    store(world, "issues", raw)
    store(world, "people", file("people", report, person))
    before = events(world)
    store(world, "issues", raw)
    assert store(world, "people", file("people", report, person)).result["unchanged"] == 2
    assert events(world) == before
    store(world, "issues", raw.replace(b"Labels are late", b"Labels come late"))
    with world.read():
        issue = db.session.scalars(sa.select(Issue)).one()
        assert (issue.title, issue.severity, issue.stage) == (
            "Labels come late", 2, Stage.in_progress,
        )  # fmt: skip
        people = {p.email: p for p in db.session.scalars(sa.select(Person))}
        assert people["rep@example.com"].manager_id == people["new@example.com"].id
        assert people["new@example.com"].password_hash is None


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("kind", ["actions", "issues", "people"])
def test_what_is_exported_changes_nothing_when_it_comes_back(
    world: World, kind: str, form: str
) -> None:
    for noun, line in (("actions", ACTION), ("issues", ISSUE)):
        store(world, noun, file(noun, line.replace("Call", "'=Call")))
    with world.write():
        row = db.session().scalars(sa.select(Action)).one()
        row.record("action.edited", by=world.cast.actor("sam"), at=NOW, external_id=None)
    before = events(world)
    with world.read():
        raw = "".join(export_file(kind, form, None)).encode()
    assert store(world, kind, raw).result["unchanged"] > 0
    assert events(world) == before


@pytest.mark.parametrize(
    "text",
    ["", "Plain words.", "It's 5% off (really)", "Re-open it, please. Now", "a\n\nb", "1. one",
     "www.example.com", "a@b.cc", "x  y", "- a", "a_b_c", "#12", "Größe, naïve", "A <b> & c",
     "a. b.c", "Smile :-)", "ends with.", "what?! no"],
)  # fmt: skip
def test_the_short_way_to_html_comes_to_the_same(text: str) -> None:
    assert rendered(text) == render(text).html
