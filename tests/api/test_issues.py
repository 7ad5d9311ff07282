"""/api/v1/issues: raising, reading, finding and changing them."""

from datetime import timedelta

import pytest

from meetingtracker.db import db
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from tests.api.program import Program, program
from tests.busy import fill
from tests.cast import TODAY
from tests.conftest import World

FIELDS = [
    "id", "version", "external_id", "title", "description", "raising_department",
    "owning_department", "point_person", "severity", "customer", "customer_goal", "stage",
    "confidential", "next_due_on", "flags", "created_at", "updated_at", "created_by",
]  # fmt: skip


def raised(by: Program, **values: object) -> dict[str, object]:
    made: dict[str, object] = by.made("/issues", {"title": "Labels print wrong", **values})
    return made


def test_a_title_is_enough(world: World) -> None:
    sam = program(world, "sam")
    answer = sam.post("/issues", {"title": "  Labels print wrong "})
    issue = answer.json
    assert answer.status == 201
    assert answer.headers["ETag"] == '"1"'
    assert list(issue) == FIELDS
    assert issue | {"id": 0, "created_at": "", "updated_at": ""} == {
        "id": 0, "version": 1, "external_id": None, "title": "Labels print wrong",
        "description": "", "raising_department": "Sales", "owning_department": None,
        "point_person": None, "severity": 3, "customer": "internal", "customer_goal": "",
        "stage": "new", "confidential": False, "next_due_on": None, "flags": [],
        "created_at": "", "updated_at": "", "created_by": "sam@example.com",
    }  # fmt: skip
    assert issue["created_at"].endswith("Z")
    again = sam.get(f"/issues/{issue['id']}")
    assert (again.status, again.json) == (200, issue)
    assert again.headers["ETag"] == '"1"'


def test_everything_can_be_said_at_once(world: World) -> None:
    issue = raised(
        program(world, "sam"), description="Since *Monday*", raising_department="support",
        owning_department="Sales", point_person="MAX@example.com", severity=1,
        customer="external", customer_goal="Get the parcel", external_id="J-1",
    )  # fmt: skip
    assert issue["raising_department"] == "Support"
    assert (issue["owning_department"], issue["point_person"]) == ("Sales", "max@example.com")
    assert (issue["severity"], issue["customer"], issue["stage"]) == (1, "external", "triaged")
    with world.read():
        html = db.session.get_one(Issue, issue["id"]).description_html
    assert "<em>Monday</em>" in html


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": "x", "severity": 5}, "severity"),
        ({"title": "x", "raising_department": "Nowhere"}, "raising_department"),
        ({"title": "x", "owning_department": "Nowhere"}, "owning_department"),
        ({"title": "x", "point_person": "gone@example.com"}, "point_person"),
        ({"title": "x", "point_person": "ghost@example.com"}, "point_person"),
        ({"title": "x", "stage": "closed"}, "stage"),
        ({"title": "x", "customer": "ours"}, "customer"),
    ],
)
def test_what_cannot_be_raised_names_its_field(
    world: World, body: dict[str, object], field: str
) -> None:
    answer = program(world, "sam").post("/issues", body)
    assert (answer.status, answer.code) == (422, "invalid")
    assert list(answer.fields) == [field]


def test_who_has_no_department_says_for_which(world: World) -> None:
    answer = program(world, "ada").post("/issues", {"title": "x"})
    assert list(answer.fields) == ["raising_department"]


def test_a_known_external_id_shows_what_it_names(world: World) -> None:
    sam = program(world, "sam")
    first = raised(sam, external_id="J-1")
    answer = sam.post("/issues", {"title": "Other", "external_id": "J-1"})
    assert (answer.status, answer.code, answer.json["current"]) == (409, "conflict", first)
    hidden = raised(program(world, "noor"), external_id="N-1", confidential=True)
    answer = sam.post("/issues", {"title": "Other", "external_id": "N-1"})
    assert (answer.status, "current" in answer.json) == (409, False)
    assert hidden["title"].encode() not in answer.raw


def test_a_patch_changes_every_part_as_one_version(world: World) -> None:
    sam = program(world, "sam")
    path = f"/issues/{raised(sam)['id']}"
    issue = sam.changed(
        path, title="Labels", description="More", customer="external", customer_goal="Ship",
        severity=2, owning_department="Sales", point_person="max@example.com",
        stage="in_progress", confidential=True,
    )  # fmt: skip
    assert issue["version"] == 2
    assert (issue["severity"], issue["stage"], issue["confidential"]) == (2, "in_progress", True)
    with world.read():
        kinds = set(
            db.session.scalars(
                db.select(Event.kind).filter_by(subject_type="issue", subject_version=2)
            )
        )
    assert kinds == {
        "issue.edited", "issue.triaged", "issue.point_person_named", "issue.confidential_set",
        "issue.stage_set",
    }  # fmt: skip
    assert sam.changed(path, **{k: issue[k] for k in ("title", "severity", "stage")}) == issue


def test_the_life_of_an_issue(world: World) -> None:
    sam, tom, noor = (program(world, name) for name in ("sam", "tom", "noor"))
    path = f"/issues/{raised(sam, owning_department='Tech')['id']}"
    blocked = tom.changed(path, stage="blocked", reason="a decision", blocked_by="Sales")
    assert (blocked["stage"], blocked["flags"]) == ("blocked", ["blocked"])
    resolved = tom.changed(path, stage="resolved", reason="Rights by shift")
    assert (resolved["stage"], resolved["flags"]) == ("resolved", ["to_confirm"])
    version = resolved["version"]
    assert noor.patch(path, {"version": version, "stage": "closed"}).status == 403
    assert sam.changed(path, stage="in_progress", reason="Not yet")["stage"] == "in_progress"
    assert tom.changed(path, stage="resolved", reason="Now")["stage"] == "resolved"
    closed = sam.changed(path, stage="closed")
    assert closed["stage"] == "closed"
    answer = sam.patch(path, {"version": closed["version"], "severity": 1})
    assert (answer.status, answer.json["current"]) == (409, closed)
    assert sam.changed(path, stage="in_progress", reason="Back", severity=1)["severity"] == 1
    assert tom.changed(path, stage="declined", reason="Twice")["stage"] == "declined"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"stage": "new"}, "stage"),
        ({"stage": "blocked"}, "need"),
        ({"stage": "resolved"}, "reason"),
        ({"stage": "declined"}, "reason"),
        ({"stage": "in_progress", "blocked_by": "Sales"}, "blocked_by"),
        ({"raising_department": "Tech"}, "raising_department"),
        ({"title": None}, "title"),
    ],
)
def test_a_patch_that_cannot_be_names_its_field_and_changes_nothing(
    world: World, values: dict[str, object], field: str
) -> None:
    sam = program(world, "sam")
    issue = raised(sam, owning_department="Sales", point_person="max@example.com")
    path = f"/issues/{issue['id']}"
    answer = sam.patch(path, {"version": issue["version"], "severity": 1, **values})
    assert (answer.status, list(answer.fields)) == (422, [field])
    assert sam.get(path).json == issue


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("max", {"title": "Mine now"}, 403),
        ("pia", {"severity": 1}, 403),
        ("pia", {"stage": "in_progress"}, 200),
        ("pia", {"title": "Better words"}, 200),
        ("lea", {"stage": "in_progress"}, 403),
        ("lea", {"severity": 1}, 200),
        ("tom", {"severity": 1}, 200),
        ("noor", {"severity": 1}, 403),
        ("max", {}, 200),
        ("noor", {}, 403),
    ],
)
def test_who_may_change_what(
    world: World, name: str, values: dict[str, object], status: int
) -> None:
    """Raised by sam for Sales, owned by Tech, pia its point person; max of Sales may confirm."""
    sam, lea = program(world, "sam"), program(world, "lea")
    issue = raised(sam, owning_department="Tech")
    path = f"/issues/{issue['id']}"
    version = lea.changed(path, point_person="pia@example.com")["version"]
    answer = program(world, name).patch(path, {"version": version, **values})
    assert answer.status == status, answer.json


def test_flags_and_dates_are_those_of_the_board(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    lea = program(world, "lea")
    found = {i["title"]: i for i in lea.get("/issues", limit=200).json["items"]}
    stock = found["Stock count and web shop disagree after 18:00"]
    assert "overdue" in stock["flags"]
    assert stock["next_due_on"] == str(TODAY - timedelta(days=2))
    assert stock["point_person"] == "pia@example.com"
    board = world.sign_in("lea").get("/board?flag=overdue&view=table")
    assert lea.get("/issues", flags="overdue").json["total"] == board.total


def test_lists_are_filtered_by_field(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    lea = program(world, "lea")
    everything = lea.get("/issues", limit=200).json["items"]
    for name, value in (
        ("raising_department", "Sales"), ("owning_department", "Tech"),
        ("point_person", "pia@example.com"), ("created_by", "sam@example.com"),
        ("severity", 1), ("customer", "internal"), ("stage", "blocked"),
    ):  # fmt: skip
        found = lea.get("/issues", limit=200, **{name: value}).json
        assert found["items"] == [i for i in everything if i[name] == value], name
        assert 0 < found["total"] == len(found["items"])
    nobody = lea.get("/issues", limit=200, owning_department="none").json["items"]
    assert nobody == [i for i in everything if i["owning_department"] is None] != []
    assert lea.get("/issues", confidential="true").json["total"] == 1
    assert lea.get("/issues", q="STOCK web").json["total"] == 1
    assert lea.get("/issues", q="100% of the invoice_mails").json["total"] == 1
