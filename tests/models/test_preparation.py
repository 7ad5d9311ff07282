"""Who is asked to prepare, in Python and in SQL; and a page that costs the same for 2 and 20."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.ask_verdict import ask_verdict
from meetingtracker.models.acts.prepare import say_prepared
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.preparation import Preparation
from meetingtracker.models.reads.preparation import asks_to_prepare, departments_of
from meetingtracker.models.reads.prepare_sheet import Sheet, sheet_of
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.permissions import SYSTEM, may_prepare
from tests.busy import Busy
from tests.cast import NOW, PEOPLE, TODAY, Cast
from tests.conftest import World
from tests.meetings import plan, propose
from tests.queries import queries

OFFICE = WorkingCalendar(frozenset(range(1, 6)))


def test_sql_and_the_predicate_ask_the_same_people(world: World) -> None:
    """Also delegates of those who lead: of sam, who leads, and of dina, who is deputy."""
    with world.write() as cast:
        meeting = plan(cast)
        meeting_id = meeting.id
        sales = [one for one in departments_of(meeting_id) if one.name == "Sales"]
        assert say_prepared(meeting, sales, by=cast.actor("sam"), at=NOW) == 1
    asked = 0
    with world.read() as cast:
        missing = [one for one in departments_of(meeting_id) if one.at is None]
        assert [one.name for one in missing] == ["Fulfilment", "Support", "Tech"]
        for name, *_ in PEOPLE:
            for absent in (None, "sam", "dina"):
                stands_in = frozenset([cast.person[absent]] if absent else [])
                actor = replace(cast.actor(name), stands_in_for=stands_in)
                wanted = any(may_prepare(actor, one) for one in missing)
                found = db.session.scalar(sa.select(Meeting.id).where(asks_to_prepare(actor)))
                assert (found is not None) is wanted, (name, absent)
                asked += wanted
    assert asked == 3 * 4 + 7  # tom, dina, maya and noor always; the others for dina alone


def test_the_database_keeps_it_single(world: World) -> None:
    with world.write() as cast:
        meeting_id = plan(cast).id
        tech = cast.department["Tech"]
        Preparation.say(meeting_id, tech, by=cast.actor("tom"), at=NOW)
    with pytest.raises(sa.exc.IntegrityError), world.write() as cast:
        Preparation.say(meeting_id, tech, by=cast.actor("dina"), at=NOW)


def sheet(cast: Cast, name: str) -> Sheet:
    meeting = db.session.scalars(sa.select(Meeting)).one()
    return sheet_of(cast.actor(name), meeting, TODAY, OFFICE)


def warned(action: Action) -> None:
    EarlyWarning.create(
        "early_warning.raised", by=SYSTEM, at=NOW, subject_type="action", subject_id=action.id,
        mark="likely_late", reasons=[], due_on=action.due_on, raised_on=TODAY - timedelta(days=1),
        raised_at=NOW,
    )  # fmt: skip


def test_the_leader_sees_what_the_meeting_will_ask_the_department(world: World) -> None:
    with world.write() as cast:
        plan(cast)
        make = Busy(cast)
        for owner, by in (("pia", "tom"), ("tom", "tom"), ("sam", "sam")):
            late = make.action(f"Of {owner}", owner, -3, by=by)
            ask_verdict(late, by=SYSTEM, at=NOW, on=TODAY)
        make.action("Not asked", "pia", -3, by="tom")
    with world.read() as cast:
        tom = sheet(cast, "tom")
        assert [row.title for row in tom.verdicts] == ["Of pia"]
        assert [row.title for row in tom.week["overdue"].rows] == ["Of tom"]
        assert tom.items == [], "what it will ask is no item of one's own"
        assert tom.asks == 2
        assert sheet(cast, "pia").verdicts == []


def test_likely_late_is_ones_own_and_the_departments_and_stands_once(world: World) -> None:
    with world.write() as cast:
        plan(cast)
        make = Busy(cast)
        for title, owner, due in (("Near", "tom", 2), ("Far", "tom", 9), ("Of pia", "pia", 9),
                                  ("Of sam", "sam", 9)):  # fmt: skip
            warned(make.action(title, owner, due, by="sam" if owner == "sam" else "tom"))
    with world.read() as cast:
        tom = sheet(cast, "tom")
        assert {one.action.title for one in tom.likely} == {"Far", "Of pia"}
        assert [row.title for row in tom.week["before"].rows] == ["Near"]


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    with world.write() as cast:
        plan(cast)
    counts = []
    for rows in (2, 18):
        with world.write() as cast:
            make = Busy(cast)
            for n in range(rows):
                title = f"{rows} {n}"
                make.action(title, "tom", -1, by="tom")
                make.action(title, "tom", 2, by="tom")
                warned(make.action(title, "pia", 5, by="tom"))
                ask_verdict(make.action(title, "pia", -2, by="tom"), by=SYSTEM, at=NOW, on=TODAY)
                propose(cast, title, department_id=cast.department["Tech"])
        with world.read() as cast, queries() as seen:
            assert sheet(cast, "tom").asks >= 4 * rows
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
