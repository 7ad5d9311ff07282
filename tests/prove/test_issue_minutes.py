"""Two people issue the same minutes at once, fifty times: always one version."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.event import Event
from tests.conftest import Stage, World
from tests.models.test_issue_minutes import (
    at_once,
    issue_carefully,
    issue_carelessly,
    ready_to_issue,
    versions,
)

pytestmark = pytest.mark.prove
ROUNDS = 50


def issued_twice(
    world: World, stage: Stage, issue: Callable[[int, Callable[[], object]], None], rounds: int
) -> int:
    """In how many rounds there was another number of versions, or of events, than one."""
    wrong = 0
    for _ in range(rounds):
        world.cast = stage.reset()
        meeting_id, _ = ready_to_issue(world)
        at_once(world, 2, lambda wait, meeting_id=meeting_id: issue(meeting_id, wait))
        with world.read():
            events = sa.select(sa.func.count(Event.id)).filter_by(kind="meeting.issued")
            said = db.session.scalar(events) or 0
            wrong += versions(meeting_id) != [1] or said > 1
    return wrong


def test_fifty_times_one_version(
    world: World, stage: Stage, database: str, say: Callable[[str], None]
) -> None:
    assert issued_twice(world, stage, issue_carefully, ROUNDS) == 0
    say(f"{database}: two writers issued minutes at once {ROUNDS} times: 0 doubled, 0 failed")


def test_control_whoever_trusts_what_was_read_before_issues_twice(
    world: World, stage: Stage
) -> None:
    assert issued_twice(world, stage, issue_carelessly, 3) == 3
