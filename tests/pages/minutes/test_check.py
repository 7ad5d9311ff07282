"""/minutes/check: anybody may ask about a file, a text or a hash; nothing is kept."""

import io

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.meeting import Meeting, MinutesVersion
from meetingtracker.models.series import Series
from meetingtracker.pages.minutes import check
from meetingtracker.rules.accounts import PER_ADDRESS
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.states import Visibility
from tests.cast import NOW, TODAY
from tests.conftest import Visit, World
from tests.meetings import THURSDAY, hold, propose
from tests.page import Page

CHECK = "/minutes/check"
OURS, NAMED = "These are minutes issued by this organisation", "These are the issued minutes"


@pytest.fixture
def text(world: World) -> str:
    """Minutes that leaders alone may see, with a confidential annex."""
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.leaders, by=cast.actor("ada"), at=NOW)
        secret = raise_issue(
            title="Secret", raising_department_id=cast.department["Support"], confidential=True,
            by=cast.actor("noor"), at=NOW, on=TODAY,
        )  # fmt: skip
        propose(cast, "Secret", issue_id=secret.id)
        propose(cast, "Stock count “late”")
        hold(cast, THURSDAY, Outcome.RESOLVED)
        return db.session.scalars(sa.select(MinutesVersion.text)).one()


def send(visit: Visit, data: bytes) -> Page:
    visit.get(CHECK)
    fields = {"csrf_token": visit.token, "file": (io.BytesIO(data), "x.md")}
    return Page(visit.client.post(CHECK, data=fields), CHECK)


def test_a_stranger_learns_that_they_are_ours_and_nothing_else(world: World, text: str) -> None:
    page = send(world.stranger(), text.encode())
    assert page.status == 200 and OURS in page.text and "Version 1, issued 16 Nov" in page.text
    assert "Leader meeting" not in page.text and not any("/meetings/" in x for x in page.links)


def test_who_may_see_them_is_told_which(world: World, text: str) -> None:
    page = send(world.sign_in("tom"), text.encode())
    assert NAMED in page.text and "Leader meeting" in page.text
    assert "/meetings/1/minutes/1" in page.links
    page = send(world.sign_in("pia"), text.encode())
    assert OURS in page.text and "Leader meeting" not in page.text


@pytest.mark.parametrize("made", ["\r\n", "bom", "no end", "corrected", "hash", "sha256sum"])
def test_a_copy_is_known_by_its_words(world: World, text: str, made: str) -> None:
    visit = world.stranger()
    fields = {
        "\r\n": {"text": text.replace("\n", "\r\n")},
        "bom": {"text": "\ufeff" + text},
        "no end": {"text": text.rstrip("\n")},
        "corrected": {"text": f"{text}\n## Corrections after the minutes were issued\n\n1. x\n"},
        "hash": {"digest": digest(world).upper()},
        "sha256sum": {"digest": f"{digest(world)}  minutes.md"},
    }[made]
    assert OURS in visit.post(CHECK, fields, page=CHECK).text


def digest(world: World) -> str:
    with world.read():
        return db.session.scalars(sa.select(MinutesVersion.sha256)).one()


def test_the_annex_is_named_as_one(world: World, text: str) -> None:
    with world.read():
        annex = db.session.scalars(sa.select(MinutesVersion.annex_sha256)).one()
    assert "The annex of minutes issued by" in send_hash(world.stranger(), annex).text
    assert "The confidential annex of these minutes" in send_hash(world.sign_in("sam"), annex).text


def send_hash(visit: Visit, value: str) -> Page:
    return visit.post(CHECK, {"digest": value}, page=CHECK)


def test_one_changed_letter_is_another_text(world: World, text: str) -> None:
    page = send(world.stranger(), text.replace("count", "Count").encode())
    assert "Not known here" in page.text and OURS not in page.text
    assert "Not known here" in send(world.stranger(), b"\xff\xfe\x00 no text").text
    assert "Not known here" in send_hash(world.stranger(), "0" * 64).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({}, "Choose a file"), ({"digest": "abc"}, "64 characters"), ({"text": " "}, "Choose a file")],
)
def test_what_cannot_be_checked_is_refused(
    world: World, fields: dict[str, object], sentence: str
) -> None:
    answer = world.stranger().post(CHECK, fields, page=CHECK)
    assert answer.status == 422 and sentence in answer.text


def test_a_large_file_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "LARGEST", 1000)
    assert send(world.stranger(), b"x" * 1000).status == 200
    answer = send(world.stranger(), b"x" * 1001)
    assert answer.status == 422 and "at most 1 MB" in answer.text


def test_the_door_closes_after_too_many(world: World) -> None:
    visit = world.stranger()
    for _ in range(PER_ADDRESS):
        assert send_hash(visit, "0" * 64).status == 200
    answer = send_hash(visit, "0" * 64)
    assert answer.status == 429 and int(answer.answer.headers["Retry-After"]) > 0
    assert world.sign_in("tom").get("/meetings").status == 200  # no other door is closed


def test_nothing_of_it_is_kept(world: World, text: str) -> None:
    with world.read():
        before = db.session.execute(sa.select(Meeting.version, Meeting.revision)).all()
    send(world.stranger(), b"a very private text")
    with world.read():
        assert db.session.execute(sa.select(Meeting.version, Meeting.revision)).all() == before
        rows = db.session.execute(sa.text("SELECT key, at FROM failure")).all()
        assert len(rows) == 1 and "private" not in str(rows)
