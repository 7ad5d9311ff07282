"""The large demo: a hundred thousand issues whose rows are what their events say."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from meetingtracker.cli.database import migrate
from meetingtracker.db import Base
from meetingtracker.models.action import Action
from meetingtracker.models.comment import Comment
from meetingtracker.models.event import Event, Recorded, decode
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.rules.states import Stage
from tests.prove.child import run

pytestmark = pytest.mark.prove
SAMPLE = 500
OPEN = 2000
SEED = 1


def differing(connection: sa.Connection) -> int:
    """Of SAMPLE issues and actions, always the same random ones, how many their events don't
    rebuild."""
    rng = Random(SEED)  # noqa: S311  (a sample, no secret)
    wrong = 0
    for noun in (Issue, Action):
        ids = connection.scalars(sa.select(noun.id)).all()
        wrong += sum(_differs(connection, noun, i) for i in rng.sample(ids, SAMPLE // 2))
    return wrong


def _differs(connection: sa.Connection, noun: type[Recorded], row_id: int) -> bool:
    table: Any = noun.__table__  # type: ignore[attr-defined]
    row = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one()
    events = connection.execute(
        sa.select(Event.subject_version, Event.changes)
        .where(Event.subject_type == table.name, Event.subject_id == row_id)
        .order_by(Event.subject_version, Event.id)
    ).all()
    state: dict[str, Any] = {}
    for _, changes in events:
        state |= {name: decode(table.c[name], new) for name, (_, new) in changes.items()}
    if [version for version, _ in events] != list(range(1, row["version"] + 1)):
        return True
    return any(row[name] != state.get(name) for name in noun._recorded_columns())


def test_a_hundred_thousand_issues(tmp_path: Path, say: Callable[[str], None]) -> None:
    url = f"sqlite:///{tmp_path / 'meetingtracker.db'}"
    migrate(url)
    child = run(tmp_path, "demo", "--size", "large", "--open", str(OPEN), "--json")
    assert child.code == 0, child.out
    told = json.loads(child.out)
    assert told["issues"] == 100_000
    assert 145_000 <= told["actions"] <= 155_000
    assert told["people"] == 200
    assert told["meetings"] >= 150
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        comments = connection.scalar(sa.select(sa.func.count()).select_from(Comment)) or 0
        assert comments >= 3 * 99_000
        still_open = Issue.stage.not_in((Stage.closed, Stage.declined))
        assert connection.scalar(sa.select(sa.func.count(Issue.id)).where(still_open)) == OPEN
        assert len(connection.scalars(sa.select(Person.id)).all()) == 200
        assert differing(connection) == 0
        # The control: rows changed past their history are found.
        worse = sa.update(Base.metadata.tables["issue"]).where(Issue.severity > 1)
        connection.execute(worse.values(severity=Issue.severity - 1))
        assert differing(connection) > SAMPLE // 4
        connection.rollback()
    engine.dispose()
    say(f"demo of {told['issues']} issues, {told['actions']} actions, {comments} comments:"
        f" {child.wall:.0f} s ({child.cpu:.0f} s of processor), {child.peak:.0f} MB;"
        f" {SAMPLE} random rows rebuilt from their events")  # fmt: skip
