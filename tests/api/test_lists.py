"""Every list: limits, cursors, unknown parameters, and what it costs."""

import pytest

from meetingtracker.db import db
from tests.api.program import Program, program
from tests.busy import fill
from tests.conftest import World
from tests.queries import queries

LISTS = ("issues", "actions", "agenda-items", "meetings", "decisions", "departments", "people",
         "events")  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"limit": "x"}, "limit"),
        ({"limit": -1}, "limit"), ({"limit": "9" * 30}, "limit"), ({"limit": ""}, "limit"),
        ({"cursor": "garbage"}, "cursor"), ({"cursor": "MQ.AAAA"}, "cursor"),
        ({"nonsense": 1}, "nonsense"), ({"version": 1}, "version"), ({"q": "x" * 201}, "q"),
        ({"q": "\0"}, "q"), ({"limit": [1, 2]}, "limit"),
    ],
)  # fmt: skip
def test_what_a_list_cannot_be_asked(
    sqlite_world: World, path: str, query: dict[str, object], field: str
) -> None:
    answer = program(sqlite_world, "ada").get(f"/{path}", **query)
    assert (answer.status, list(answer.fields)) == (422, [field])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("issues", {"severity": 5}), ("issues", {"stage": "x"}),
        ("issues", {"flags": "moved_twice"}),
        ("issues", {"owning_department": "Nowhere"}), ("issues", {"point_person": "nobody"}),
        ("issues", {"confidential": "perhaps"}), ("actions", {"due_on": "soon"}),
        ("actions", {"due_on": "1800-01-01"}), ("actions", {"issue": 2**31}),
        ("meetings", {"state": "x"}), ("people", {"role": "boss"}), ("events", {"actor": "x"}),
    ],
)  # fmt: skip
def test_an_unknown_value_of_a_filter_names_it(
    sqlite_world: World, path: str, query: dict[str, object]
) -> None:
    answer = program(sqlite_world, "ada").get(f"/{path}", **query)
    assert (answer.status, list(answer.fields)) == (422, list(query))


def walk(by: Program, path: str, limit: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    cursor = ""
    while True:
        page = by.get(path, limit=limit, cursor=cursor).json
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("path", LISTS)
def test_all_pages_together_are_the_list(world: World, path: str) -> None:
    with world.write() as cast:
        fill(cast)
    lea = program(world, "lea")
    whole = lea.get(f"/{path}", limit=200).json
    pieces = walk(lea, f"/{path}", 50 if whole["total"] > 100 else 3)
    assert [row["id"] for row in pieces] == sorted((row["id"] for row in pieces), reverse=True)
    assert len(pieces) == whole["total"]
    assert pieces[:200] == whole["items"]


def test_rows_added_meanwhile_shift_nothing(world: World) -> None:
    sam = program(world, "sam")
    made = [sam.made("/issues", {"title": f"Number {n}"})["id"] for n in range(7)]
    first = sam.get("/issues", limit=3).json
    for n in range(4):
        sam.made("/issues", {"title": f"Later {n}"})
    second = sam.get("/issues", limit=3, cursor=first["next"]).json
    third = sam.get("/issues", limit=3, cursor=second["next"]).json
    seen = [row["id"] for page in (first, second, third) for row in page["items"]]
    assert seen == made[::-1]
    assert third["next"] is None


def test_a_cursor_of_another_list_leads_nowhere(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    lea = program(world, "lea")
    cursor = lea.get("/issues", limit=1).json["next"]
    assert list(lea.get("/actions", cursor=cursor).fields) == ["cursor"]


@pytest.mark.parametrize("path", ["issues", "actions", "agenda-items", "events"])
def test_twenty_rows_cost_as_many_queries_as_two(world: World, path: str) -> None:
    lea = program(world, "lea")
    with world.read():
        engine = db.engine

    def add(count: int) -> None:
        for n in range(count):
            issue = lea.made("/issues", {"title": f"I {n}", "raising_department": "Tech"})
            lea.made("/actions", {"title": "a", "due_on": "2026-12-01", "issue": issue["id"]})
            lea.made("/agenda-items", {"title": "b", "department": "Tech", "issue": issue["id"]})

    add(2)
    lea.get(f"/{path}")
    with queries(engine) as few:
        assert lea.get(f"/{path}", limit=200).json["total"] >= 2
    add(18)
    with queries(engine) as many:
        assert lea.get(f"/{path}", limit=200).json["total"] >= 20
    assert len(many) == len(few) <= 8, many
