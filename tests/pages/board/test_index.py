"""The board: lanes and table of what one may see, worst first; unknown values are refused."""

import re

import pytest

from meetingtracker.models.reads.board import PER_LANE
from tests.busy import Busy, fill
from tests.conftest import World


def titles(text: str) -> list[str]:
    return re.findall(r'<a href="/issues/\d+">([^<]+)</a>', text)


def test_lanes_show_cards_with_why_and_flag(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    page = world.sign_in("sam").get("/board")
    assert page.status == 200
    assert page.total == 8
    for words in (
        "Reserve stock at payment · moved twice", "2 days late", "Waits on Sales",
        "A decision on who pays for the data feed", "Unassigned 4 d", "Asked Fulfilment",
        "Fulfilment confirms, or re-opens.", "No actions yet", "not sure yet", "Severity 1",
    ):  # fmt: skip
        assert words.replace("moved twice", "moved 2 times, 7 days") in page.text, words
    assert {"overdue", "unassigned", "blocked", "to_confirm"} <= set(page.flags)
    assert "Somebody reads customers" not in page.text


def test_a_department_sees_its_confidential_issue_and_others_do_not(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    for name, sees in (
        ("noor", True),
        ("tom", True),
        ("lea", True),
        ("sam", False),
        ("ada", False),
    ):
        for path in ("/board", "/board?view=table", "/board?q=reads"):
            assert ("Somebody reads" in world.sign_in(name).get(path).text) is sees, (name, path)


def test_the_table_is_sorted_worst_first_or_as_asked(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    visit = world.sign_in("sam")
    by_risk = titles(visit.get("/board?view=table").text)
    assert by_risk[:3] == [
        "Stock count and web shop disagree after 18:00",
        "Courier labels print without the suite number",
        "Ümlauts break 100% of the invoice_mails",
    ]
    for sort in ("title", "severity", "age", "due", "stage", "owner", "person"):
        up = titles(visit.get(f"/board?view=table&sort={sort}").text)
        down = titles(visit.get(f"/board?view=table&sort={sort}&dir=-").text)
        assert sorted(up) == sorted(down) == sorted(by_risk), sort
        assert up != down, sort
    assert 'aria-sort="descending"' in visit.get("/board?view=table&sort=age&dir=-").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("flag=overdue", {"Stock count", "Courier labels"}),
        ("flag=to_confirm", {"The late shift", "Quote approval"}),
        ("flag=blocked", {"Supplier lead times"}),
        ("severity=1", {"Stock count"}),
        ("q=100%25", {"Ümlauts break"}),
        ("q=_", {"Ümlauts break"}),
        ("owning=none", {"Refunds take"}),
        ("point_person=none&stage=resolved", {"Quote approval"}),
        ("department=%(Support)d", {"Courier labels", "Refunds take"}),
        ("point_person=%(pia)d", {"Stock count", "The late shift"}),
        ("customer=external", set()),
    ],
)
@pytest.mark.parametrize("view", ["board", "table"])
def test_filters(world: World, view: str, query: str, found: set[str]) -> None:
    with world.write() as cast:
        fill(cast)
    query = query.replace("%25", "%%25") % (cast.person | cast.department)
    page = world.sign_in("sam").get(f"/board?view={view}&{query}")
    assert page.total == len(found)
    assert {next(w for w in found if t.startswith(w)) for t in titles(page.text)} == found


def test_groups(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    visit = world.sign_in("sam")
    assert "Not sure yet</h2>" in visit.get("/board?group=department").text
    assert "Severity 1</h2>" in visit.get("/board?group=severity").text


def test_a_long_lane_opens_the_table_for_the_rest(world: World) -> None:
    with world.write() as cast:
        for n in range(PER_LANE + 4):
            Busy(cast).issue(f"Issue {n}", "Sales", "Tech", by="sam", age=n % 3)
    page = world.sign_in("sam").get("/board")
    assert len(titles(page.text)) == PER_LANE
    assert "4 more" in page.text
    assert page.counts["/board?view=table&stage=new"] == PER_LANE + 4


def test_the_table_goes_on_page_by_page(world: World) -> None:
    with world.write() as cast:
        for n in range(103):
            Busy(cast).issue(f"Issue {n}", "Sales", "Tech", by="sam")
    visit = world.sign_in("sam")
    first, second = (visit.get(f"/board?view=table&page={n}") for n in (1, 2))
    assert first.total == second.total == 103
    assert len(set(titles(first.text)) | set(titles(second.text))) == 103


def test_an_empty_board_says_what_it_is_for(world: World) -> None:
    page = world.sign_in("sam").get("/board")
    assert page.total == 0
    assert "Nothing is in the way" in page.text
    assert "–" in page.text  # no rate and no age of nothing


def test_a_stranger_is_asked_to_sign_in(world: World) -> None:
    assert world.stranger().get("/board").location.startswith("/login")


def test_it_only_answers_to_reading(sqlite_world: World) -> None:
    assert sqlite_world.sign_in("sam").post("/board").status == 405


@pytest.mark.parametrize(
    "query",
    [
        "view=wall", "group=colour", "department=99999", "department=x", "owning=-1",
        "point_person=99999", "point_person=1e3", "severity=0", "severity=5", "severity=%C2%B2",
        "customer=other", "stage=gone", "flag=late", "flag=moved_twice",
        "sort=colour", "dir=up", "page=0", "page=99999999999999999999", "q=" + "x" * 201,
    ],
)  # fmt: skip
def test_an_unknown_value_is_refused_with_a_sentence(sqlite_world: World, query: str) -> None:
    page = sqlite_world.sign_in("sam").get(f"/board?{query}")
    assert page.status == 400
    assert any(s in page.text for s in ("This list has no", "no such flag", "at most 200"))


def test_what_is_asked_for_comes_back_inert(sqlite_world: World) -> None:
    page = sqlite_world.sign_in("sam").get("/board?q=%3Cscript%3Ealert(1)%3C/script%3E%00%ED%A0%80")
    assert page.status == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
