"""The reminder to prepare: on the working day before a meeting, to leaders who are missing."""

from datetime import date, timedelta

import pytest

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.acts.carry_over import cancel_meeting
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.notification import Mute
from meetingtracker.models.person import Person
from meetingtracker.models.preparation import Preparation
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, TODAY, Cast
from tests.meetings import THURSDAY, plan
from tests.worker.runner import NOON, Runner, day_of

WEDNESDAY = 2  # days after TODAY; the meeting is on Thursday


def told(runner: Runner) -> list[str]:
    """Who got a mail, by first name."""
    return sorted(m["To"].split()[0] for m in runner.mails())


def planned(runner: Runner, on: date = THURSDAY) -> int:
    with runner.world.write() as cast:
        return plan(cast, on).id


def test_the_leaders_who_are_missing_hear_of_it_the_day_before(runner: Runner) -> None:
    meeting_id = planned(runner)
    with runner.world.write() as cast:
        tech = cast.department["Tech"]
        Preparation.say(meeting_id, tech, by=cast.actor("dina"), at=NOW)
    runner.run(WEDNESDAY - 1)
    assert told(runner) == []
    runner.run(WEDNESDAY)
    assert told(runner) == ["Maya", "Noor", "Sam"]
    (mail,) = runner.mails("sam")
    assert mail["Subject"] == "To prepare: Leader meeting"
    assert "Thu 19 Nov" in runner.last("sam") and Notice.to_prepare.why in runner.last("sam")
    runner.forget()
    runner.run(WEDNESDAY)
    runner.run(WEDNESDAY + 1)
    assert told(runner) == []


@pytest.mark.parametrize(("held", "asked"), [(7, 4), (5, 4), (8, 7)])
def test_weekends_and_the_day_before(runner: Runner, held: int, asked: int) -> None:
    """A meeting on Monday or Saturday is prepared on Friday, one on Tuesday on Monday."""
    planned(runner, day_of(held))
    for day in range(held + 1):
        runner.run(day)
        assert bool(told(runner)) is (day == asked), day
        runner.forget()


def test_it_stands_in_the_one_digest_of_the_day_and_leads_to_the_page(runner: Runner) -> None:
    meeting_id = planned(runner)
    runner.promise("Write the price list", "sam", WEDNESDAY)
    runner.run(WEDNESDAY, NOON)
    runner.run(WEDNESDAY)
    (mail,) = runner.mails("sam")
    assert mail["Subject"] == "1 due today, 1 to answer"
    link = next(w for w in runner.last("sam").split() if "/a/" in w).split(".com")[1]
    page = runner.world.stranger().get(link)
    assert f"/meetings/{meeting_id}/prepare" in page.links


def test_a_line_that_has_settled_itself_is_not_sent(runner: Runner) -> None:
    meeting_id = planned(runner)
    runner.run(WEDNESDAY)
    link = next(w for w in runner.last("sam").split() if "/a/" in w).split(".com")[1]
    with runner.world.write() as cast:
        sales = cast.department["Sales"]
        Preparation.say(meeting_id, sales, by=cast.actor("sam"), at=NOW)
    assert "This has moved on" in runner.world.stranger().get(link).text


@pytest.mark.parametrize("what", ["muted", "frozen", "cancelled"])
def test_nobody_is_asked_in_vain(runner: Runner, what: str) -> None:
    meeting_id = planned(runner)
    with runner.world.write() as cast:
        meeting, by = db.session.get_one(Meeting, meeting_id), cast.actor("maya")
        if what == "muted":
            sam = cast.person["sam"]
            db.session.add(Mute(person_id=sam, notice=Notice.to_prepare, muted_at=NOW))
        elif what == "frozen":
            meeting.freeze(by=by, at=NOW)
        else:
            cancel_meeting(meeting, reason="strike", by=by, at=NOW)
    runner.run(WEDNESDAY)
    assert told(runner) == (["Maya", "Noor", "Tom"] if what == "muted" else [])


def away(cast: Cast, name: str, delegate: str | None = None) -> None:
    person = db.session.get_one(Person, cast.person[name])
    delegate_id = cast.person[delegate] if delegate else None
    person.record("person.delegate_named", by=SYSTEM, at=NOW, delegate_id=delegate_id)
    Absence.create(
        "absence.planned", by=SYSTEM, at=NOW, person_id=person.id, from_on=TODAY,
        to_on=TODAY + timedelta(days=9), created_at=NOW,
    )  # fmt: skip


def test_the_deputy_then_the_delegate_hears_instead_of_a_leader_who_is_away(
    runner: Runner,
) -> None:
    planned(runner)
    with runner.world.write() as cast:
        away(cast, "tom", "pia")  # dina is deputy
        away(cast, "sam", "max")
        away(cast, "noor")
    runner.run(WEDNESDAY)
    assert told(runner) == ["Dina", "Max", "Maya"]
    assert "for Sam Reid, who is away" in runner.last("max")
    assert "who is away" not in runner.last("dina")


def test_a_delegates_tap_counts_for_the_department(runner: Runner) -> None:
    meeting_id = planned(runner)
    with runner.world.write() as cast:
        away(cast, "sam", "max")
    answer = runner.world.sign_in("max").post(f"/meetings/{meeting_id}/preparation")
    assert answer.status == 302
    runner.run(WEDNESDAY)
    assert "Max" not in told(runner)
