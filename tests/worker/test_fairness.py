"""No person's on-time rate is an input of the early warning, stored, shown or exported."""

from dataclasses import fields
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.early_warning import EarlyWarning, WarningModel, WarningSnapshot
from meetingtracker.rules.warning import Facts, Model, Signal, fit, signals
from meetingtracker.rules.warning_backtest import Backtest
from meetingtracker.rules.warning_replay import Change, History, Replay
from meetingtracker.worker.early_warning import look_once_a_day
from tests.cast import NOW
from tests.conftest import World
from tests.worker import past

DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 5, 9)


def promise(number: int, owner: str, *, day: int, kept: bool) -> History:
    """Due ten days after it was given, and done a day before or three after that."""
    given = BEGIN + day * DAY
    done = given + (9 if kept else 13) * DAY
    due = (given + 10 * DAY).date().isoformat()
    changes = [Change(given, "created"), Change(given, "due", due), Change(given, "owner", owner)]
    return History(number, given, "", [*changes, Change(done, "done")])


def scores(keeps: str, breaks: str) -> dict[str | int, float]:
    """Of an open promise of each of two people, one of whom broke every promise before."""
    before = [
        promise(n, keeps if n % 2 else breaks, day=20 * (n // 2), kept=bool(n % 2))
        for n in range(20)
    ]
    now = [promise(100 + n, who, day=300, kept=True) for n, who in enumerate(("a", "b"))]
    replay = Replay([*before, *now])
    replay.advance(BEGIN + 305 * DAY)
    rows = [signals(one.facts) for one in replay.standing(28)]
    model = fit(rows * 20, [True, False] * 20)
    return {one.id: model.chance(xs) for one, xs in zip(replay.standing(28), rows, strict=True)}


def test_who_kept_their_promises_before_makes_no_difference() -> None:
    assert scores(keeps="a", breaks="b") == scores(keeps="b", breaks="a")
    mine, theirs = scores(keeps="a", breaks="b").values()
    assert mine == theirs


def test_an_input_that_knew_it_would_be_seen() -> None:
    """The control: with what somebody has overdue at the moment the two do differ."""
    usual = {
        "days_left": 5.0, "age_days": 5.0, "quiet_days": 5.0, "updates": 0, "owner_open": 1,
        "moved_later": 0, "handed_over": 0, "blocked": False, "has_owner": True,
    }  # fmt: skip
    model = Model(0.0, (0.5,) * len(Signal))
    calm, loaded = (
        model.chance(signals(Facts(**usual, owner_overdue=n)))
        for n in (0, 3)  # type: ignore[arg-type]
    )
    assert calm != loaded


def test_the_inputs_are_those_that_were_agreed() -> None:
    """A new one is a decision of its own; none of these is about how somebody did before."""
    assert {field.name for field in fields(Facts)} == {
        "days_left", "age_days", "quiet_days", "updates", "owner_open", "owner_overdue",
        "moved_later", "handed_over", "blocked", "has_owner",
    }  # fmt: skip
    assert not any("owner" in f.name or "person" in f.name for f in fields(Backtest))


def test_no_table_of_it_knows_a_person_but_who_answered() -> None:
    known = {
        f"{table.__tablename__}.{column.name}"
        for table in (EarlyWarning, WarningModel, WarningSnapshot)
        for column in table.__table__.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert known == {"early_warning.answered_by_id"}


@pytest.fixture
def looked(sqlite_world: World) -> World:
    with sqlite_world.write() as cast:
        past.live_through(cast, 60)
        for owner in past.OWNERS:
            past.give(cast, owner, given=-18, due=6)
    with sqlite_world.app.app_context():
        assert look_once_a_day(NOW)
    return sqlite_world


def test_what_is_kept_of_a_look_names_nobody(looked: World) -> None:
    with looked.read():
        rows = db.session.scalars(sa.select(WarningSnapshot)).all()
        assert rows
        unweighed = {"priority", "blocker_late", "placed"}
        assert {name for row in rows for name in row.signals} <= set(Signal) | unweighed
        told = {key for row in rows for reason in row.reasons for key in reason}
        assert told <= {"why", "since", "share", "updates", "moves", "from", "times", "open",
                        "overdue"}  # fmt: skip


def test_no_page_shows_a_share_beside_a_person(looked: World) -> None:
    lea = looked.sign_in("lea")
    for name in past.OWNERS:
        page = lea.get(f"/people/{looked.cast.person[name]}")
        assert page.status == 200 and "%" not in page.text.split("<main", 1)[1], name
    record = lea.get("/reports/early-warning").text.split("<main", 1)[1]
    for row in record.split("<tr")[1:]:
        assert not any(full in row for full in ("Pia Lund", "Max Stern", "Olga Petri"))
