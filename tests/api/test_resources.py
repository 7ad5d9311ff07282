"""Agenda items, meetings, decisions, departments and people."""

from datetime import timedelta

import pytest

from meetingtracker.models.decision import Decision
from meetingtracker.rules.agenda import Outcome
from tests.api.program import program
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, hold, propose

# --- agenda items -----------------------------------------------------------------------------


def test_an_item_waits_until_a_meeting_is_planned(world: World) -> None:
    sam, maya = program(world, "sam"), program(world, "maya")
    item = sam.made("/agenda-items", {"title": "Who pays?"})
    assert item | {"id": 0, "created_at": ""} == {
        "id": 0, "version": 1, "series": "Leader meeting", "title": "Who pays?",
        "description": "", "ask": "discuss", "minutes": 10, "department": "Sales",
        "presenter": "sam@example.com", "issue": None, "status": "waiting", "placed": 0,
        "deferred": 0, "unreached": 0, "carried": None, "created_at": "",
        "created_by": "sam@example.com",
    }  # fmt: skip
    maya.made("/meetings", {"series": "Leader meeting", "held_on": str(THURSDAY)})
    path = f"/agenda-items/{item['id']}"
    assert sam.get(path).json["status"] == "placed"
    assert sam.get("/agenda-items", status="waiting").json["total"] == 0
    assert sam.get("/agenda-items", status="placed", ask="discuss").json["total"] == 1
    changed = sam.changed(
        path, title="Who pays for it?", ask="decide", minutes=15, department="Tech",
        presenter=None, description="*Now*",
    )  # fmt: skip
    assert (changed["ask"], changed["minutes"], changed["presenter"]) == ("decide", 15, None)
    assert changed["version"] == 3
    gone = sam.changed(path, status="withdrawn", reason="answered")
    assert gone["status"] == "withdrawn"
    late = sam.patch(path, {"version": gone["version"], "title": "Again"})
    assert (late.status, late.json["current"]) == (409, gone)


@pytest.mark.parametrize(
    ("name", "status"), [("sam", 200), ("max", 403), ("tom", 403), ("lea", 403)]
)
def test_who_may_change_an_item(world: World, name: str, status: int) -> None:
    item = program(world, "sam").made("/agenda-items", {"title": "x"})
    answer = program(world, name).patch(f"/agenda-items/{item['id']}", {"version": 1, "title": "y"})
    assert answer.status == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x", "ask": "verdict"}, "ask"), ({"title": "x", "minutes": 0}, "minutes"),
        ({"title": "x", "series": "Nowhere"}, "series"),
        ({"title": "x", "presenter": "gone@example.com"}, "presenter"),
        ({"title": "x", "issue": 999}, "issue"), ({"title": "x", "department": "?"}, "department"),
    ],
)  # fmt: skip
def test_what_cannot_be_proposed_names_its_field(
    world: World, body: dict[str, object], field: str
) -> None:
    answer = program(world, "sam").post("/agenda-items", body)
    assert (answer.status, list(answer.fields)) == (422, [field])


# --- meetings ---------------------------------------------------------------------------------


def test_a_meeting_with_agenda_and_minutes(world: World) -> None:
    with world.write() as cast:
        propose(cast)
        meeting_id = hold(cast, THURSDAY, Outcome.DEFERRED).id
    max_ = program(world, "max")
    meeting = max_.get(f"/meetings/{meeting_id}").json
    (placed,) = meeting["agenda"]
    assert (placed["title"], placed["outcome"]) == ("Labels print wrong", "deferred")
    assert (meeting["state"], meeting["facilitator"]) == ("issued", "maya@example.com")
    page = world.sign_in("max").get(f"/meetings/{meeting_id}/minutes")
    assert meeting["minutes"]["sha256"] in page.text
    assert "Labels print wrong" in meeting["minutes"]["text"]
    (line,) = max_.get("/meetings", state="issued").json["items"]
    assert line == {name: meeting[name] for name in line}
    assert max_.get("/meetings", series="Leader meeting", held_on=str(THURSDAY)).json["total"] == 1


def test_planning_and_cancelling(world: World) -> None:
    maya, ada, sam = (program(world, name) for name in ("maya", "ada", "sam"))
    body = {"series": "Leader meeting", "held_on": str(THURSDAY), "length": 45}
    assert sam.post("/meetings", body).status == 403
    meeting = maya.made("/meetings", body)
    assert (meeting["length"], meeting["state"], meeting["minutes"]) == (45, "planned", None)
    assert list(maya.post("/meetings", body).fields) == ["held_on"]
    path = f"/meetings/{meeting['id']}"
    assert sam.patch(path, {"version": 1, "state": "cancelled", "reason": "x"}).status == 403
    assert list(ada.patch(path, {"version": 1, "state": "cancelled"}).fields) == ["reason"]
    cancelled = ada.changed(path, state="cancelled", reason="All ill")
    assert cancelled["state"] == "cancelled"
    assert ada.changed(path, state="cancelled", reason="All ill") == cancelled
    later = {"series": "Leader meeting", "held_on": str(THURSDAY + WEEK)}
    assert ada.made("/meetings", later)["length"] == 60


# --- decisions --------------------------------------------------------------------------------


def test_decisions_are_read(world: World) -> None:
    with world.write() as cast:
        made = [
            Decision.take(
                text=f"We pay {n}", reason="It is cheaper", by=cast.actor("maya"), at=NOW,
                on=TODAY, owner_id=cast.person["sam"], review_on=TODAY + timedelta(days=30),
            )
            for n in range(3)
        ]  # fmt: skip
        made[0].undo(by=cast.actor("maya"), at=NOW)
        undone, kept = made[0].id, made[2].id
    max_ = program(world, "max")
    listed = max_.get("/decisions", owner="sam@example.com").json
    assert (listed["total"], [d["id"] for d in listed["items"]]) == (2, [kept, kept - 1])
    decision = max_.get(f"/decisions/{kept}").json
    assert decision == listed["items"][0]
    assert (decision["text"], decision["owner"]) == ("We pay 2", "sam@example.com")
    assert max_.get(f"/decisions/{undone}").status == 404
    assert max_.get("/decisions", q="CHEAPER pay").json["total"] == 2
    assert max_.post("/decisions", {"text": "x"}).status == 405


# --- departments and people -------------------------------------------------------------------


def test_administrators_keep_the_departments(world: World) -> None:
    ada = program(world, "ada")
    made = ada.made("/departments", {"name": "Returns", "leader": "olga@example.com"})
    assert made | {"id": 0} == {
        "id": 0, "version": 2, "name": "Returns", "colour": 4, "leader": "olga@example.com",
        "deputy": None, "open": True,
    }  # fmt: skip
    path = f"/departments/{made['id']}"
    assert list(ada.post("/departments", {"name": "RETURNS"}).fields) == ["name"]
    now = ada.changed(path, name="Repairs", deputy="max@example.com")
    assert (now["name"], now["deputy"], now["version"]) == ("Repairs", "max@example.com", 3)
    for values, field in (
        ({"name": "sales"}, "name"), ({"leader": "max@example.com"}, "deputy"),
        ({"leader": None, "deputy": None}, "leader"), ({"leader": "x@example.com"}, "leader"),
    ):  # fmt: skip
        assert list(ada.patch(path, {"version": 3, **values}).fields) == [field]
    assert ada.get("/departments", q="pair").json["items"] == [now]
    assert ada.get("/departments", leader="olga@example.com", open="true").json["total"] == 1


def test_administrators_keep_the_people(world: World) -> None:
    ada = program(world, "ada")
    body = {"email": "New@Example.com", "name": " Nina New ", "department": "sales"}
    made = ada.made("/people", body)
    assert made | {"id": 0} == {
        "id": 0, "version": 1, "email": "new@example.com", "name": "Nina New", "role": "member",
        "is_admin": False, "department": "Sales", "active": True,
    }  # fmt: skip
    assert list(ada.post("/people", body).fields) == ["email"]
    for email in ("nobody", "a@b", "two words@example.com", ""):
        assert list(ada.post("/people", {"name": "x", "email": email}).fields) == ["email"]
    path = f"/people/{made['id']}"
    now = ada.changed(path, role="leader", department="Tech", name="Nina Newer")
    assert (now["role"], now["department"], now["version"]) == ("leader", "Tech", 2)
    assert list(ada.patch(path, {"version": 2, "email": "x@example.com"}).fields) == ["email"]
    assert list(ada.patch(path, {"version": 2, "is_admin": True}).fields) == ["is_admin"]
    assert ada.get("/people", email="NEW@example.com").json["items"] == [now]


def test_everybody_reads_them_and_nobody_else_changes_them(world: World) -> None:
    max_ = program(world, "max")
    assert max_.get("/departments").json["total"] == 4
    assert max_.get("/people").json["total"] == 10
    assert [p["name"] for p in max_.get("/people", active="false").json["items"]] == ["Gerd Gone"]
    for name in ("max", "sam", "lea"):
        by = program(world, name)
        assert by.post("/people", {"email": "x@example.com", "name": "x"}).status == 403
        assert by.post("/departments", {"name": "x"}).status == 403
        assert by.patch(f"/people/{world.cast.person['max']}", {"version": 1}).status == 403
        assert (
            by.patch(f"/departments/{world.cast.department['Tech']}", {"version": 1}).status == 403
        )
