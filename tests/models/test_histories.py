"""Histories from events: what the own promises tell, exported and imported alike."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from meetingtracker.db import Busy, db, writing
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.import_history import plan_history
from meetingtracker.models.acts.import_plan import Plan
from meetingtracker.models.comment import Comment
from meetingtracker.models.department import Department
from meetingtracker.models.person import Person
from meetingtracker.models.reads.export_file import export_file
from meetingtracker.models.reads.histories import histories
from meetingtracker.rules.history_file import read_history
from meetingtracker.rules.states import Status
from meetingtracker.rules.warning_replay import Change, Replay
from meetingtracker.worker import followup
from tests.cast import NOW, TODAY, ZONE, Cast
from tests.conftest import World
from tests.models.made_up_histories import figures, files
from tests.models.test_rebuild import rebuilt_wrongly

WALL = datetime(2026, 11, 16, 9)  # NOW in Berlin
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def given(cast: Cast, title: str = "Call them back") -> Action:
    return give_action(
        title=title, owner_id=cast.person["pia"], due_on=TODAY + 4 * DAY,
        department_id=cast.department["Tech"], by=cast.actor("tom"),
        at=NOW + timedelta(microseconds=123456), on=TODAY,
    )  # fmt: skip


def read(world: World, **which: object) -> dict[int, list[Change]]:
    with world.read():
        found = histories(**which)
        assert all(one.department == "" and one.created.tzinfo is None for one in found)
        return {int(one.id): list(one.changes) for one in found}


def test_a_promise_tells_everything_that_became_of_it(world: World) -> None:
    with world.write() as cast:
        tom, action = cast.actor("tom"), given(cast)
        pia, max_, tech, sales = (
            cast.person["pia"], cast.person["max"], cast.department["Tech"],
            cast.department["Sales"],
        )  # fmt: skip
        action.answer_on_track(by=tom, at=NOW + HOUR)
        action.answer_on_track(note="Nearly", by=tom, at=NOW + 2 * HOUR)
        action.block(
            need="A key", next_look_on=TODAY, by=tom, at=NOW + 3 * HOUR, on=TODAY,
            blocker_person_id=max_,
        )  # fmt: skip
        action.unblock(by=tom, at=NOW + 4 * HOUR)
        action.move_due(to=TODAY + 9 * DAY, reason="Ill", by=tom, at=NOW + DAY)
        action.hand_over(
            owner_id=max_, department_id=sales, reason="He can", binds=True, by=tom,
            at=NOW + DAY + HOUR,
        )  # fmt: skip
        Comment.write(text="So?", html="", action_id=action.id, by=tom, at=NOW + DAY + 2 * HOUR)
        action.complete(by=tom, at=NOW + 2 * DAY, on=TODAY)
        action.refuse(reason="No", by=tom, at=NOW + 3 * DAY)
        action.cancel(reason="Never mind", by=tom, at=NOW + 4 * DAY)
        action_id = action.id
    told = read(world)[action_id]
    assert sorted(c[1:] for c in told if c.at == WALL) == sorted([
        ("owner", str(pia)), ("dept", str(tech)), ("status", "open"), ("priority", "normal"),
        ("due", "2026-11-20"),
    ])  # fmt: skip
    assert [c for c in told if c.at > WALL] == [
        (WALL + HOUR, "status", "in_progress"), (WALL + HOUR, "update", ""),
        (WALL + 2 * HOUR, "update", ""),
        (WALL + 3 * HOUR, "status", "blocked"),
        (WALL + 4 * HOUR, "status", "in_progress"),
        (WALL + DAY, "due", "2026-11-25"),
        (WALL + DAY + HOUR, "owner", str(max_)), (WALL + DAY + HOUR, "dept", str(sales)),
        (WALL + DAY + 2 * HOUR, "comment", ""),
        (WALL + 2 * DAY, "status", "done"), (WALL + 2 * DAY, "done", ""),
        (WALL + 3 * DAY, "status", "in_progress"), (WALL + 3 * DAY, "reopened", ""),
        (WALL + 4 * DAY, "status", "cancelled"), (WALL + 4 * DAY, "done", ""),
    ]  # fmt: skip


def test_an_action_that_blocks_is_a_link(world: World) -> None:
    with world.write() as cast:
        action, other = given(cast), given(cast, "Find the key")
        action.block(
            need="A key", next_look_on=TODAY, by=cast.actor("tom"), at=NOW + HOUR, on=TODAY,
            blocker_action_id=other.id,
        )  # fmt: skip
        action_id, other_id = action.id, other.id
    told = [c[1:] for c in read(world)[action_id] if c.at > WALL]
    assert told == [("status", "blocked"), ("link_block", str(other_id))]


def test_what_is_asked_for(world: World) -> None:
    with world.write() as cast:
        tom = cast.actor("tom")
        runs, ended, undone = given(cast), given(cast), given(cast)
        ended.complete(by=tom, at=NOW + DAY, on=TODAY)
        undone.undo(by=tom, at=NOW + HOUR)
        Comment.write(text="So?", html="", action_id=runs.id, by=tom, at=NOW + 3 * DAY)
        known = runs.id, ended.id
    assert tuple(read(world)) == known
    assert tuple(read(world, running_only=True)) == known[:1]
    assert tuple(read(world, since=NOW + DAY)) == known
    assert tuple(read(world, since=NOW + DAY + HOUR)) == known[:1]
    assert read(world, until=NOW) == {}
    early = read(world, until=NOW + HOUR)
    assert [c.kind for c in early[known[1]]].count("done") == 0
    assert [c.kind for c in early[known[0]]].count("comment") == 0


def test_what_is_exported_and_read_again_stands_alike(world: World) -> None:
    with world.write() as cast:
        tom = cast.actor("tom")
        for number in range(4):
            action = given(cast, f"Promise {number}")
            action.move_due(to=TODAY + 9 * DAY, reason="Ill", by=tom, at=NOW + DAY)
            Comment.write(text="So?", html="", action_id=action.id, by=tom, at=NOW + 2 * DAY)
            if number == 1:
                action.complete(by=tom, at=NOW + 3 * DAY, on=TODAY)
            if number == 2:
                action.undo(by=tom, at=NOW + HOUR * 3)
    with world.read():
        files = read_history("".join(export_file("events", "csv", None)).encode())
        own = histories()
    assert not files.bad_events
    assert len(files.histories) == len(own) == 3
    for day in (0.1, 1.5, 2.5, 4, 8):
        stood = []
        for told in (own, files.histories):
            replay = Replay(told)
            replay.advance(WALL + day * DAY)
            stood.append([(int(s.id), s.due, s.facts, s.moves) for s in replay.standing(28)])
        assert stood[0] == stood[1]
        assert len(stood[0]) == (3 if day < 3 else 2)


# --- imported ------------------------------------------------------------------------------------


def stored(world: World, count: int = 60) -> Plan:
    actions, events = files(count)
    with world.read():
        read_in = read_history(events, actions)
        assert not read_in.bad_actions + read_in.bad_events
        plan = plan_history(read_in.actions, at=NOW, zone=ZONE)
        with writing():
            plan.store()
        return plan


def test_imported_histories_give_the_figures_of_their_files(world: World) -> None:
    assert stored(world).result == {"rows": 60, "created": 60, "changed": 0, "unchanged": 0}
    actions, events = files()
    by_files = figures(read_history(events, actions).histories)
    with world.read():
        assert figures(histories()) == by_files
        assert rebuilt_wrongly(db.session) == []
    assert by_files.rows > 30
    assert by_files.auc is not None


def test_the_same_files_twice_change_nothing(world: World) -> None:
    stored(world, 20)
    assert stored(world, 25).result == {"rows": 25, "created": 5, "changed": 0, "unchanged": 20}
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Action.id))) == 25
        names = db.session.scalars(sa.select(Person.name).where(Person.email.like("%.invalid")))
        assert sorted(names) == ["Bob B.", "ann", "bob b.", "cleo"]


def test_somebody_else_was_quicker(world: World) -> None:
    actions, events = files(3)
    with world.read():
        late = plan_history(read_history(events, actions).actions, at=NOW, zone=ZONE)
    stored(world, 2)
    with pytest.raises(Busy), world.write():
        late.store()


def test_nobody_is_asked_about_imported_promises(world: World) -> None:
    """They are open and overdue, their owners have left, some were moved again and again."""
    stored(world)
    with world.read():
        running = db.session.scalars(
            sa.select(Action).where(Action.status.in_([Status.open, Status.blocked]))
        ).all()
        assert len(running) > 5
        assert max(action.moves for action in running) > 1
        owners = db.session.scalars(sa.select(Person).where(Person.email.like("%.invalid")))
        assert {owner.is_active for owner in owners} == {False}
        assert not db.session.scalar(
            sa.select(sa.func.count(Action.id)).where(Action.status == Status.proposed)
        )
        quiet = followup.run(NOW + DAY, mailing=True)
        assert quiet is not None
        assert (quiet.alerts, quiet.notices, quiet.digests, quiet.verified) == ({}, 0, 0, 0)
        with writing():  # the control: it is the waiting that keeps them quiet
            db.session.execute(sa.update(Action).values(waits_until_on=None))
        loud = followup.run(NOW + 2 * DAY, mailing=True)
        assert loud is not None
        assert sum(loud.alerts.values()) > 5


def test_departments_come_along_once(world: World) -> None:
    stored(world)
    with world.read():
        names = [*db.session.scalars(sa.select(Department.name))]
    assert sorted(names) == ["Fulfilment", "Ops", "Sales", "Support", "Tech"]


def test_a_history_becomes_an_action(world: World) -> None:
    actions = b"id,source,dept,type,created,due_kind\nA,x,Ops,Desk,2026-03-02 09:00,explicit"
    lines = (
        "created,,", "due,,2026-03-09", "owner,,ann", "status,,On Hold", "due,,2026-03-12",
        "done,,", "reopened,,", "done,,",
    )  # fmt: skip
    times = ("02 09:00", "02 09:00", "02 09:00", "03 10:00", "04 10:00", "05 10:00", "06 10:00",
             "13 10:00")  # fmt: skip
    rows = [f"A,2026-03-{when},{line}" for when, line in zip(times, lines, strict=True)]
    events = "\n".join(["id,time,kind,old,new", *rows]).encode()
    with world.read():
        with writing():
            plan_history(read_history(events, actions).actions, at=NOW, zone=ZONE).store()
        action = db.session.scalars(sa.select(Action)).one()
        assert (action.external_id, action.title, action.status) == (
            "A", "Desk A", Status.verified,
        )  # fmt: skip
        assert (action.original_due_on, action.due_on) == (date(2026, 3, 9), date(2026, 3, 12))
        assert (action.moves, action.reopened, action.version) == (1, 1, 6)
        assert action.done_on == date(2026, 3, 13)
        assert action.done_at == datetime(2026, 3, 13, 10, tzinfo=ZoneInfo(ZONE))
        assert action.promised_on == date(2026, 3, 2)
        assert action.blocked_need is action.waits_until_on is None
