"""A file overwrites nothing, and tells nothing, that is not for whoever imports it."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.import_file import plan_import
from meetingtracker.models.acts.import_plan import Context, Plan
from meetingtracker.models.reads.exports import own_mark
from meetingtracker.models.series import Series
from meetingtracker.rules.import_rows import COLUMNS
from meetingtracker.rules.states import Visibility
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World


def read(kind: str, raw: bytes, context: Context) -> Plan:
    return plan_import(kind, raw, context)


def context_of(cast: Cast) -> Context:
    return Context(cast.actor("ada"), NOW, TODAY)


@pytest.fixture
def secret(world: World) -> World:
    """A confidential issue of Support and Tech, with a promise of pia."""
    with world.write() as cast:
        make = Busy(cast)
        row = make.issue("Hush", "Support", "Tech", by="noor", confidential=True,
                         external_id="S-1")  # fmt: skip
        db.session.flush()
        make.action("Hush too", "pia", 1, by="tom", issue=row)
    return world


def lines(kind: str, *rows: str) -> bytes:
    return "\n".join([",".join(COLUMNS[kind]), *rows]).encode()


@pytest.mark.parametrize("to", ["new", "triaged", "closed"])
def test_an_issue_that_one_may_not_see_is_not_overwritten(secret: World, to: str) -> None:
    """Else an administrator would make themselves its point person, and read it."""
    with secret.write() as cast:
        raw = lines("issues", f"S-1,Hush,Sales,Sales,ada@example.com,1,{to},x")
        (bad,) = read("issues", raw, context_of(cast)).bad
        assert (bad.column, "not for you to see" in bad.reason) == ("external_id", True)


def test_nor_is_it_told_whether_the_file_says_the_same(secret: World) -> None:
    with secret.read() as cast:
        same = lines("issues", "S-1,Hush,Support,Tech,,3,new,")
        other = lines("issues", "S-1,Shh,Sales,Sales,,1,new,x")
        told = [read("issues", raw, context_of(cast)) for raw in (same, other)]
        assert [(b.line, b.column, b.reason) for b in told[0].bad] == [
            (b.line, b.column, b.reason) for b in told[1].bad
        ]
        assert told[0].bad


def test_a_promise_that_one_may_not_see_is_not_overwritten(secret: World) -> None:
    with secret.write() as cast:
        row = db.session.scalars(sa.select(Action)).one()
        raw = lines(
            "actions", f"{own_mark()}{row.id},Mine,Sales,ada@example.com,2026-12-01,open,normal,"
        )
        assert [bad.column for bad in read("actions", raw, context_of(cast)).bad] == ["external_id"]


def test_past_meetings_do_not_get_into_a_series_that_one_may_not_see(world: World) -> None:
    with world.write() as cast:
        Series.found(
            name="Executive talk", weekday=1, start_time=NOW.time(), zone="UTC", minutes=30,
            every_weeks=1, owner_id=cast.person["lea"], visibility=Visibility.attendees,
            by=cast.actor("lea"), at=NOW,
        )  # fmt: skip
        raw = json.dumps({
            "series": {"name": "Executive talk", "weekday": 1, "time": "08:00", "timezone": "UTC",
                       "minutes": 30},
            "people": [], "meetings": [{"date": "2026-01-05", "present": [], "items": []}],
        }).encode()  # fmt: skip
        assert [b.column for b in read("meetings", raw, context_of(cast)).bad] == ["series.name"]
        on_the_machine = replace(context_of(cast), sees_all=True)
        assert read("meetings", raw, on_the_machine).bad == []


def test_on_the_machine_a_whole_export_comes_back(secret: World) -> None:
    with secret.write() as cast:
        raw = lines("issues", "S-1,Hush,Support,Tech,,3,new,")
        plan = read("issues", raw, replace(context_of(cast), sees_all=True))
        assert (plan.bad, plan.changed) == ([], 0)


def test_a_number_of_any_length_names_nobody(sqlite_world: World) -> None:
    """Among the choices for what becomes of somebody's promises."""
    with sqlite_world.write() as cast:
        Busy(cast).action("A promise", "pia", 3, by="tom", promised=0)
    ada = sqlite_world.sign_in("ada")
    path = f"/people/{sqlite_world.cast.person['pia']}/leaving"
    form = ada.get(path).form(path)
    for number in ("9" * 5000, "9" * 30, "99999999999", "٣" * 12):
        sent = {**form, "heir": sqlite_world.cast.person["tom"], "promise-1": number}
        assert ada.post(path, sent).status == 404
