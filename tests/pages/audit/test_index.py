"""/history and /history.csv: who reads which part of what happened."""

import csv
import io

import pytest

from tests.busy import fill
from tests.conftest import World
from tests.pages.people.test_administration import edited


def test_each_reads_their_part(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    totals = {}
    for name in ("ada", "lea", "tom", "olga", "max"):
        page = world.sign_in(name).get("/history")
        assert page.status == 200
        totals[name] = int(page.text.split('data-total="')[1].split('"')[0])
    assert totals["ada"] > totals["tom"] > totals["max"]
    assert totals["lea"] > totals["tom"]
    for name, reads in (("ada", False), ("lea", True), ("tom", True), ("max", False)):
        file = world.sign_in(name).get("/history.csv").text
        assert ("Somebody reads customers" in file) is reads, name


def test_what_an_administrator_did_is_shown_by_name(world: World) -> None:
    assert edited(world, "max", department=world.cast.department["Tech"], role="leader") == 302
    page = world.sign_in("ada").get(f"/history?person={world.cast.person['max']}&subject=person")
    assert "Ada Quist" in page.text
    assert "<s>Sales</s> Tech" in page.text
    assert "<s>member</s> leader" in page.text


def test_the_file_holds_every_row_of_the_filter(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    ada = world.sign_in("ada")
    total = int(ada.get("/history?subject=action").text.split('data-total="')[1].split('"')[0])
    rows = list(csv.DictReader(io.StringIO(ada.get("/history.csv?subject=action").text)))
    assert len({row["id"] for row in rows}) == total
    assert {row["subject"] for row in rows} == {"action"}


@pytest.mark.parametrize(
    "query",
    ["person=424242", "person=x", "subject=shoe", "since=yesterday", "until=2026-13-01",
     "before=-1", "before=x"],
)  # fmt: skip
def test_an_unknown_filter_is_refused(world: World, query: str) -> None:
    ada = world.sign_in("ada")
    assert ada.get(f"/history?{query}").status == 422
    refused = ada.get(f"/history.csv?{query}")
    assert (refused.status, refused.type) == (422, "text/plain; charset=utf-8")


def test_days_are_the_organisations(world: World) -> None:
    ada = world.sign_in("ada")
    assert 'data-total="0"' in ada.get("/history?since=2026-11-17").text
    assert 'data-total="0"' in ada.get("/history?until=2026-11-15").text
    assert 'data-total="0"' not in ada.get("/history?since=2026-11-16&until=2026-11-16").text


def test_words_of_a_list_are_shown_as_words(world: World) -> None:
    with world.write() as cast:
        fill(cast)
    text = world.sign_in("ada").get("/history?subject=issue").text
    assert "in progress" in text
    assert "in_progress" not in text
