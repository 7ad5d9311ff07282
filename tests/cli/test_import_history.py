"""`meetingtracker import history`: all or nothing, twice is once, done by the system."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from meetingtracker.cli.application import application
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.event import Event
from tests.cli.test_commands import Run, run
from tests.cli.test_warnings import told

__all__ = ["run", "told"]


def counted() -> tuple[int, int]:
    with application():
        return (
            db.session.scalar(sa.select(sa.func.count(Action.id))) or 0,
            db.session.scalar(sa.select(sa.func.count(Event.id))) or 0,
        )


def test_imported_once_and_again(run: Run, told: tuple[object, ...]) -> None:
    counted()  # the organisation's own first event
    code, printed = run("import", "history", *told, "--dry-run", "--json")
    assert (code, json.loads(printed)["created"], counted()[0]) == (0, 60, 0)
    code, printed = run("import", "history", *told, "--json")
    assert code == 0
    assert json.loads(printed) == {
        "kind": "history", "dry_run": False, "rows": 60, "created": 60, "changed": 0,
        "unchanged": 0,
    }  # fmt: skip
    stored = counted()
    assert stored[0] == 60
    assert "60 as they were" in run("import", "history", *told)[1]
    assert counted() == stored
    with application():
        reasons = sa.select(Event.actor_id, Event.reason).where(Event.subject_type == "action")
        assert set(db.session.execute(reasons)) == {(None, "import")}


def test_nothing_is_stored_of_a_file_with_a_bad_row(
    run: Run, told: tuple[object, ...], tmp_path: Path
) -> None:
    actions = Path(str(told[1])).read_text()
    (tmp_path / "bad.csv").write_text(actions + "\nP-1,x,,Task,2026-01-05 09:00,")
    before = counted()
    code, printed = run("import", "history", "--actions", tmp_path / "bad.csv", *told[2:])
    assert code == 2
    assert "bad.csv, line 62, id: It stands on line 3 already." in printed
    assert counted() == before


@pytest.mark.parametrize("left_out", [0, 2])
def test_it_needs_both_files(run: Run, told: tuple[object, ...], left_out: int) -> None:
    given = told[:left_out] + told[left_out + 2 :]
    assert run("import", "history", *given)[0] == 2
