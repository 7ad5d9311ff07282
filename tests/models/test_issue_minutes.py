"""Issuing: once, whole, and the same for ever."""

import threading
from collections.abc import Callable
from hashlib import sha256

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from meetingtracker.db import db, writing
from meetingtracker.markup.document import render_document
from meetingtracker.models.acts.capture import capture_action, capture_decision, capture_note
from meetingtracker.models.acts.issue_minutes import issue_minutes
from meetingtracker.models.acts.mail_minutes import TO_PERSON
from meetingtracker.models.acts.run_meeting import end_item, end_talking, go_to_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.meeting import (
    Attendance,
    Meeting,
    MinutesVersion,
    locked_meeting,
)
from meetingtracker.models.organisation import the_organisation, working_calendar
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.reads.minutes import held, minutes_facts
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.minutes import minutes_markdown
from meetingtracker.rules.states import MeetingState, Presence, Status
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, end, issue, plan, propose, standing, start


def test_issuing_freezes_the_text_with_its_hash(world: World) -> None:
    with world.write() as cast:
        propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        by = cast.actor("maya")
        (placement,) = standing(meeting)
        capture_note(meeting, placement, text="Sales *pauses*", html="", by=by, at=NOW)
        capture_decision(meeting, placement, text="Count at 17:30", by=by, at=NOW, on=TODAY)
        capture_action(
            meeting, placement, title="Tell the shift", owner_id=by.id, due_on=THURSDAY,
            by=by, at=NOW, on=TODAY,
        )  # fmt: skip
        Attendance.mark(meeting, cast.person["lea"], Presence.excused, by=by, at=NOW)
        end(cast, meeting, Outcome.DECIDED)
        version = issue(cast, meeting)
        assert meeting.state is MeetingState.issued and meeting.issued_at == NOW
        assert version.number == 1 and version.issued_by_id == by.id
        assert version.sha256 == sha256(version.text.encode()).hexdigest()
        for words in (
            "Present: Maya Ortiz", "Excused: Lea Novak", "Absent: Noor Haddad, Sam Reid, Tom",
            "> Sales *pauses*", "Decision: Count at 17:30", "Tell the shift — Maya Ortiz, due",
        ):  # fmt: skip
            assert words in version.text
        assert "<em>pauses</em>" in version.html


def test_two_people_at_once_give_one_version(world: World) -> None:
    """Invariant 2. Both have read the meeting before either writes."""
    meeting_id, item_id = ready_to_issue(world)
    at_once(world, 2, lambda wait: issue_carefully(meeting_id, wait))
    with world.read():
        assert versions(meeting_id) == [1]
        item = db.session.get_one(AgendaItem, item_id)
        assert (item.placed, item.deferred) == (1, 1)
        stands = sa.select(sa.func.count(Placement.id)).filter_by(item_id=item_id)
        assert db.session.scalar(stands) == 2
        issued = sa.select(sa.func.count(Event.id)).filter_by(kind="meeting.issued")
        assert db.session.scalar(issued) == 1
        told = db.session.scalars(sa.select(Outbox.person_id).filter_by(kind=TO_PERSON)).all()
        names = ("sam", "tom", "maya", "noor", "lea")  # the series' five, one mail each
        assert sorted(told) == sorted(world.cast.person[name] for name in names)


def test_the_check_above_bites(world: World) -> None:
    """The control: whoever trusts what was read before the write issues twice, and is seen."""
    meeting_id, _ = ready_to_issue(world)
    at_once(world, 2, lambda wait: issue_carelessly(meeting_id, wait))
    with world.read():
        assert versions(meeting_id) == [1, 2]


def ready_to_issue(world: World) -> tuple[int, int]:
    with world.write() as cast:
        item = propose(cast)
        meeting = start(cast, plan(cast))
        plan(cast, THURSDAY + WEEK)
        end(cast, meeting, Outcome.DEFERRED)
        end_talking(meeting, by=cast.actor("maya"), at=NOW)
        return meeting.id, item.id


def at_once(world: World, count: int, act: Callable[[Callable[[], object]], None]) -> None:
    """Run it in threads; each calls what it is given when it has read."""
    barrier = threading.Barrier(count, timeout=10)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with world.app.app_context():
                act(barrier.wait)
        except BaseException as error:  # a thread's failure must fail the test
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not failed, failed


def issue_carefully(meeting_id: int, wait: Callable[[], object]) -> None:
    meeting = db.session.get_one(Meeting, meeting_id)
    minutes = minutes_markdown(minutes_facts(held(meeting)))
    revision = meeting.revision
    by = actor(meeting.facilitator_id or 0)
    organisation = the_organisation()
    assert organisation is not None
    calendar = working_calendar(organisation)
    wait()
    with writing():
        locked = locked_meeting(meeting_id)
        assert locked is not None
        issue_minutes(
            locked, minutes=minutes, html=render_document(minutes.text), annex_html=None,
            revision=revision, calendar=calendar, by=by, at=NOW, mailing=True,
        )  # fmt: skip


def issue_carelessly(meeting_id: int, wait: Callable[[], object]) -> None:
    assert db.session.get_one(Meeting, meeting_id).state is MeetingState.wrap_up
    wait()
    with writing():
        number = len(versions(meeting_id, lock=True)) + 1
        db.session.add(
            MinutesVersion(
                meeting_id=meeting_id, number=number, text="", html="", sha256="", issued_at=NOW
            )
        )


def versions(meeting_id: int, *, lock: bool = False) -> list[int]:
    if lock:  # take turns, so that the control shows two versions and not one failure
        locked_meeting(meeting_id)
    return list(
        db.session.scalars(
            sa.select(MinutesVersion.number)
            .filter_by(meeting_id=meeting_id)
            .order_by(MinutesVersion.number)
        )
    )


def test_old_minutes_read_the_same_for_ever(world: World) -> None:
    """Invariant 10: neither a later change nor SQL touches them."""
    with world.write() as cast:
        item = propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        by = cast.actor("maya")
        action = capture_action(
            meeting, standing(meeting)[0], title="Tell the shift", owner_id=by.id,
            due_on=THURSDAY, by=by, at=NOW, on=TODAY,
        )  # fmt: skip
        end(cast, meeting, Outcome.BECAME_ACTION)
        version = issue(cast, meeting)
        before = (version.text, version.html, version.sha256)
        action.edit(title="Something else", by=by, at=NOW)
        action.complete(by=by, at=NOW, on=TODAY)
        item.record("agenda_item.edited", title="Renamed", by=by, at=NOW)
        db.session.flush()
        db.session.refresh(version)
        assert (version.text, version.html, version.sha256) == before
        for refused in (
            lambda: end_item(meeting, standing(meeting)[0], None, by=by, at=NOW),
            lambda: capture_note(meeting, standing(meeting)[0], text="x", html="", by=by, at=NOW),
            lambda: Attendance.mark(meeting, cast.person["tom"], Presence.present, by=by, at=NOW),
            lambda: meeting.facilitate(cast.person["tom"], by=by, at=NOW),
            lambda: go_to_item(meeting, None, by=by, at=NOW),
        ):
            with pytest.raises(RuleBroken):
                refused()
        version_id = version.id
    with pytest.raises(DBAPIError, match="written once"), world.write():
        db.session.execute(
            sa.update(MinutesVersion).filter_by(id=version_id).values(text="Another past")
        )


def test_what_blocks_is_refused_and_nothing_is_stored(world: World) -> None:
    with world.write() as cast:
        propose(cast, "Left open")
        meeting = start(cast, plan(cast))
        with pytest.raises(RuleBroken, match="has no outcome"):
            issue(cast, meeting)
        end(cast, meeting, Outcome.RESOLVED)
        capture_action(
            meeting, standing(meeting)[0], title="Nobody's", owner_id=None, due_on=None,
            by=cast.actor("maya"), at=NOW, on=TODAY,
        )  # fmt: skip
        with pytest.raises(RuleBroken, match="has no owner"):
            issue(cast, meeting)
        assert versions(meeting.id) == []


def test_a_change_after_the_text_was_made_is_refused(world: World) -> None:
    with world.write() as cast:
        meeting = start(cast, plan(cast))
        minutes = minutes_markdown(minutes_facts(held(meeting)))
        revision = meeting.revision
        Attendance.mark(
            meeting, cast.person["tom"], Presence.present, by=cast.actor("maya"), at=NOW
        )
        db.session.flush()
        organisation = the_organisation()
        assert organisation is not None
        with pytest.raises(RuleBroken, match="meanwhile"):
            issue_minutes(
                meeting, minutes=minutes, html="", annex_html=None, revision=revision,
                calendar=working_calendar(organisation), by=cast.actor("maya"), at=NOW,
            )  # fmt: skip


def test_an_action_for_somebody_absent_is_proposed_and_present_is_open(world: World) -> None:
    with world.write() as cast:
        propose(cast, presenter_id=cast.person["noor"])
        meeting = start(cast, plan(cast))
        by = cast.actor("maya")
        Attendance.mark(meeting, cast.person["tom"], Presence.present, by=by, at=NOW)
        Attendance.mark(meeting, cast.person["pia"], Presence.excused, by=by, at=NOW)
        for name, status in (
            ("tom", Status.open),
            ("pia", Status.proposed),
            ("max", Status.proposed),
        ):
            action = capture_action(
                meeting, standing(meeting)[0], title="Do it", owner_id=cast.person[name],
                due_on=THURSDAY, by=by, at=NOW, on=TODAY,
            )  # fmt: skip
            assert action.status is status
            assert action.requested_by_id == cast.person["noor"]
