"""/meetings/<id>/minutes: versions, opening again, approval, corrections, files."""

import re
from hashlib import sha256

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.capture import capture_action, capture_decision, capture_note
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.minutes import Erratum, MinutesAnswer
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.minutes_approval import ApprovedAs, Word
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import MeetingState, Presence, Visibility
from meetingtracker.web import pdf
from tests.cast import NOW, TODAY
from tests.conftest import Visit, World
from tests.meetings import THURSDAY, WEEK, end, hold, issue, plan, propose, standing, start


@pytest.fixture
def place(world: World) -> str:
    """Minutes with a decision and an action; maya ran the meeting, tom was there too."""
    with world.write() as cast:
        propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        by, item = cast.actor("maya"), standing(meeting)[0]
        Attendance.mark(meeting, cast.person["tom"], Presence.present, by=by, at=NOW)
        capture_decision(
            meeting, item, text="Count *at* 17:30", reason="sales", by=by, at=NOW, on=TODAY
        )
        capture_action(
            meeting, item, title="Tell the shift", owner_id=cast.person["tom"], due_on=THURSDAY,
            by=by, at=NOW, on=TODAY,
        )  # fmt: skip
        end(cast, meeting, Outcome.DECIDED)
        issue(cast, meeting)
        return f"/meetings/{meeting.id}/minutes"


def meeting() -> Meeting:
    return db.session.scalars(sa.select(Meeting).order_by(Meeting.id)).first()


def reopened(visit: Visit, place: str, reason: str = "a note is missing") -> str:
    form = visit.get(place).form(f"{place}/reopening")
    return visit.post(f"{place}/reopening", form | {"reason": reason}).location


def test_it_says_what_was_decided_and_promised_as_it_was(world: World, place: str) -> None:
    with world.write() as cast:
        action = db.session.get_one(Action, 1)
        action.edit(title="Something else", by=cast.actor("maya"), at=NOW)
    page = world.sign_in("pia").get(place)
    overview = page.text.split('id="overview-title"')[1]
    assert "Count *at* 17:30" in overview and "Tell the shift" in overview
    assert "/actions/1" in page.links and "Tom Becker" in overview
    with world.read():
        assert db.session.scalars(sa.select(MinutesVersion.sha256)).one() in page.text


def test_opening_again_leads_to_a_second_version_with_its_difference(
    world: World, place: str
) -> None:
    maya, root = world.sign_in("maya"), place.removesuffix("/minutes")
    assert reopened(maya, place) == f"{root}/close"
    page = world.sign_in("pia").get(place)
    assert "Open again: a note is missing" in page.text and not page.has_form(f"{place}/reopening")
    with world.write() as cast:
        row = meeting()
        capture_note(
            row, standing(row)[0], text="The late shift agreed", html="", by=cast.actor("maya"),
            at=NOW,
        )  # fmt: skip
    page = maya.get(f"{root}/close")
    assert maya.post(f"{root}/close", page.form(f"{root}/close")).location == place
    page = world.sign_in("pia").get(place)
    assert re.search(r"<ins>The late shift agreed</ins>", page.text)
    assert re.search(r"<del>Version: 1</del>", page.text)
    assert f"{place}/1" in page.links
    old = world.sign_in("pia").get(f"{place}/1")
    assert "There is a newer version" in old.text and "The late shift agreed" not in old.text
    with world.read():
        versions = db.session.scalars(sa.select(MinutesVersion).order_by(MinutesVersion.number))
        for version in versions:
            file = maya.client.get(f"{place}/{version.number}.md")
            assert sha256(file.data).hexdigest() == version.sha256
            assert version.sha256 in maya.get(f"{place}/{version.number}").text


def test_only_who_ran_it_opens_it_again_and_never_without_a_reason(
    world: World, place: str
) -> None:
    for name in ("tom", "lea", "ada", "pia"):
        visit = world.sign_in(name)
        assert not visit.get(place).has_form(f"{place}/reopening")
        assert visit.post(f"{place}/reopening", {"version": 1, "reason": "x"}).status == 403
    maya = world.sign_in("maya")
    form = maya.get(place).form(f"{place}/reopening")
    answer = maya.post(f"{place}/reopening", form | {"reason": " "})
    assert answer.status == 422 and "Give the reason" in answer.text
    assert maya.post(f"{place}/reopening", form | {"version": 1, "reason": "x"}).status == 409
    assert maya.post(f"{place}/reopening", form | {"reason": "x"}).status == 302
    late = maya.post(f"{place}/reopening", form | {"reason": "typed text"})
    assert late.status == 409 and "typed text" in late.text
    assert maya.client.get(f"{place}/reopening").status_code == 405
    assert maya.post("/meetings/999/minutes/reopening", form).status == 404


def test_old_versions_and_files_are_as_private_as_the_meeting(world: World, place: str) -> None:
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(visibility=Visibility.attendees, by=cast.actor("ada"), at=NOW)
    paths = [place, f"{place}/1", f"{place}.md", f"{place}/1.md", f"{place}.pdf"]
    for path in paths:
        assert world.sign_in("pia").client.get(path).status_code == 404, path
    for path in (f"{place}/0", f"{place}/2", f"{place}/2.md", "/meetings/999/minutes/1"):
        assert world.sign_in("tom").client.get(path).status_code == 404, path


def approves(world: World) -> None:
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        series.change(approves=True, by=cast.actor("maya"), at=NOW)


def test_who_was_there_approves_or_objects(world: World, place: str) -> None:
    there = f"{place}/approval"
    tom = world.sign_in("tom")
    assert not tom.get(place).has_form(there)  # off by default
    refused = tom.post(there, {"version": meeting_version(world), "word": "approves"})
    assert refused.status == 422 and "nobody&#39;s approval" in refused.text
    approves(world)
    for name in ("lea", "ada", "pia"):
        visit = world.sign_in(name)
        assert not visit.get(place).has_form(there)
        assert visit.post(there, {"version": 1, "word": "approves"}).status == 403
    form = {"version": meeting_version(world), "word": "objects"}
    answer = tom.post(there, form | {"sentence": ""})
    assert answer.status == 422 and "Say in one sentence" in answer.text
    assert tom.post(there, form | {"sentence": "I said 18:00"}).location == place
    page = tom.get(place)
    assert "Objected to" in page.text and "I said 18:00" in page.text
    assert tom.post(there, {"version": meeting_version(world), "word": "approves"}).status == 302
    with world.read():
        rows = db.session.scalars(sa.select(MinutesAnswer)).all()
        assert [(r.word, r.sentence) for r in rows] == [(Word.approves, None)]
    assert "Objected to" not in tom.get(place).text


def meeting_version(world: World) -> int:
    with world.read():
        return meeting().version


def test_approval_says_how_it_came(world: World, place: str) -> None:
    approves(world)
    with world.write():
        meeting().approve(ApprovedAs.silence, by=SYSTEM, at=NOW)
    page = world.sign_in("maya").get(place)
    assert "Approved by silence: nobody objected for 5 working days" in page.text
    assert not page.has_form(f"{place}/reopening") and not page.has_form(f"{place}/approval")


def test_a_correction_is_written_agreed_and_stands_after_the_text(world: World, place: str) -> None:
    errata = place.replace("/minutes", "/errata")
    tom, maya = world.sign_in("tom"), world.sign_in("maya")
    assert world.sign_in("pia").post(errata, {"version": 1, "text": "x"}).status == 403
    form = tom.get(place).form(errata)
    assert tom.post(errata, form | {"text": " "}).status == 422
    assert tom.post(errata, form | {"text": "Not 17:30,\nbut 18:00"}).status == 302
    with world.read():
        erratum = db.session.scalars(sa.select(Erratum)).one()
        agree, back = f"{errata}/{erratum.id}/agreement", f"{errata}/{erratum.id}/withdrawal"
    assert not tom.get(place).has_form(agree) and tom.get(place).has_form(back)
    for visit in (tom, world.sign_in("lea")):
        assert visit.post(agree, {"version": 1}).status == 403
    assert maya.post(agree, {"version": 7}).status == 409
    assert maya.post(agree.replace("/errata", "9/errata"), {"version": 1}).status == 404
    assert maya.post(agree, maya.get(place).form(agree)).status == 302
    page = world.sign_in("pia").get(place)
    assert "Not 17:30" in page.text and "agreed by Maya Ortiz" in page.text
    file = tom.client.get(f"{place}.md").text
    assert "1. Not 17:30, but 18:00 (2026-11-16, written by Tom Becker, agreed by Maya" in file
    with world.read():
        version = db.session.scalars(sa.select(MinutesVersion)).one()
        assert file.startswith(version.text)
        assert tom.client.get(f"{place}/1.md").text == version.text
    assert maya.post(back, {"version": 2}).status == 422  # it is agreed


def test_a_proposal_may_be_taken_back(world: World, place: str) -> None:
    errata = place.replace("/minutes", "/errata")
    tom = world.sign_in("tom")
    tom.post(errata, tom.get(place).form(errata) | {"text": "Wrong"})
    with world.read():
        back = f"{errata}/{db.session.scalars(sa.select(Erratum.id)).one()}/withdrawal"
    assert world.sign_in("lea").post(back, {"version": 1}).status == 403
    assert tom.post(back, tom.get(place).form(back)).status == 302
    assert "Wrong" not in tom.get(place).text
    assert "Wrong" not in tom.client.get(f"{place}.md").text


def test_the_pdf_is_a_document(world: World, place: str) -> None:
    answer = world.sign_in("pia").client.get(f"{place}.pdf")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")
    assert f"{place}.pdf" in world.sign_in("pia").get(place).links


def test_without_the_extra_the_pdf_says_what_to_install(
    world: World, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    pia = world.sign_in("pia")
    assert f"{place}.pdf" not in pia.get(place).links
    answer = pia.get(f"{place}.pdf")
    assert answer.status == 501 and "meetingtracker[pdf]" in answer.text


def test_closing_names_who_else_gets_them(world: World) -> None:
    with world.write() as cast:
        propose(cast, "Stock count")
        row = start(cast, plan(cast))
        by = cast.actor("maya")
        capture_note(row, standing(row)[0], text="x", html="", by=by, at=NOW)
        end(cast, row, Outcome.RESOLVED)
        close = f"/meetings/{row.id}/close"
    maya = world.sign_in("maya")
    maya.post(close.replace("/close", "/wrap-up"))
    form = maya.get(close).form(close)
    answer = maya.post(close, form | {"copies_to": "nobody here"})
    assert answer.status == 422 and "is no mail address" in answer.text
    assert "nobody here" in answer.text
    form = answer.form(close)
    assert maya.post(close, form | {"copies_to": "a@b.example"}).status == 302
    with world.read():
        row = meeting()
        assert (row.copies_to, row.state) == ("a@b.example", MeetingState.issued)
        assert db.session.scalar(sa.select(sa.func.count(Outbox.id))) == 0  # there is no server


def test_the_next_meeting_ends_opening_again(world: World, place: str) -> None:
    with world.write() as cast:
        hold(cast, THURSDAY + WEEK, Outcome.RESOLVED)
    assert not world.sign_in("maya").get(place).has_form(f"{place}/reopening")
