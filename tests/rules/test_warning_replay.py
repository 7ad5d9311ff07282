"""Histories played again: what is known of a promise at an instant, and nothing of what follows."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetingtracker.rules.warning_replay import Change, History, Replay

BORN = datetime(2026, 3, 2, 9)


def at(day: float) -> datetime:
    return BORN + timedelta(days=day)


def history(*changes: tuple[float, str, str], id: str = "a", created: float = 0) -> History:
    return History(id, at(created), "Ops", [Change(at(day), *rest) for day, *rest in changes])


def stand(day: float, *histories: History, horizon: float = 28):
    replay = Replay(histories)
    replay.advance(at(day))
    return replay.standing(horizon)


DUE = (0, "due", "2026-03-13")  # it ends at midnight: 11 days and 15 hours after BORN


def test_a_promise_in_its_first_hour():
    [one] = stand(0.5, history(DUE, (0, "owner", "ann")))
    assert one.id == "a"
    assert one.due == date(2026, 3, 13)
    assert one.facts.days_left == pytest.approx(11.625 - 0.5)
    assert one.facts.age_days == one.facts.quiet_days == pytest.approx(0.5)
    assert (one.facts.owner_open, one.facts.owner_overdue, one.facts.has_owner) == (1, 0, True)
    assert (one.facts.updates, one.facts.moved_later, one.facts.handed_over) == (0, 0, 0)
    assert (one.facts.blocked, one.owner, one.blocked_since) == (False, "ann", None)


@pytest.mark.parametrize(
    ("day", "horizon", "stands"),
    [
        (11.625, 28, False),  # the day is over
        (11.624, 28, True),
        (4.625, 7, True),
        (4.624, 7, False),
        (-0.001, 28, False),  # nobody has promised it yet
    ],
)
def test_stands_from_its_creation_to_the_end_of_its_date(day, horizon, stands):
    assert bool(stand(day, history(DUE), horizon=horizon)) is stands


def test_who_finished_stands_no_more_until_it_is_opened_again():
    one = history(DUE, (2, "done", ""), (4, "reopened", ""))
    assert stand(1, one)
    assert not stand(2, one)
    assert not stand(3.9, one)
    [again] = stand(5, one)
    assert again.facts.quiet_days == pytest.approx(1)


def test_only_what_somebody_accepted_is_a_promise():
    one = history(DUE, (0, "owner", "ann"), (0, "status", "proposed"), (2, "status", "open"))
    other = history(DUE, (0, "owner", "ann"), id="b")
    assert [s.id for s in stand(1, one, other)] == ["b"]
    assert stand(1, one, other)[0].facts.owner_open == 1
    assert [s.id for s in stand(2, one, other)] == ["a", "b"]


def test_moves():
    one = history(
        DUE, (1, "due", "2026-03-20"), (2, "due", "2026-03-18"), (3, "due", "2026-03-18"),
        (4, "due", "2026-03-25"),
    )  # fmt: skip
    [now] = stand(5, one)
    assert (now.moves, now.facts.moved_later) == (3, 2)
    assert (now.first_due, now.due) == (date(2026, 3, 13), date(2026, 3, 25))
    assert now.last_change == at(4)


def test_a_date_taken_away_is_none_and_no_move():
    one = history(DUE, (1, "due", ""), (2, "due", "2026-03-20"))
    assert not stand(1.5, one)
    [now] = stand(2, one)
    assert (now.moves, now.first_due) == (0, date(2026, 3, 13))


def test_hand_overs_of_people_and_departments():
    one = history(
        DUE, (0, "owner", "ann"), (1, "owner", "ann"), (2, "owner", ""), (3, "owner", "bob"),
        (4, "dept", "Ops"), (5, "dept", "Tech"),
    )  # fmt: skip
    assert stand(1, one)[0].facts.handed_over == 0
    gone = stand(2, one)[0]
    assert (gone.facts.handed_over, gone.facts.has_owner, gone.facts.owner_open) == (1, False, 0)
    assert stand(3, one)[0].facts.handed_over == 1  # nobody had it before
    assert stand(5, one)[0].facts.handed_over == 2


def test_blocked_since():
    one = history(
        DUE, (1, "status", "Awaiting Vendor"), (2, "status", "blocked"), (3, "status", "open")
    )
    assert stand(2.5, one)[0].blocked_since == at(1)
    assert stand(2.5, one)[0].facts.blocked
    assert not stand(3, one)[0].facts.blocked


def test_updates_and_silence():
    one = history(DUE, (0.0005, "update", ""), (3, "comment", ""), (4, "priority", "high"))
    assert stand(2, one)[0].facts.quiet_days == pytest.approx(2)  # its first minute is its birth
    assert stand(2, one)[0].facts.updates == 1
    [now] = stand(5, one)
    assert (now.facts.updates, now.facts.quiet_days) == (2, pytest.approx(1))


def test_the_load_of_an_owner():
    mine = [history(DUE, (0, "owner", "ann"), id=f"a{n}") for n in range(3)]
    late = history((0, "due", "2026-03-02"), (0, "owner", "ann"), id="late")
    undated = history((0, "owner", "ann"), id="undated")
    done = history(DUE, (0, "owner", "ann"), (0.5, "done", ""), id="done")
    nobodys = [history(DUE, id=f"n{n}") for n in range(2)]
    found = {s.id: s.facts for s in stand(1, *mine, late, undated, done, *nobodys)}
    assert list(found) == ["a0", "a1", "a2", "n0", "n1"]
    assert (found["a0"].owner_open, found["a0"].owner_overdue) == (5, 1)
    assert (found["n0"].owner_open, found["n0"].owner_overdue) == (0, 0)


def test_of_very_many_an_even_part_stands():
    many = [history(DUE, (0, "owner", "ann"), id=str(n)) for n in range(10)]
    replay = Replay(iter(many))
    replay.advance(at(1))
    assert [one.id for one in replay.standing(28, most=4)] == ["0", "3", "6", "9"]
    assert {one.facts.owner_open for one in replay.standing(28, most=4)} == {10}
    assert len(replay.standing(28, most=10)) == 10


def test_goes_forward_only():
    replay = Replay([history(DUE)])
    assert replay.standing(28) == []
    replay.advance(at(2))
    with pytest.raises(ValueError, match="forward"):
        replay.advance(at(1))


# --- nothing of what follows ---------------------------------------------------------------------

_days = st.integers(0, 40).map(float)
_kinds = st.sampled_from(
    ["due", "owner", "dept", "status", "priority", "comment", "update", "done", "reopened"]
)
_values = {
    "due": st.one_of(st.just(""), st.integers(0, 60).map(lambda n: str((at(n)).date()))),
    "owner": st.sampled_from(["", "ann", "bob"]),
    "dept": st.sampled_from(["Ops", "Tech"]),
    "status": st.sampled_from(["open", "blocked", "proposed", "On hold"]),
}


@st.composite
def pasts(draw) -> list[History]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        born = draw(_days)
        changes = [(born, "due", str(at(born + draw(st.integers(1, 20))).date()))]
        for _ in range(draw(st.integers(0, 8))):
            kind = draw(_kinds)
            changes.append((born + draw(_days), kind, draw(_values.get(kind, st.just("")))))
        changes.sort(key=lambda change: change[0])
        found.append(history(*changes, id=str(number), created=born))
    return found


def cut(histories: list[History], day: datetime) -> list[History]:
    return [
        History(h.id, h.created, h.department, [c for c in h.changes if c.at <= day])
        for h in histories
        if h.created <= day
    ]


@settings(max_examples=60, deadline=None)
@given(pasts(), _days)
def test_what_comes_later_changes_nothing(histories, day):
    known = stand(day, *cut(histories, at(day)))
    assert stand(day, *histories) == known
    scrambled = [
        History(
            h.id, h.created, h.department,
            [c if c.at <= at(day) else Change(c.at, "owner", "zoe") for c in h.changes],
        )
        for h in histories
    ]  # fmt: skip
    assert stand(day, *scrambled) == known


@settings(max_examples=60, deadline=None)
@given(pasts(), st.lists(_days, min_size=1, max_size=5))
def test_many_steps_end_where_one_does(histories, days):
    replay = Replay(histories)
    for day in sorted(days):
        replay.advance(at(day))
    assert replay.standing(28) == stand(max(days), *histories)


@settings(max_examples=60, deadline=None)
@given(pasts(), _days)
def test_renaming_people_and_departments_changes_no_fact(histories, day):
    def other(word: str) -> str:
        return word and f"{word}!"

    renamed = [
        History(
            h.id, h.created, other(h.department),
            [
                Change(c.at, c.kind, other(c.value)) if c.kind in ("owner", "dept") else c
                for c in h.changes
            ],
        )
        for h in histories
    ]  # fmt: skip
    assert [s.facts for s in stand(day, *renamed)] == [s.facts for s in stand(day, *histories)]
