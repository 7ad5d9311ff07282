"""/api/v1/actions: promises, their dates, their states."""

from datetime import timedelta

import pytest

from meetingtracker.db import db
from meetingtracker.models.action import DueChange
from meetingtracker.models.event import Event
from tests.api.program import Program, program
from tests.busy import fill
from tests.cast import TODAY
from tests.conftest import World

FIELDS = [
    "id", "version", "external_id", "title", "description", "issue", "department", "owner",
    "due_on", "original_due_on", "moves", "status", "blocked_by", "priority", "flags",
    "created_at", "updated_at", "created_by",
]  # fmt: skip
DUE, LATER = str(TODAY + timedelta(days=10)), str(TODAY + timedelta(days=17))


def promised(by: Program, **values: object) -> dict[str, object]:
    made: dict[str, object] = by.made(
        "/actions", {"title": "Call the courier", "due_on": DUE, **values}
    )
    return made


def of_pia(world: World) -> tuple[dict[str, object], str]:
    """tom, who leads Tech, asked pia for it: it binds at once."""
    action = promised(program(world, "tom"), owner="pia@example.com")
    assert action["status"] == "open"
    return action, f"/actions/{action['id']}"


def test_title_and_date_are_enough(world: World) -> None:
    action = promised(program(world, "max"))
    assert list(action) == FIELDS
    assert action | {"id": 0, "created_at": "", "updated_at": ""} == {
        "id": 0, "version": 1, "external_id": None, "title": "Call the courier",
        "description": "", "issue": None, "department": "Sales", "owner": "max@example.com",
        "due_on": DUE, "original_due_on": DUE, "moves": 0, "status": "open", "blocked_by": None,
        "priority": "normal", "flags": [], "created_at": "", "updated_at": "",
        "created_by": "max@example.com",
    }  # fmt: skip
    assert program(world, "sam").get(f"/actions/{action['id']}").json == action


@pytest.mark.parametrize(
    ("name", "owner", "status"),
    [("sam", "max", "open"), ("sam", "pia", "proposed"), ("lea", "pia", "open"),
     ("max", "sam", "proposed")],
)  # fmt: skip
def test_it_binds_as_on_the_pages(world: World, name: str, owner: str, status: str) -> None:
    action = promised(program(world, name), owner=f"{owner}@example.com")
    assert action["status"] == status


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title", "due_on"}),
        ({"title": "x", "due_on": "soon"}, {"due_on"}),
        ({"title": "x", "due_on": "1969-12-31"}, {"due_on"}),
        ({"title": "x", "due_on": "2201-01-01"}, {"due_on"}),
        ({"title": "x", "due_on": "2026-02-29"}, {"due_on"}),
        ({"title": "x", "due_on": DUE, "owner": "gone@example.com"}, {"owner"}),
        ({"title": "x", "due_on": DUE, "owner": None}, {"owner"}),
        ({"title": "x", "due_on": DUE, "issue": 999}, {"issue"}),
        ({"title": "x", "due_on": DUE, "status": "done"}, {"status"}),
        ({"title": "x", "due_on": DUE, "original_due_on": DUE}, {"original_due_on"}),
        ({"title": "x", "due_on": DUE, "priority": "huge"}, {"priority"}),
    ],
)
def test_what_cannot_be_promised_names_its_fields(
    world: World, body: dict[str, object], fields: set[str]
) -> None:
    answer = program(world, "sam").post("/actions", body)
    assert (answer.status, answer.fields.keys()) == (422, fields)


def test_a_department_that_would_give_power_over_the_owner_is_refused(world: World) -> None:
    sam = program(world, "sam")
    body = {"title": "x", "due_on": DUE, "owner": "pia@example.com", "department": "Sales"}
    assert list(sam.post("/actions", body).fields) == ["department"]
    assert promised(program(world, "lea"), owner="pia@example.com", department="Sales")[
        "department"
    ] == "Sales"  # fmt: skip


def test_a_known_external_id_shows_what_it_names(world: World) -> None:
    sam = program(world, "sam")
    first = promised(sam, external_id="J-1")
    answer = sam.post("/actions", {"title": "x", "due_on": DUE, "external_id": "J-1"})
    assert (answer.status, answer.json["current"]) == (409, first)


def test_owner_date_status_and_words_are_one_version(world: World) -> None:
    action, path = of_pia(world)
    tom = program(world, "tom")
    now = tom.changed(
        path, owner="dina@example.com", due_on=LATER, status="in_progress", title="Call them",
        priority="high", reason="pia is away",
    )  # fmt: skip
    assert now["version"] == 2
    assert (now["owner"], now["due_on"], now["original_due_on"], now["moves"]) == (
        "dina@example.com", LATER, DUE, 1,
    )  # fmt: skip
    assert (now["status"], now["title"], now["priority"]) == ("in_progress", "Call them", "high")
    with world.read():
        kinds = set(
            db.session.scalars(
                db.select(Event.kind).filter_by(subject_type="action", subject_version=2)
            )
        )
        ledger = db.session.scalars(db.select(DueChange)).one()
        assert (str(ledger.from_on), str(ledger.to_on), ledger.reason) == (
            DUE, LATER, "pia is away",
        )  # fmt: skip
    assert kinds == {
        "action.handed_over", "action.moved", "action.on_track", "action.edited"
    }  # fmt: skip
    assert tom.changed(path, due_on=LATER, status="in_progress", owner="dina@example.com") == now


@pytest.mark.parametrize("values", [{"due_on": LATER}, {"owner": "dina@example.com"},
                                    {"status": "cancelled"}])  # fmt: skip
def test_what_needs_a_reason_is_refused_without_one(
    world: World, values: dict[str, object]
) -> None:
    action, path = of_pia(world)
    answer = program(world, "tom").patch(path, {"version": 1, **values})
    assert (answer.status, list(answer.fields)) == (422, ["reason"])
    assert program(world, "tom").get(path).json == action


def test_the_first_date_never_changes(world: World) -> None:
    action, path = of_pia(world)
    lea = program(world, "lea")
    for day in (3, 9, 5):
        due = str(TODAY + timedelta(days=day))
        now = lea.changed(path, due_on=due, reason="again")
        assert (now["due_on"], now["original_due_on"]) == (due, DUE)
    assert now["moves"] == 3
    assert "original_due_on" in lea.patch(path, {"version": 4, "original_due_on": LATER}).fields


def test_the_life_of_a_promise(world: World) -> None:
    _action, path = of_pia(world)
    pia, tom = program(world, "pia"), program(world, "tom")
    other = promised(tom)
    for word in ("sam@example.com", "Support", f"#{other['id']}", "outside"):
        blocked = pia.changed(path, status="blocked", blocked_by=word, need="the box")
        assert (blocked["status"], blocked["blocked_by"]) == ("blocked", word)
    assert pia.changed(path, status="blocked", blocked_by="outside") == blocked
    assert pia.changed(path, status="open")["status"] == "in_progress"
    assert pia.changed(path, status="done", title="Called")["title"] == "Called"
    assert pia.changed(path, status="in_progress")["status"] == "in_progress"
    assert pia.changed(path, status="done")["status"] == "done"
    assert tom.changed(path, status="verified")["status"] == "verified"
    answer = tom.patch(path, {"version": tom.get(path).json["version"], "title": "Late words"})
    assert (answer.status, answer.json["current"]["title"]) == (409, "Called")


def test_a_proposal_is_accepted_or_declined_by_its_owner(world: World) -> None:
    sam, pia = program(world, "sam"), program(world, "pia")
    first, second = (f"/actions/{promised(sam, owner='pia@example.com')['id']}" for _ in range(2))
    assert sam.patch(first, {"version": 1, "status": "open"}).status == 403
    assert pia.patch(first, {"version": 1, "status": "done"}).status == 409
    moved = pia.patch(first, {"version": 1, "due_on": LATER, "reason": "x"})
    assert list(moved.fields) == ["due_on"]
    assert pia.changed(first, status="open")["status"] == "open"
    assert pia.changed(second, status="cancelled", reason="not us")["status"] == "cancelled"


def test_who_hands_over_does_not_accept_for_the_new_owner(world: World) -> None:
    _action, path = of_pia(world)
    tom = program(world, "tom")
    given = {"version": 1, "owner": "max@example.com", "reason": "theirs"}
    answer = tom.patch(path, {**given, "status": "in_progress"})
    assert (answer.status, list(answer.fields)) == (422, ["status"])
    assert tom.patch(path, given).json["status"] == "proposed"


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("pia", {"status": "done"}, 200),
        ("pia", {"due_on": LATER, "reason": "x"}, 200),
        ("pia", {"owner": "dina@example.com", "reason": "x"}, 403),
        ("pia", {"status": "cancelled", "reason": "x"}, 403),
        ("tom", {"status": "cancelled", "reason": "x"}, 200),
        ("lea", {"status": "done"}, 403),
        ("lea", {"owner": "max@example.com", "reason": "x"}, 200),
        ("sam", {"title": "Mine"}, 403),
        ("max", {}, 403),
        ("ada", {"due_on": LATER, "reason": "x"}, 403),
    ],
)
def test_who_may_change_what(
    world: World, name: str, values: dict[str, object], status: int
) -> None:
    _action, path = of_pia(world)
    answer = program(world, name).patch(path, {"version": 1, **values})
    assert answer.status == status, answer.json


def test_who_may_only_ask_for_another_date_is_told_so(world: World) -> None:
    _action, path = of_pia(world)
    pia = program(world, "pia")
    pia.changed(path, due_on=LATER, reason="first")
    answer = pia.patch(path, {"version": 2, "due_on": DUE, "reason": "second"})
    assert (answer.status, answer.code) == (403, "forbidden")
    assert "ask" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"status": "blocked"}, "blocked_by"),
        ({"status": "blocked", "blocked_by": None}, "blocked_by"),
        ({"status": "blocked", "blocked_by": "Nowhere", "need": "x"}, "blocked_by"),
        ({"status": "blocked", "blocked_by": "#999", "need": "x"}, "blocked_by"),
        ({"status": "blocked", "blocked_by": "#x", "need": "x"}, "blocked_by"),
        ({"status": "blocked", "blocked_by": "pia@example.com", "need": "x"}, "blocked_by"),
        ({"status": "blocked", "blocked_by": "outside"}, "need"),
        ({"status": "open", "blocked_by": "outside"}, "blocked_by"),
        ({"status": "proposed"}, "status"),
        ({"owner": "gone@example.com", "reason": "x"}, "owner"),
    ],
)
def test_a_patch_that_cannot_be_names_its_field(
    world: World, values: dict[str, object], field: str
) -> None:
    action, path = of_pia(world)
    answer = program(world, "tom").patch(path, {"version": 1, "title": "Other", **values})
    assert (answer.status, list(answer.fields)) == (422, [field])
    assert program(world, "tom").get(path).json == action


def test_lists_are_filtered_by_field(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    lea = program(world, "lea")
    everything = lea.get("/actions", limit=200).json
    assert everything["total"] == len(everything["items"]) > 20
    for name, value in (
        ("owner", "pia@example.com"), ("department", "Tech"), ("created_by", "sam@example.com"),
        ("status", "proposed"), ("priority", "high"), ("due_on", str(TODAY)),
    ):  # fmt: skip
        found = lea.get("/actions", limit=200, **{name: value}).json
        assert found["items"] == [i for i in everything["items"] if i[name] == value] != [], name
    overdue = lea.get("/actions", limit=200, flags="overdue").json
    assert overdue["items"] == [i for i in everything["items"] if "overdue" in i["flags"]] != []
    assert overdue["total"] == world.sign_in("lea").get("/actions?flag=overdue").total
    assert lea.get("/actions", q="PRICE list").json["total"] == 1


def test_comments_on_both(world: World) -> None:
    sam, max_ = program(world, "sam"), program(world, "max")
    issue = sam.made("/issues", {"title": "x"})
    for path in (f"/issues/{issue['id']}", f"/actions/{promised(sam)['id']}"):
        made = max_.made(f"{path}/comments", {"text": "**Seen** too"})
        assert made | {"id": 0, "created_at": ""} == {
            "id": 0, "version": 1, "text": "**Seen** too", "created_at": "",
            "created_by": "max@example.com",
        }  # fmt: skip
        assert sam.get(f"{path}/comments").json == {"items": [made], "total": 1, "next": None}
        assert sam.get(f"{path}/comments", q="nothing").json["total"] == 0
        assert sam.post(f"{path}/comments", {"text": " "}).fields.keys() == {"text"}
        assert "<strong>Seen</strong>" in world.sign_in("sam").get(path).text
    assert sam.post("/issues/999/comments", {"text": "x"}).status == 404
