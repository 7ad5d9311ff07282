"""The product's table of who may do what, row by row, against the predicates."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from meetingtracker.rules import permissions as may
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.permissions import Actor, Permission, Role
from meetingtracker.rules.states import Status, Visibility
from meetingtracker.rules.who_may import WHO_MAY, Deed, Standing

OURS, THEIRS, ELSEWHERE = 1, 2, 3
OWNER, REQUESTER, POINT, RAISER, NAMED, DELEGATE = 11, 12, 13, 14, 15, 16


def person(number: int, **more: object) -> Actor:
    return Actor(id=number, name="x", **more)  # type: ignore[arg-type]


WHO = {
    "admin": person(1, is_admin=True),
    "executive": person(2, role=Role.executive),
    "leader": person(3, leads=frozenset({OURS}), department_id=OURS),
    "other leader": person(4, leads=frozenset({ELSEWHERE}), department_id=ELSEWHERE),
    "role of leader": person(5, role=Role.leader, department_id=ELSEWHERE),
    "colleague": person(6, department_id=OURS),
    "member": person(7, department_id=ELSEWHERE),
    "owner": person(OWNER, department_id=OURS),
    "requester": person(REQUESTER, department_id=THEIRS),
    "point person": person(POINT, department_id=ELSEWHERE),
    "raiser": person(RAISER, department_id=OURS),
    "named": person(NAMED, department_id=ELSEWHERE),
    "delegate": person(DELEGATE, department_id=ELSEWHERE, stands_in_for=frozenset({OWNER})),
}


@dataclass
class AnIssue:
    raising_department_id: int = OURS
    owning_department_id: int | None = THEIRS
    point_person_id: int | None = POINT
    raised_by_id: int | None = RAISER
    confidential: bool = True
    reader_ids: frozenset[int] = frozenset({NAMED})


@dataclass
class AnAction:
    department_id: int | None = OURS
    owner_id: int | None = OWNER
    requested_by_id: int | None = REQUESTER
    created_by_id: int | None = REQUESTER
    blocker_person_id: int | None = NAMED
    blocker_department_id: int | None = ELSEWHERE
    moves: int = 0
    status: Status = Status.open


@dataclass
class ASeries:
    visibility: Visibility
    owner_id: int | None = OWNER
    attendee_ids: frozenset[int] = frozenset({4, 7})


@dataclass
class AnItem:
    created_by_id: int | None = RAISER
    presenter_id: int | None = POINT
    department_id: int = OURS
    ask: Ask = Ask.DECIDE


@dataclass
class AMeeting:
    facilitator_id: int | None = OWNER
    scribe_id: int | None = REQUESTER


issue, action = AnIssue(), AnAction()
ROWS: list[tuple[str, Callable[[Actor], bool], str]] = [
    ("see an open issue", lambda a: may.may_see_issue(a, AnIssue(confidential=False)), "*"),
    ("see a confidential issue", lambda a: may.may_see_issue(a, issue),
     "executive, leader, point person, named"),
    ("triage", lambda a: may.may_triage(a, issue), "executive, leader"),
    ("name readers", lambda a: may.may_name_readers(a, issue), "executive, leader, raiser"),
    ("edit an issue", lambda a: may.may_edit_issue(a, issue),
     "executive, leader, raiser, point person"),
    ("set point person", lambda a: may.may_name_point_person(a, issue), "executive, leader"),
    ("lend somebody", lambda a: may.may_accept_point_person(a, ELSEWHERE),
     "executive, other leader"),
    ("stage", lambda a: may.may_set_stage(a, issue), "leader, point person"),
    ("confirm", lambda a: may.may_confirm(a, issue), "leader, colleague, owner, raiser"),
    ("bind a colleague", lambda a: may.starts_open(
        a, owner_id=99, department_id=OURS, present_in_meeting=False), "executive, leader"),
    ("bind oneself", lambda a: may.starts_open(
        a, owner_id=a.id, department_id=None, present_in_meeting=False), "*"),
    ("update", lambda a: may.may_update_action(a, action), "leader, owner, delegate"),
    ("edit", lambda a: may.may_edit_action(a, action), "leader, owner, delegate, requester"),
    ("1st move", lambda a: may.may_move_due(a, action), "executive, leader, owner, delegate"),
    ("2nd move", lambda a: may.may_move_due(a, AnAction(moves=1)),
     "executive, leader, requester"),
    ("3rd move", lambda a: may.may_move_due(a, AnAction(moves=2)), "executive"),
    ("ask to move", lambda a: may.may_ask_to_move(a, action),
     "leader, owner, delegate, requester"),
    ("ask to change", lambda a: may.may_ask_to_change(a, action), "owner, delegate"),
    ("change owner", lambda a: may.may_change_owner(a, action), "executive, leader"),
    ("answer as leader", lambda a: may.may_answer_as_leader(a, action, ELSEWHERE),
     "executive, leader, other leader, requester"),
    ("answer when asked", lambda a: may.may_answer_as_leader(a, action, None, was_asked=True), "*"),
    ("nudge", lambda a: may.may_nudge(a, action),
     "admin, executive, leader, other leader, role of leader, colleague, member, requester, "
     "point person, raiser, named"),
    ("decide an escalation", may.may_decide_escalation, "executive"),
    ("answer a proposal", lambda a: may.may_answer_proposal(a, action),
     "leader, owner, delegate"),
    ("verify", lambda a: may.may_verify(a, action), "executive, requester"),
    ("stand in the way", lambda a: may.is_blocker(a, action, blocking_owner_id=POINT),
     "named, other leader, point person"),
    ("see company series", lambda a: may.may_see_series(a, ASeries(Visibility.company)), "*"),
    ("see leaders' series", lambda a: may.may_see_series(a, ASeries(Visibility.leaders)),
     "executive, leader, other leader, role of leader, member, owner"),
    ("see attendees' series", lambda a: may.may_see_series(a, ASeries(Visibility.attendees)),
     "executive, other leader, member, owner"),
    ("manage a series", lambda a: may.may_manage_series(a, ASeries(Visibility.company)),
     "admin, owner"),
    ("take over", lambda a: may.may_take_over(a, ASeries(Visibility.company)),
     "other leader, owner"),
    ("take over, being here", lambda a: may.may_take_over(
        a, ASeries(Visibility.company), is_here=True),
     "executive, leader, other leader, role of leader, owner"),
    ("run", lambda a: may.runs_meeting(a, AMeeting()), "owner, requester"),
    ("change an item", lambda a: may.may_change_item(a, AnItem()),
     "leader, raiser, point person"),
    ("plan an absence", lambda a: may.may_plan_absence(a, OWNER, OURS), "admin, leader, owner"),
    ("administer", lambda a: may.may_enter(a, Permission.administer), "admin"),
    ("oversee", lambda a: may.may_enter(a, Permission.oversee), "admin, executive"),
    ("enter", lambda a: may.may_enter(a, Permission.signed_in), "*"),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "asked", "allowed"), ROWS, ids=[row[0] for row in ROWS])
def test_the_table(deed: str, asked: Callable[[Actor], bool], allowed: str) -> None:
    expected = set(WHO) if allowed == "*" else set(allowed.split(", "))
    assert {name for name, actor in WHO.items() if asked(actor)} == expected


def test_whoever_runs_the_meeting_may_what_belongs_to_it() -> None:
    chair = person(50, department_id=ELSEWHERE)
    in_meeting: list[bool] = [
        may.may_see_issue(chair, issue, in_meeting=True),
        may.may_triage(chair, issue, in_meeting=True),
        may.may_name_point_person(chair, issue, in_meeting=True),
        may.may_set_stage(chair, issue, in_meeting=True),
        may.may_update_action(chair, action, in_meeting=True),
        may.may_change_owner(chair, action, in_meeting=True),
        may.may_move_due(chair, AnAction(moves=1), in_meeting=True),
        may.may_verify(chair, action, for_absent_requester=True),
    ]
    assert all(in_meeting)
    assert not may.may_move_due(chair, AnAction(moves=2), in_meeting=True)


def test_nobody_and_who_has_left_may_nothing() -> None:
    nobody = Actor(id=None, name="Meetingtracker")
    empty = AnAction(owner_id=None, requested_by_id=None, created_by_id=None, department_id=None)
    assert not may.may_update_action(nobody, empty)
    assert not may.may_verify(nobody, empty)
    assert not may.may_see_issue(nobody, AnIssue(point_person_id=None))
    assert not any(
        may.may_enter(Actor(id=1, name="x", is_admin=True, active=False), permission)
        for permission in Permission
    )


def test_every_deed_is_for_somebody_and_every_standing_is_used() -> None:
    assert set(WHO_MAY) == set(Deed)
    assert all(WHO_MAY.values())
    unused = set(Standing) - frozenset().union(*WHO_MAY.values())
    assert not unused, unused


def test_nobody_takes_an_overdue_verdict_off_the_agenda() -> None:
    for one in (RAISER, POINT):
        somebody = Actor(id=one, name="x")
        assert may.may_change_item(somebody, AnItem())
        assert not may.may_change_item(somebody, AnItem(ask=Ask.VERDICT))
