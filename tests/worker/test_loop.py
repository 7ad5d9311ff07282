"""The worker's loop: it follows up by itself, one worker at a time, and survives its clock."""

from datetime import timedelta

import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.alert import Alert
from meetingtracker.models.organisation import Organisation
from meetingtracker.models.tick import FOLLOW_UP, Tick
from meetingtracker.worker.loop import LEASE, SCAN_EVERY, TELL_EVERY, Loop
from tests.busy import Busy
from tests.cast import NOW
from tests.conftest import World
from tests.worker.runner import DAY, Runner


def ticks(world: World, *loops: Loop, at: timedelta) -> None:
    with time_machine.travel(NOW + at, tick=True):
        for loop in loops:
            while loop.tick():
                pass


def alerts(world: World) -> int:
    with world.read():
        return db.session.scalar(sa.select(sa.func.count(Alert.id))) or 0


def test_it_follows_up_by_itself(runner: Runner) -> None:
    with runner.world.write() as cast:
        db.session.get_one(Organisation, 1).uses_mail = True
        Busy(cast).action("Write the price list", "pia", -1, present_in_meeting=True)
    ticks(runner.world, Loop(runner.world.app, runner.transport), at=timedelta())
    assert alerts(runner.world) == 1
    assert [m["Subject"] for m in runner.mails()] == ["Overdue: Write the price list"]


def test_what_was_given_is_told_within_the_minute_and_scans_wait(runner: Runner) -> None:
    loop = Loop(runner.world.app, runner.transport)
    ticks(runner.world, loop, at=timedelta())
    with runner.world.write() as cast:
        Busy(cast).action("Write the price list", "pia", -1, by="tom", promised=0)
    ticks(runner.world, loop, at=TELL_EVERY + timedelta(seconds=1))
    assert runner.inbox("pia") == [("assigned", 1)]
    assert alerts(runner.world) == 0
    ticks(runner.world, loop, at=SCAN_EVERY + timedelta(seconds=1))
    assert alerts(runner.world) == 1


def test_two_workers_share_one_lease(runner: Runner) -> None:
    one, other = (Loop(runner.world.app, runner.transport) for _ in range(2))
    ticks(runner.world, one, other, at=timedelta())
    with runner.world.read():
        assert db.session.get_one(Tick, FOLLOW_UP).holder == one.holder
    ticks(runner.world, other, at=LEASE + timedelta(seconds=1))
    with runner.world.read():
        assert db.session.get_one(Tick, FOLLOW_UP).holder == other.holder


def test_a_clock_that_was_set_back_stops_nothing(runner: Runner) -> None:
    loop = Loop(runner.world.app, runner.transport)
    ticks(runner.world, loop, at=30 * DAY)
    with runner.world.write() as cast:
        Busy(cast).action("Write the price list", "pia", -1, present_in_meeting=True)
    ticks(runner.world, loop, Loop(runner.world.app, None), at=timedelta())
    assert alerts(runner.world) == 1
