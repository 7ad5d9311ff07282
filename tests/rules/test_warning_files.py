"""The files of histories: what they mean, and every way in which a row of them can be bad."""

from datetime import datetime

import pytest

from meetingtracker.rules.history_file import read_history
from meetingtracker.rules.warning_replay import Change

ACTIONS = "id,source,dept,type,created,due_kind"
EVENTS = "id,time,kind,old,new"
ACTION = "A,permit,Ops,Desk,2026-03-02 09:00,explicit"
CREATED = "A,2026-03-02 09:00,created,,"


def sheet(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def test_histories_in_the_order_of_the_actions():
    files = read_history(
        sheet(EVENTS, "B,2026-03-03 10:00:30,due,,2026-03-09", "B,2026-03-03 08:00,owner,ann,",
              CREATED, "B,2026-03-03 10:00:30,created,,"),
        sheet(ACTIONS, "B,permit,,,2026-03-03T10:00:30,explicit", ACTION, "C,x,,,2026-01-01,"),
    )  # fmt: skip
    assert not files.bad_actions + files.bad_events
    assert [(h.id, h.created, h.department) for h in files.histories] == [
        ("B", datetime(2026, 3, 3, 10, 0, 30), ""),
        ("A", datetime(2026, 3, 2, 9), "Ops"),
    ]  # nothing is told of C
    assert list(files.histories[0].changes) == [
        Change(datetime(2026, 3, 3, 8), "owner", ""),
        Change(datetime(2026, 3, 3, 10, 0, 30), "created", ""),
        Change(datetime(2026, 3, 3, 10, 0, 30), "due", "2026-03-09"),
    ]
    assert [action.type for action in files.actions] == ["", "Desk"]


def test_events_alone_begin_with_their_creation():
    files = read_history(sheet(EVENTS, CREATED, "A,2026-03-03 09:00,update,,"))
    [history] = files.histories
    assert (history.id, history.created, history.department) == ("A", datetime(2026, 3, 2, 9), "")
    [bad] = read_history(sheet(EVENTS, "A,2026-03-03 09:00,update,,")).bad_events
    assert (bad.line, bad.column) == (2, "id")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",2026-03-02 09:00,update,,", "id"),
        ("B,2026-03-02 09:00,update,,", "id"),
        (f"{'x' * 121},2026-03-02 09:00,update,,", "id"),
        ("A,2026-02-30 09:00,update,,", "time"),
        ("A,,update,,", "time"),
        ("A,1969-12-31 09:00,update,,", "time"),
        ("A,2026-03-02 09:00+01:00,update,,", "time"),
        ("A,2026-03-02 09:00,finished,,", "kind"),
        ("A,2026-03-02 09:00,due,,2026-02-30", "new"),
        ("A,2026-03-02 09:00,due,,20260301", "new"),
        ("A,2026-03-02 09:00,due,,9999-12-31", "new"),
        (f"A,2026-03-02 09:00,owner,,{'x' * 121}", "new"),
        (f"A,2026-03-02 09:00,dept,,{'x' * 81}", "new"),
        ("A,2026-03-02 09:00,owner,,a\0b", "new"),
        ("A,2026-03-02 09:00,update,", ""),
    ],
)
def test_a_bad_event_is_named(line, column):
    files = read_history(sheet(EVENTS, CREATED, line), sheet(ACTIONS, ACTION))
    assert files.bad_actions == []
    assert [(bad.line, bad.row, bad.column) for bad in files.bad_events] == [(3, 2, column)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",permit,Ops,Desk,2026-03-02 09:00,", "id"),
        ("A,permit,Ops,Desk,2026-03-02 09:00,", "id"),
        (f"B,permit,{'x' * 81},Desk,2026-03-02 09:00,", "dept"),
        (f"B,permit,Ops,{'x' * 121},2026-03-02 09:00,", "type"),
        ("B,permit,Ops,Desk,yesterday,", "created"),
        ("B,permit,Ops,Desk,,", "created"),
    ],
)
def test_a_bad_action_is_named(line, column):
    files = read_history(sheet(EVENTS, CREATED), sheet(ACTIONS, ACTION, line))
    assert files.bad_events == []
    assert [(bad.line, bad.row, bad.column) for bad in files.bad_actions] == [(3, 2, column)]


@pytest.mark.parametrize("raw", [b"", b"id,time\n", b"\xff\xfei"])
def test_a_file_of_another_form(raw):
    assert read_history(raw, sheet(ACTIONS, ACTION)).bad_events
    assert read_history(sheet(EVENTS, CREATED), raw).bad_actions
