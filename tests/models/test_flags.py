"""The flags in SQL are those of the rules, over every edge, on both databases."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.event import Recorded
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.flags import action_flag, is_open, issue_flag
from meetingtracker.rules.calendar import WorkingCalendar, end_of_day, local_today
from meetingtracker.rules.followup import (
    ACTION_FLAGS,
    ISSUE_FLAGS,
    Flag,
    Windows,
    action_flags,
    is_high,
    issue_flags,
    windows,
)
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import RUNNING, Priority, Stage, Status
from meetingtracker.rules.warning import Mark
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World

DAY = timedelta(days=1)
CALENDAR = WorkingCalendar(frozenset({1, 2, 3, 4, 5}), frozenset({TODAY + 2 * DAY}))
EDGES = windows(TODAY, CALENDAR)
PROMISED = (TODAY - 30 * DAY, *(before - n * DAY for _, before in EDGES.long for n in (0, 1)))


def give(cast: Cast, **values: object) -> Action:
    """An action in any state, past the verbs: the flags must hold for imported rows too."""
    status, at = values["status"], NOW
    values.setdefault("due_on", None)
    return Action.create(
        "action.given", by=cast.actor("sam"), at=at, title="Send the file",
        owner_id=cast.person["pia"], original_due_on=values["due_on"],
        blocked_need="an answer" if status is Status.blocked else None,
        done_at=at if status in (Status.done, Status.verified) else None,
        cancelled_at=at if status is Status.cancelled else None,
        created_at=at, updated_at=at, **values,
    )  # fmt: skip


def issue(cast: Cast, stage: Stage = Stage.new, **values: object) -> Issue:
    made = raise_issue(
        title="Labels print without the suite", by=cast.actor("noor"), at=NOW,
        raising_department_id=cast.department["Support"],
        **{"on": TODAY, **values},
    )  # fmt: skip
    ended = stage in (Stage.closed, Stage.declined)
    Recorded.record(
        made, "issue.stage_set", by=cast.actor("noor"), at=NOW, stage=stage,
        blocked_need="a decision" if stage is Stage.blocked else None,
        resolved_on=TODAY if stage is Stage.resolved else None, closed_at=NOW if ended else None,
    )  # fmt: skip
    return made


def warn(action_id: int, mark: Mark, **values: object) -> EarlyWarning:
    usual = {"subject_type": "action", "due_on": TODAY, "raised_on": TODAY - DAY}
    return EarlyWarning.create(
        "early_warning.raised", by=SYSTEM, at=NOW, subject_id=action_id, mark=mark, reasons=[],
        raised_at=NOW, **usual | values,
    )  # fmt: skip


def shown_marks() -> dict[int, Mark]:
    """In words: it stands, speaks of the date that stands and has not passed, and is a day old."""
    actions = {action.id: action for action in db.session().scalars(sa.select(Action))}
    rows = db.session().scalars(
        sa.select(EarlyWarning).where(EarlyWarning.subject_type == "action")
    )
    return {
        row.subject_id: row.mark
        for row in rows
        if row.cleared_at is None
        and row.raised_on < TODAY
        and row.due_on == actions[row.subject_id].due_on
        and row.due_on >= TODAY
    }


def python_flags(
    action: Action, severity: int | None, edges: Windows, marks: dict[int, Mark]
) -> tuple[Flag, ...]:
    return action_flags(
        status=action.status, due_on=action.due_on, promised_on=action.promised_on,
        moves=action.moves, high=is_high(action.priority, severity), edges=edges,
        mark=marks.get(action.id),
    )  # fmt: skip


def warn_of_every_kind(cast: Cast) -> None:
    """Marks that are shown and marks that are not, on actions of every status."""
    for status, mark, warning in product(
        Status, Mark,
        ({}, {"raised_on": TODAY}, {"cleared_at": NOW}, {"due_on": TODAY + DAY},
         {"subject_type": "issue"}),
    ):  # fmt: skip
        action = give(cast, status=status, due_on=TODAY, promised_on=TODAY)
        warn(action.id, mark, **warning)
    late = give(cast, status=Status.open, due_on=TODAY - DAY, promised_on=TODAY)
    warn(late.id, Mark.watch, due_on=late.due_on)


def found(noun: type[Action] | type[Issue], clause: sa.ColumnElement[bool]) -> set[int]:
    return set(db.session().scalars(sa.select(noun.id).where(clause)))


def test_actions_flagged_in_sql_are_those_the_rules_flag(world: World) -> None:
    severities: dict[int | None, int | None] = {None: None}
    with world.write() as cast:
        for severity in (1, 2):
            severities[issue(cast, severity=severity).id] = severity
        days = [None, *(TODAY + n * DAY for n in range(-1, 11))]
        for due_on, promised_on in product(days, PROMISED):
            give(cast, status=Status.open, due_on=due_on, promised_on=promised_on)
        for status, due_on, priority, issue_id, moves in product(
            Status, days[1:8], (Priority.normal, Priority.high), severities, (1, 2)
        ):
            give(
                cast, status=status, due_on=due_on, promised_on=TODAY, priority=priority,
                issue_id=issue_id, moves=moves,
            )  # fmt: skip
        warn_of_every_kind(cast)
    with world.read():
        actions = db.session().scalars(sa.select(Action)).all()
        marks = shown_marks()
        for flag in ACTION_FLAGS:
            expected = {
                a.id
                for a in actions
                if flag in python_flags(a, severities[a.issue_id], EDGES, marks)
            }
            assert expected, f"nothing here is {flag}"
            assert found(Action, action_flag(flag, EDGES)) == expected, flag


def test_issues_flagged_in_sql_are_those_the_rules_flag(world: World) -> None:
    with world.write() as cast:
        for stage, age, person in product(Stage, range(6), ("pia", None)):
            made = issue(cast, stage, on=TODAY - age * DAY, severity=1 + age % 4)
            if person:
                made.record(
                    "issue.point_person_named", by=cast.actor("lea"), at=NOW,
                    point_person_id=cast.person[person],
                )  # fmt: skip
        for stage, status, distance in product(Stage, RUNNING, (-1, 0, 3, 4)):
            made = issue(cast, stage, severity=1 if distance == 3 else 3)
            give(
                cast, status=status, due_on=TODAY + distance * DAY, promised_on=TODAY,
                issue_id=made.id,
            )  # fmt: skip
        for stage, mark, cleared_at in product((Stage.new, Stage.closed), Mark, (None, NOW)):
            made = issue(cast, stage)
            action = give(
                cast, status=Status.open, due_on=TODAY, promised_on=TODAY, issue_id=made.id
            )
            warn(action.id, mark, cleared_at=cleared_at)
            warn(made.id, Mark.watch, subject_type="issue", due_on=None, cleared_at=cleared_at)
    with world.read():
        troubled = set(
            db.session().scalars(
                sa.select(EarlyWarning.subject_id).where(
                    EarlyWarning.subject_type == "issue", EarlyWarning.cleared_at.is_(None)
                )
            )
        )
        rows = db.session().scalars(sa.select(Issue)).all()
        actions = db.session().scalars(sa.select(Action)).all()
        marks = shown_marks()
        for flag in ISSUE_FLAGS:
            expected = {
                row.id
                for row in rows
                if flag
                in issue_flags(
                    stage=row.stage, point_person_id=row.point_person_id,
                    raised_on=row.raised_on, edges=EDGES, in_trouble=row.id in troubled,
                    of_actions=[
                        f
                        for a in actions
                        if a.issue_id == row.id
                        for f in python_flags(a, row.severity, EDGES, marks)
                    ],
                )
            }  # fmt: skip
            assert expected, f"nothing here is {flag}"
            assert found(Issue, sa.and_(is_open(), issue_flag(flag, EDGES))) == expected, flag


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 11, 1)),
        ("Pacific/Kiritimati", date(2026, 12, 31)),
        ("Pacific/Pago_Pago", date(2028, 2, 29)),
    ],
)
def test_due_today_is_not_overdue_in_sql_either(world: World, zone: str, day: date) -> None:
    with world.write() as cast:
        give(cast, status=Status.open, due_on=day, promised_on=day)
    first = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=14)
    with world.read():
        for instant in (*(first + timedelta(hours=h) for h in range(56)), end_of_day(day, zone)):
            today = local_today(instant, zone)
            overdue = found(Action, action_flag(Flag.overdue, windows(today, CALENDAR)))
            assert bool(overdue) is (today > day), instant
