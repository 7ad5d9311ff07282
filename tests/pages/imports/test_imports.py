"""Files in and out through the pages."""

import csv
import io
import time

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.issue import Issue
from meetingtracker.rules.import_rows import COLUMNS
from tests.cast import NOW, TODAY
from tests.conftest import Visit, World
from tests.page import Page

GOOD = "I-1,Labels are late,Sales,Tech,pia@example.com,2,new,Words"


def upload(visit: Visit, *lines: str, kind: str = "issues", dry_run: bool = False) -> Page:
    raw = "\n".join([",".join(COLUMNS["issues"]), *lines]).encode()
    fields: dict[str, object] = {"kind": kind, "file": (io.BytesIO(raw), "my issues.csv")}
    if dry_run:
        fields["dry_run"] = "y"
    return visit.post("/imports", fields, page="/imports")


def ended(visit: Visit, address: str) -> Page:
    """The page of the import once it has ended."""
    for _ in range(100):
        page = visit.get(address)
        if "hx-trigger" not in page.text:
            return page
        time.sleep(0.1)
    raise AssertionError("the import never ended")


def titles(world: World) -> list[str]:
    with world.read():
        return list(db.session.scalars(sa.select(Issue.title)))


def test_a_good_file_is_stored(world: World) -> None:
    ada = world.sign_in("ada")
    started = upload(ada, GOOD)
    assert started.status == 302
    page = ended(ada, started.location)
    assert "Everything is stored" in page.text
    assert titles(world) == ["Labels are late"]
    assert "my_issues.csv" in ada.get("/imports").text


def test_a_dry_run_stores_nothing(world: World) -> None:
    ada = world.sign_in("ada")
    assert "All good" in ended(ada, upload(ada, GOOD, dry_run=True).location).text
    assert titles(world) == []


def test_bad_rows_are_named_and_inert_and_can_be_taken_home(world: World) -> None:
    ada = world.sign_in("ada")
    bad = GOOD.replace("I-1", "I-2").replace("Sales", "<script>alert(1)</script>")
    page = ended(
        ada, upload(ada, GOOD, bad, GOOD.replace("I-1", "I-3").replace(",2,", ",9,")).location
    )
    assert page.total == 2
    assert "<script>alert" not in page.text
    assert titles(world) == []
    rows = list(csv.DictReader(io.StringIO(ada.get(page.path + "/problems.csv").text)))
    assert [(row["line"], row["column"]) for row in rows] == [
        ("3", "raising_department"), ("4", "severity"),
    ]  # fmt: skip


def test_without_a_file_the_form_says_so(world: World) -> None:
    ada = world.sign_in("ada")
    answer = ada.post("/imports", {"kind": "issues"}, page="/imports")
    assert answer.status == 422
    assert "Choose a file" in answer.errors
    assert upload(ada, GOOD, kind="everything").status == 422


def test_a_file_larger_than_other_requests_may_come_from_an_administrator_only(
    world: World,
) -> None:
    padding = [GOOD.replace("I-1", f"I-{n}").replace("Words", "w" * 9_000) for n in range(1500)]
    ada = world.sign_in("ada")
    large, refused = upload(ada, *padding, dry_run=True), upload(world.sign_in("sam"), *padding)
    assert (large.status, refused.status) == (302, 413)
    assert "All good" in ended(ada, large.location).text
    for answer in (large, refused):
        answer.answer.request.input_stream.close()


@pytest.mark.parametrize("name", ["sam", "pia"])
def test_only_administrators_import_and_only_they_and_executives_export(
    world: World, name: str
) -> None:
    visit = world.sign_in(name)
    assert visit.get("/imports").status == 403
    assert upload(visit, GOOD).status == 403
    assert visit.get("/imports/1").status == 403
    assert visit.get("/exports/issues.csv").status == 403
    assert titles(world) == []


def test_an_executive_sees_exports_alone(world: World) -> None:
    lea = world.sign_in("lea")
    page = lea.get("/imports")
    assert page.status == 200
    assert not page.has_form("/imports")
    assert lea.get("/exports/people.json").status == 200
    assert upload(lea, GOOD).status == 403


def test_confidential_issues_leave_only_with_those_who_may_read_them(world: World) -> None:
    with world.write() as cast:
        raise_issue(
            title="=Secret", raising_department_id=cast.department["Sales"], confidential=True,
            by=cast.actor("sam"), at=NOW, on=TODAY,
        )  # fmt: skip
    for form in ("csv", "json"):
        assert "Secret" not in world.sign_in("ada").get(f"/exports/issues.{form}").text
        assert "Secret" in world.sign_in("lea").get(f"/exports/issues.{form}").text
    assert ",'=Secret," in world.sign_in("lea").get("/exports/issues.csv").text


@pytest.mark.parametrize("kind", ["issues", "actions", "people", "meetings", "events"])
@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_export_answers_with_a_file(world: World, kind: str, form: str) -> None:
    answer = world.sign_in("lea").get(f"/exports/{kind}.{form}")
    assert answer.status == 200
    assert f".{form}" in answer.answer.headers["Content-Disposition"]


def test_what_does_not_exist(world: World) -> None:
    ada = world.sign_in("ada")
    for path in ("/imports/99", "/imports/99/progress", "/imports/99/problems.csv",
                 "/exports/secrets.csv", "/exports/issues.xml"):  # fmt: skip
        assert ada.get(path).status == 404
    assert world.stranger().get("/imports").location.startswith("/login")
    assert ada.post("/exports/issues.csv", {}).status == 405
