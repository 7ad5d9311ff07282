"""The promise ledger: giving, accepting, the four answers, moving, finishing."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueChange
from meetingtracker.rules.states import Status
from tests.cast import NOW, TODAY
from tests.conftest import World

DUE = TODAY + timedelta(days=10)
LATER = TODAY + timedelta(days=17)


def given(world: World, by: str = "sam", owner: str = "max", **fields: object) -> int:
    """Give an action through the page; its id."""
    visit = world.sign_in(by)
    typed = {
        "title": "Send the carrier the corrected file",
        "owner": world.cast.person[owner],
        "due_on": DUE,
        **fields,
    }
    answer = visit.post("/actions/new", typed, page="/actions/new")
    assert answer.status == 302, answer.errors
    return int(answer.location.rsplit("/", 1)[1])


def action(world: World, action_id: int) -> Action:
    with world.read():
        row = db.session.get(Action, action_id)
        assert row is not None
        return row


def ledger(world: World, action_id: int) -> list[tuple[date, date, str]]:
    with world.read():
        rows = db.session.scalars(sa.select(DueChange).filter_by(action_id=action_id))
        return [(row.from_on, row.to_on, row.reason) for row in rows]


def post(world: World, name: str, action_id: int, path: str, **fields: object) -> int:
    version = action(world, action_id).version
    visit = world.sign_in(name)
    return visit.post(f"/actions/{action_id}/{path}", {"version": version, **fields}).status


@pytest.mark.parametrize(
    ("giver", "owner", "status"),
    [
        ("max", "max", Status.open),  # to oneself
        ("sam", "max", Status.open),  # a leader within the department
        ("dina", "pia", Status.open),  # a deputy is a leader
        ("sam", "pia", Status.proposed),  # another department accepts first
        ("max", "sam", Status.proposed),  # a member binds nobody else
        ("lea", "pia", Status.open),  # an executive
    ],
)
def test_whether_a_promise_binds_at_once(
    world: World, giver: str, owner: str, status: Status
) -> None:
    assert action(world, given(world, giver, owner)).status is status


def test_a_stand_alone_action_has_a_home_series(world: World) -> None:
    assert action(world, given(world)).series_id == world.cast.series


def test_a_proposed_action_is_neither_late_nor_counted_until_it_is_accepted(world: World) -> None:
    action_id = given(world, "sam", "pia", due_on=TODAY)
    with time_machine.travel(NOW + timedelta(days=3)):
        assert "overdue" not in world.sign_in("pia").get(f"/actions/{action_id}").flags
        assert post(world, "pia", action_id, "acceptance") == 302
        assert "overdue" in world.sign_in("pia").get(f"/actions/{action_id}").flags


def test_due_today_is_not_overdue(world: World) -> None:
    action_id = given(world, due_on=TODAY)
    assert "overdue" not in world.sign_in("max").get(f"/actions/{action_id}").flags


def test_another_date_is_a_new_promise_that_replaces_it(world: World) -> None:
    action_id = given(world, "sam", "pia")
    assert post(world, "pia", action_id, "counter-proposal", due_on=LATER, reason="on leave") == 302
    with world.read():
        new = db.session.scalar(sa.select(Action).filter_by(replaces_id=action_id))
    assert action(world, action_id).status is Status.cancelled
    assert new is not None
    assert (new.status, new.due_on, new.original_due_on) == (Status.open, LATER, LATER)


def test_a_promise_handed_over_keeps_its_first_date(world: World) -> None:
    action_id = given(world, "sam", "max")
    pia = world.cast.person["pia"]
    assert post(world, "sam", action_id, "owner", owner=pia, reason="it is her system") == 302
    assert post(world, "pia", action_id, "counter-proposal", due_on=LATER, reason="later") == 422
    assert post(world, "pia", action_id, "acceptance") == 302
    row = action(world, action_id)
    assert (row.status, row.owner_id, row.original_due_on) == (Status.open, pia, DUE)


def test_done_verifies_and_refused_goes_back_to_work(world: World) -> None:
    action_id = given(world, "sam", "max")
    assert post(world, "max", action_id, "completion") == 302
    assert action(world, action_id).done_on == TODAY
    assert post(world, "sam", action_id, "refusal", reason="") == 422
    assert post(world, "sam", action_id, "refusal", reason="Two labels are missing") == 302
    assert action(world, action_id).status is Status.in_progress
    assert post(world, "max", action_id, "completion") == 302
    assert post(world, "sam", action_id, "verification") == 302
    assert action(world, action_id).status is Status.verified


def test_done_can_be_undone(world: World) -> None:
    action_id = given(world)
    visit = world.sign_in("max")
    version = action(world, action_id).version
    fields = {"version": version, "back": "/actions"}
    assert visit.post(f"/actions/{action_id}/completion", fields).location == "/actions"
    assert f"/actions/{action_id}/completion/undo" in visit.get("/people").text
    assert visit.post(f"/actions/{action_id}/completion/undo").status == 302
    row = action(world, action_id)
    assert (row.status, row.done_at) == (Status.in_progress, None)


def test_who_decides_the_first_second_and_third_move(world: World) -> None:
    action_id = given(world, "sam", "max")
    days = [DUE + timedelta(days=n) for n in (3, 6, 9)]
    assert post(world, "max", action_id, "move", due_on=days[0], reason="sandbox down") == 302
    assert action(world, action_id).due_on == days[0]
    # The owner only asks for the second; the requester decides it.
    assert post(world, "max", action_id, "move", due_on=days[1], reason="still down") == 302
    assert action(world, action_id).due_on == days[0]
    assert post(world, "sam", action_id, "due-request/answer", due_on=days[1], answer="yes") == 302
    assert action(world, action_id).due_on == days[1]
    # The third is an executive's.
    assert post(world, "sam", action_id, "move", due_on=days[2], reason="again") == 302
    assert action(world, action_id).due_on == days[1]
    assert post(world, "sam", action_id, "due-request/answer", due_on=days[2]) == 403
    assert post(world, "lea", action_id, "due-request/answer", due_on=days[2], answer="yes") == 302
    row = action(world, action_id)
    assert (row.due_on, row.original_due_on, row.moves) == (days[2], DUE, 3)
    assert [step[2] for step in ledger(world, action_id)] == ["sandbox down", "still down", "again"]
    assert "moved 3 times, 9 days" in world.sign_in("max").get(f"/actions/{action_id}").text


def test_a_wish_refused_leaves_the_date(world: World) -> None:
    action_id = given(world, "sam", "max")
    assert post(world, "max", action_id, "move", due_on=LATER, reason="one") == 302
    assert post(world, "max", action_id, "move", due_on=LATER + timedelta(7), reason="two") == 302
    assert post(world, "max", action_id, "move", due_on=LATER + timedelta(8), reason="x") == 422
    assert post(world, "sam", action_id, "due-request/answer", due_on=LATER, answer="no") == 302
    assert action(world, action_id).due_on == LATER
    assert len(ledger(world, action_id)) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": ""}, "Give the reason in one line."),
        ({"due_on": "31.12.2026"}, "Give a date like 2026-12-24."),
        ({"due_on": "2300-01-01"}, "between 1970 and 2200"),
        ({"due_on": ""}, "Give the new date."),
    ],
)
def test_a_move_that_is_refused_keeps_what_was_typed(
    world: World, fields: dict[str, str], sentence: str
) -> None:
    action_id = given(world, "sam", "max")
    version = action(world, action_id).version
    typed = {"version": version, "due_on": str(LATER), "reason": "the sandbox is down", **fields}
    answer = world.sign_in("max").post(f"/actions/{action_id}/move", typed)
    assert answer.status == 422
    assert sentence in answer.text
    assert (fields.get("reason") == "") or "the sandbox is down" in answer.text
    assert action(world, action_id).due_on == DUE


def test_blocked_names_its_blocker_who_may_answer(world: World) -> None:
    cast = world.cast
    action_id = given(world, "sam", "max")
    look = TODAY + timedelta(days=3)
    assert post(world, "max", action_id, "block", need="", next_look_on=look) == 422
    assert post(
        world, "max", action_id, "block", need="the price list", next_look_on=look,
        blocker_department=cast.department["Tech"], blocker_person=cast.person["noor"],
    ) == 422  # fmt: skip
    assert post(
        world, "max", action_id, "block", need="the price list", next_look_on=look,
        blocker_department=cast.department["Tech"],
    ) == 302  # fmt: skip
    page = world.sign_in("max").get(f"/actions/{action_id}")
    assert "Waits on Tech" in page.text
    assert "blocked" in page.flags
    assert post(world, "maya", action_id, "unblocking", answer="done") == 403
    assert post(world, "tom", action_id, "unblocking", answer="not_mine") == 302
    assert action(world, action_id).status is Status.in_progress


def test_handing_over_needs_a_reason_and_the_others_consent(world: World) -> None:
    action_id = given(world, "sam", "max")
    pia = world.cast.person["pia"]
    assert post(world, "max", action_id, "owner", owner=pia, reason="hers") == 403
    assert post(world, "sam", action_id, "owner", owner=pia, reason="") == 422
    assert post(world, "sam", action_id, "owner", owner=pia, reason="it is her system") == 302
    row = action(world, action_id)
    assert (row.owner_id, row.status) == (pia, Status.proposed)


def test_its_creator_can_take_it_back_for_a_quarter_of_an_hour(world: World) -> None:
    action_id = given(world, "sam", "max")
    assert world.sign_in("max").post(f"/actions/{action_id}/undo").status == 403
    with time_machine.travel(NOW + timedelta(minutes=16)):
        assert world.sign_in("sam").post(f"/actions/{action_id}/undo").status == 403
    assert world.sign_in("sam").post(f"/actions/{action_id}/undo").status == 302
    row = action(world, action_id)
    assert row.status is Status.cancelled
    assert row.undone_at is not None


def test_a_repeating_action_opens_its_next_promise(world: World) -> None:
    action_id = given(world, repeat="weekly", due_on=TODAY)
    assert post(world, "max", action_id, "completion") == 302
    with world.read():
        rows = db.session.scalars(sa.select(Action).order_by(Action.id)).all()
    assert [row.original_due_on for row in rows] == [TODAY, TODAY + timedelta(days=7)]
    assert rows[1].status is Status.open


@pytest.mark.parametrize(
    ("name", "path", "fields"),
    [
        ("pia", "completion", {}),  # somebody of another department
        ("maya", "completion", {}),  # its leader
        ("lea", "completion", {}),  # an executive comments, but does not set the status
        ("ada", "completion", {}),
        ("olga", "move", {"due_on": "2026-12-24", "reason": "x"}),
        ("max", "verification", {}),  # the owner of his own work
        ("max", "cancellation", {"reason": "no time"}),
        ("pia", "acceptance", {}),
    ],
)
def test_who_may_not(world: World, name: str, path: str, fields: dict[str, object]) -> None:
    action_id = given(world, "sam", "max")
    before = action(world, action_id).version
    assert post(world, name, action_id, path, **fields) == 403
    assert action(world, action_id).version == before


def test_wrong_method_missing_id_and_wrong_state(world: World) -> None:
    action_id = given(world)
    max_ = world.sign_in("max")
    assert max_.get(f"/actions/{action_id}/completion").status == 405
    assert max_.get("/actions/424242").status == 404
    assert post(world, "max", action_id, "completion") == 302
    answer = max_.post(
        f"/actions/{action_id}/move",
        {"version": action(world, action_id).version, "due_on": str(LATER), "reason": "x"},
    )
    assert answer.status == 422
    assert "It is finished" in answer.text


def test_a_stale_answer_changes_nothing_and_keeps_the_words(world: World) -> None:
    action_id = given(world, "sam", "max")
    version = action(world, action_id).version
    max_ = world.sign_in("max")
    first = {"version": version, "due_on": str(LATER), "reason": "first"}
    assert max_.post(f"/actions/{action_id}/move", first).status == 302
    second = {"version": version, "due_on": str(LATER + timedelta(3)), "reason": "second"}
    answer = max_.post(f"/actions/{action_id}/move", second)
    assert answer.status == 409
    assert "second" in answer.text
    assert len(ledger(world, action_id)) == 1


def test_an_action_of_a_confidential_issue_is_seen_by_its_owner_only(world: World) -> None:
    sam = world.sign_in("sam")
    made = sam.post("/issues/new", {"title": "Salaries", "confidential": "y"}, page="/issues/new")
    issue_id = int(made.location.rsplit("/", 1)[1])
    action_id = given(world, "sam", "max", issue=issue_id)
    assert world.sign_in("max").get(f"/actions/{action_id}").status == 200
    assert world.sign_in("max").get(f"/issues/{issue_id}").status == 200  # named by the promise
    assert world.sign_in("pia").get(f"/actions/{action_id}").status == 404
    assert world.sign_in("ada").get(f"/actions/{action_id}").status == 404
    typed = {"title": "x", "owner": world.cast.person["pia"], "due_on": DUE, "issue": issue_id}
    assert world.sign_in("pia").post("/actions/new", typed).status == 422
