"""The ladder's policy: tried, saved, told; and what is sent next."""

from datetime import timedelta

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.acts.read_notices import mute
from meetingtracker.models.person import Person
from meetingtracker.models.policy import LADDER, Policy
from meetingtracker.models.reads.followup_plan import next_digest_at, policy_in_force
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.ladder import FULL
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.recipients import Company
from tests.cast import NOW, TODAY, ZONE, Cast
from tests.conftest import World
from tests.queries import queries

PAGE, TRY = "/settings/follow-up", "/settings/follow-up/preview"


def fields(version: int = 0, **more: object) -> dict[str, object]:
    steps = {"remind": 1, "unanswered": 3, "anyway": 5, "executives": 10, "meetings": 2}
    return {
        "version": str(version), "top": "3", "leader_waits": "2", "digest_time": "08:30",
        **{f"{kind}-{name}": str(n) for kind in ("normal", "high") for name, n in steps.items()},
        **more,
    }  # fmt: skip


def late(cast: Cast, days: int, name: str = "pia") -> None:
    day = TODAY - timedelta(days=days)
    give_action(
        title=f"Late by {days}", owner_id=cast.person[name], due_on=day, by=cast.actor("lea"),
        at=NOW - timedelta(days=days), on=day,
    )  # fmt: skip


def test_a_policy_is_saved_as_a_version(world: World) -> None:
    ada = world.sign_in("ada")
    form = ada.get(PAGE).form(PAGE)
    assert form["version"] == "0"
    assert ada.post(PAGE, fields(top="4", leader_waits="4", digest_time="07:45")).status == 302
    with world.read():
        policy, number = policy_in_force()
        assert (number, policy.top, policy.leader_waits) == (1, FULL.top, 4)
        assert policy.digest_time.isoformat("minutes") == "07:45"
    page = ada.get(PAGE)
    assert "Version 1" in page.text
    assert "Ada Quist" in page.text
    assert "time of digests: 08:30 → 07:45" in page.text
    assert ada.post(PAGE, fields(version=1, top="4", **{"high-anyway": "9"})).status == 302
    assert "a high one, its leader, in any case: 5 → 9" in ada.get(PAGE).text


def test_two_who_change_it_see_each_other(world: World) -> None:
    ada = world.sign_in("ada")
    assert ada.post(PAGE, fields(top="4")).status == 302
    answer = ada.post(PAGE, fields(leader_waits="7"))
    assert answer.status == 409
    assert "Somebody else changed this meanwhile" in answer.text
    assert answer.form(PAGE)["leader_waits"] == "7", "what was typed is still there"
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Policy.id))) == 1


def test_a_preview_saves_nothing_and_counts_by_level(world: World) -> None:
    with world.write() as cast:
        for days in (3, 5, 21):  # a Friday, a Wednesday, three weeks
            late(cast, days)
    ada = world.sign_in("ada")
    page = ada.post(TRY, fields(top="4", **{"normal-unanswered": "1", "normal-remind": "1"}))
    assert page.status == 200
    assert "With this policy 3 alerts would stand today" in page.text
    rows = [
        " ".join(cells.replace("<", " <").split())
        for cells in page.text.split('id="preview"')[1].split("</table>")[0].split("<tr>")[2:]
    ]
    numbers = [[int(n) for n in _numbers(row)] for row in rows]
    assert numbers == [[0, 1], [2, 1], [0, 1], [1, 0]], "with this policy, with the present one"
    with world.read():
        assert Policy.latest(LADDER) is None


def _numbers(row: str) -> list[str]:
    return [part.split("<")[0].strip() for part in row.split('class="number">')[1:]]


def test_what_is_no_policy_is_refused_beside_its_number(world: World) -> None:
    ada = world.sign_in("ada")
    for wrong, sentence in (
        ({"normal-anyway": "2"}, "Each step comes after the one before"),
        ({"high-remind": "0"}, "Give a number from 1 to 60."),
        ({"leader_waits": "many"}, "Not a valid integer value."),
        ({"digest_time": "25:00"}, "Not a valid time value."),
        ({"top": "9"}, "Not a valid choice."),
    ):
        for to in (PAGE, TRY):
            answer = ada.post(to, fields(**wrong))
            assert answer.status == 422, wrong
            assert sentence in answer.errors, wrong
    with world.read():
        assert Policy.latest(LADDER) is None


def test_an_executive_reads_and_nobody_else(world: World) -> None:
    lea = world.sign_in("lea")
    page = lea.get(PAGE)
    assert page.status == 200
    assert "An administrator may change these." in page.text
    assert lea.post(PAGE, fields()).status == 403
    assert lea.post(TRY, fields()).status == 403
    assert world.sign_in("sam").get(PAGE).status == 403


# --- what is sent next --------------------------------------------------------------------------


def test_the_plan_says_when_what_and_whom_it_misses(world: World) -> None:
    with world.write() as cast:
        late(cast, 3)
        pia = db.session.get_one(Person, cast.person["pia"])
        pia.change(zone="America/New_York", by=SYSTEM, at=NOW)
        mute(cast.person["pia"], [Notice.nudged, Notice.escalated], at=NOW)
    page = world.sign_in("ada").get(PAGE)
    row = page.text.split(f'/people/{world.cast.person["pia"]}"')[1].split("</li>")[0]
    for words in ("16 Nov, 14:30", "Mon 08:30 in America/New_York", "1 line now", "Nudged"):
        assert words in row, words
    assert Notice.escalated.label not in row, "it can't be muted"
    assert "Mail is not set up" in page.text
    assert page.total == 10


def test_the_plan_asks_as_much_of_many_as_of_few(world: World) -> None:
    ada = world.sign_in("ada")
    with world.read(), queries() as few:
        ada.get(PAGE)
    with world.write() as cast:
        for name in ("pia", "max", "olga", "noor"):
            late(cast, 3, name)
            late(cast, 4, name)
    with world.read(), queries() as many:
        ada.get(PAGE)
    assert len(few) == len(many)


def test_a_digest_comes_on_the_next_working_day() -> None:
    day = Day(TODAY, ZONE, WorkingCalendar(frozenset(range(1, 6))), Company({}))
    local = FULL.digest_time
    before = next_digest_at(local, ZONE, day, NOW - timedelta(hours=1))
    assert before.isoformat() == "2026-11-16T07:30:00+00:00"
    assert next_digest_at(local, ZONE, day, before).isoformat() == "2026-11-17T07:30:00+00:00"
    friday = Day(TODAY - timedelta(days=3), ZONE, day.calendar, day.company)
    after = NOW - timedelta(days=3)
    assert next_digest_at(local, ZONE, friday, after).isoformat() == "2026-11-16T07:30:00+00:00"
