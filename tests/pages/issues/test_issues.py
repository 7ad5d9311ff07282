"""Raising an issue and everything that happens to it."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from meetingtracker.db import db
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.issue import Issue
from meetingtracker.rules.states import Stage
from tests.conftest import World
from tests.page import lasting

TITLE = "Courier labels print without the suite number"


def raised(world: World, by: str = "sam", **fields: object) -> int:
    """Raise an issue through the page; its id."""
    visit = world.sign_in(by)
    answer = visit.post("/issues/new", {"title": TITLE, **fields}, page="/issues/new")
    assert answer.status == 302, answer.errors
    return int(answer.location.rsplit("/", 1)[1])


def issue(world: World, issue_id: int) -> Issue:
    with world.read():
        row = db.session.get(Issue, issue_id)
        assert row is not None
        return row


def step(world: World, name: str, issue_id: int, path: str, **fields: object) -> int:
    """Post one of the forms of the issue, made from the version that stands now; the status."""
    version = issue(world, issue_id).version
    visit = world.sign_in(name)
    return visit.post(f"/issues/{issue_id}/{path}", {"version": version, **fields}).status


def test_a_title_is_enough(world: World) -> None:
    page = world.sign_in("max").get(f"/issues/{raised(world, 'max')}")
    assert page.status == 200
    assert TITLE in page.text
    assert "not sure yet" in page.text


def test_severity_comes_from_two_questions(world: World) -> None:
    issue_id = raised(world, hurt="outside_customer", effect="cannot_do_it")
    row = issue(world, issue_id)
    assert (row.severity, row.customer) == (1, "external")


def test_the_whole_life_of_an_issue(world: World) -> None:
    cast = world.cast
    issue_id = raised(world, owning_department=cast.department["Tech"])
    assert (
        step(
            world, "tom", issue_id, "triage", owning_department=cast.department["Tech"], severity=2
        )
        == 302
    )
    assert step(world, "tom", issue_id, "point-person", point_person=cast.person["pia"]) == 302
    assert step(world, "pia", issue_id, "stage", stage="in_progress") == 302
    assert (
        step(world, "pia", issue_id, "resolution", resolution="The address file has the suite now")
        == 302
    )
    sam = world.sign_in("sam")
    assert "to_confirm" in sam.get(f"/issues/{issue_id}").flags
    assert step(world, "sam", issue_id, "confirmation") == 302
    row = issue(world, issue_id)
    assert (row.stage, row.closed_as) == ("closed", "confirmed")
    story = sam.get(f"/issues/{issue_id}").text
    for words in (
        "raised it",
        "made Pia Lund point person",
        "says it is resolved",
        "confirmed that",
    ):
        assert words in story


def test_not_yet_reopens_it_with_a_reason(world: World) -> None:
    issue_id = raised(world)
    assert step(world, "sam", issue_id, "resolution", resolution="Done") == 302
    assert step(world, "sam", issue_id, "reopening", reason="") == 422
    assert step(world, "sam", issue_id, "reopening", reason="Two more labels today") == 302
    assert issue(world, issue_id).stage is Stage.in_progress


def test_another_departments_leader_lends_the_point_person(world: World) -> None:
    cast = world.cast
    issue_id = raised(world, owning_department=cast.department["Tech"])
    assert step(world, "sam", issue_id, "point-person", point_person=cast.person["pia"]) == 302
    asked = issue(world, issue_id)
    assert (asked.point_person_id, asked.nominee_id) == (None, cast.person["pia"])
    assert step(world, "maya", issue_id, "point-person/acceptance") == 403
    assert step(world, "tom", issue_id, "point-person/acceptance") == 302
    assert issue(world, issue_id).point_person_id == cast.person["pia"]


@pytest.mark.parametrize(
    ("name", "path", "fields"),
    [
        ("max", "triage", {"severity": 1}),  # a member
        ("maya", "triage", {"severity": 1}),  # a leader of another department
        ("maya", "stage", {"stage": "in_progress"}),
        ("lea", "stage", {"stage": "in_progress"}),  # an executive comments, but does not set it
        ("ada", "triage", {"severity": 1}),  # an administrator runs the system, not the business
        ("maya", "declining", {"reason": "no"}),
        ("olga", "readers", {"reader": 1}),
    ],
)
def test_who_may_not(world: World, name: str, path: str, fields: dict[str, object]) -> None:
    issue_id = raised(world)
    before = issue(world, issue_id).version
    assert step(world, name, issue_id, path, **fields) == 403
    assert issue(world, issue_id).version == before


def test_a_confidential_issue_does_not_exist_for_others(world: World) -> None:
    issue_id = raised(world, confidential="y", description="about **salaries**")
    for name, sees in (
        ("sam", True), ("lea", True), ("max", False), ("tom", False), ("ada", False),
    ):  # fmt: skip
        page = world.sign_in(name).get(f"/issues/{issue_id}")
        assert page.status == (200 if sees else 404), name
    visit = world.sign_in("tom")
    hidden, absent = visit.get(f"/issues/{issue_id}"), visit.get("/issues/999999")
    assert lasting(hidden.text) == lasting(absent.text)
    assert visit.post(f"/issues/{issue_id}/comments", {"text": "x"}).status == 404
    assert step(world, "sam", issue_id, "readers", reader=world.cast.person["max"]) == 302
    assert world.sign_in("max").get(f"/issues/{issue_id}").status == 200


def test_wrong_method_and_missing_id(world: World) -> None:
    sam = world.sign_in("sam")
    assert sam.get(f"/issues/{raised(world)}/triage").status == 405
    assert sam.get("/issues/424242").status == 404
    assert sam.post("/issues/424242/confirmation", {"version": 1}).status == 404


def test_wrong_state_is_refused_with_a_sentence(world: World) -> None:
    issue_id = raised(world)
    assert step(world, "sam", issue_id, "confirmation") == 422


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Say in one line"),
        ({"title": "x" * 256}, "At most 255"),
        ({"owning_department": "99999"}, "offered values"),
        ({"owning_department": "Tech"}, "offered values"),
        ({"description": "x" * 10_001}, "At most 10000"),
    ],
)
def test_bad_input_stands_beside_its_field_and_nothing_is_lost(
    world: World, fields: dict[str, object], sentence: str
) -> None:
    visit = world.sign_in("sam")
    typed = {"title": TITLE, "customer_goal": "to get the parcel", **fields}
    answer = visit.post("/issues/new", typed, page="/issues/new")
    assert answer.status == 422
    assert sentence in answer.text
    assert "to get the parcel" in answer.text


def test_a_stale_form_gives_both_texts_back(world: World) -> None:
    issue_id = raised(world, description="as it was")
    sam, tom = world.sign_in("sam"), world.sign_in("lea")
    version = sam.get(f"/issues/{issue_id}/edit").form(f"/issues/{issue_id}/edit")["version"]
    mine = {"title": TITLE, "description": "what sam typed", "version": version}
    theirs = {"title": TITLE, "description": "what lea typed", "version": version}
    assert (
        tom.post(f"/issues/{issue_id}/edit", theirs, page=f"/issues/{issue_id}/edit").status == 302
    )
    answer = sam.post(f"/issues/{issue_id}/edit", mine)
    assert answer.status == 409
    assert "what sam typed" in answer.text
    assert "what lea typed" in answer.text
    assert issue(world, issue_id).description == "what lea typed"


def test_a_form_without_its_version_is_refused(world: World) -> None:
    issue_id = raised(world)
    answer = world.sign_in("sam").post(
        f"/issues/{issue_id}/triage", {"severity": 1}, page=f"/issues/{issue_id}"
    )
    assert answer.status == 422
    assert issue(world, issue_id).severity == 3


def test_comments_link_people_and_issues_and_run_nothing(world: World) -> None:
    issue_id = raised(world)
    visit = world.sign_in("max")
    text = f"@tom see #{issue_id} <script>alert(1)</script>"
    path = f"/issues/{issue_id}"
    assert visit.post(f"{path}/comments", {"text": text}, page=path).status == 302
    page = visit.get(path)
    assert f'href="/people/{world.cast.person["tom"]}"' in page.text
    assert f'href="/issues/{issue_id}"' in page.text
    assert "<script>alert" not in page.text
    assert visit.post(f"{path}/comments", {"text": " "}).status == 422


def photo() -> tuple[io.BytesIO, str]:
    picture = Image.new("RGB", (40, 30), "red")
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    picture.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out, "label.jpg"


def test_a_photo_is_kept_without_what_is_not_picture(world: World) -> None:
    issue_id = raised(world, photo=photo())
    visit = world.sign_in("max")
    page = visit.get(f"/issues/{issue_id}")
    url = next(link for link in page.links if link.startswith("/attachments/"))
    answer = visit.client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"taken at home" not in answer.data
    answer.close()


def test_a_file_that_is_no_picture_is_refused(world: World) -> None:
    fields = {"title": TITLE, "photo": (io.BytesIO(b"<svg onload=alert(1)>"), "x.svg")}
    answer = world.sign_in("sam").post("/issues/new", fields, page="/issues/new")
    assert answer.status == 422
    assert "Attach a photo" in answer.text


def test_talk_about_it_puts_it_in_line_for_the_meeting(world: World) -> None:
    issue_id = raised(world, talk_about="y")
    assert "waits for the next" in world.sign_in("sam").get(f"/issues/{issue_id}").text


@pytest.mark.parametrize("path", ["stage", "declining"])
def test_nobody_takes_a_resolved_issue_from_whoever_confirms_it(
    sqlite_world: World, path: str
) -> None:
    world = sqlite_world
    issue_id = raised(world, owning_department=world.cast.department["Tech"])
    assert step(world, "tom", issue_id, "resolution", resolution="The template is fixed.") == 302
    assert step(world, "tom", issue_id, path, stage="triaged", reason="Not worth it.") == 422
    assert issue(world, issue_id).stage is Stage.resolved


def test_an_issue_stands_on_the_agenda_once(sqlite_world: World) -> None:
    world = sqlite_world
    issue_id = raised(world)
    sam = world.sign_in("sam")
    for _twice in range(2):
        assert sam.post(f"/issues/{issue_id}/agenda").status == 302
    with world.read():
        items = sa.select(sa.func.count(AgendaItem.id)).filter_by(issue_id=issue_id)
        assert db.session.scalar(items) == 1
    assert step(world, "sam", issue_id, "declining", reason="Not ours") == 302
    answer = sam.post(f"/issues/{issue_id}/agenda")
    assert answer.status == 409
    assert "This issue is closed" in answer.text
    assert "faster" not in answer.text


def test_a_picture_too_large_to_decode_is_refused(sqlite_world: World) -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 7_000)).save(out, "PNG")
    out.seek(0)
    visit = sqlite_world.sign_in("sam")
    fields = {"title": TITLE, "photo": (out, "large.png")}
    assert visit.post("/issues/new", fields, page="/issues/new").status == 422


def test_naming_the_owner_alone_is_told_without_a_severity(world: World) -> None:
    issue_id = raised(world)
    owner = world.cast.department["Tech"]
    assert step(world, "sam", issue_id, "triage", owning_department=owner, severity=3) == 302
    text = world.sign_in("sam").get(f"/issues/{issue_id}").text
    assert "Sam Reid triaged it" in text
    assert "severity –" not in text
