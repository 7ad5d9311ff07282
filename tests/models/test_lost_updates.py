"""Sixteen editors of one thing lose nothing, on both databases; a control shows it bites."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from meetingtracker.db import db, writing
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from tests.cast import NOW, TODAY
from tests.conftest import World

EDITORS, EDITS = 16, 3


def raised(world: World) -> int:
    with world.write() as cast:
        return raise_issue(
            title="Sixteen editors", raising_department_id=cast.department["Sales"],
            by=cast.actor("sam"), at=NOW, on=TODAY,
        ).id  # fmt: skip


def all_at_once(work: Callable[[int], None], seconds: float = 90) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(EDITORS)

    def run(number: int) -> None:
        try:
            start.wait(10)
            work(number)
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(EDITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not failures, failures[0]


def test_sixteen_editors_through_the_form_lose_nothing(world: World) -> None:
    edited_by_all(world, EDITS)


def edited_by_all(world: World, edits: int) -> int:
    """Everybody appends a line; a stale form (409) is sent again with what stands now.

    How often somebody had to send it again.
    """
    issue_id = raised(world)
    again = [0] * EDITORS
    path = f"/issues/{issue_id}/edit"
    visits = [world.sign_in("sam") for _ in range(EDITORS)]

    def edit(number: int) -> None:
        visit = visits[number]
        for turn in range(edits):
            while True:
                with world.read():
                    row = db.session.execute(
                        sa.select(Issue.description, Issue.version).where(Issue.id == issue_id)
                    ).one()
                typed = f"{row.description}\n{number}-{turn}".strip()
                fields = {"title": "Sixteen editors", "description": typed, "version": row.version}
                answer = visit.post(path, fields)
                if answer.status == 302:
                    break
                assert answer.status in (409, 503), answer.status
                again[number] += 1

    all_at_once(edit, seconds=90 + 20 * edits)
    with world.read():
        row = db.session.get(Issue, issue_id)
        assert row is not None
        lines = row.description.split("\n")
        events = db.session.scalar(
            sa.select(sa.func.count()).where(
                Event.subject_type == "issue", Event.kind == "issue.edited"
            )
        )
    assert sorted(lines) == sorted(f"{n}-{t}" for n in range(EDITORS) for t in range(edits))
    assert events == EDITORS * edits
    return sum(again)


def appended(world: World, *, check: bool) -> int:
    """How many of the editors' lines are left when they write with or without the comparison."""
    issue_id = raised(world)

    def edit(number: int) -> None:
        with world.app.app_context():
            for turn in range(EDITS):
                while not _append(issue_id, f"{number}-{turn}", check=check):
                    pass

    all_at_once(edit)
    with world.read():
        row = db.session.get(Issue, issue_id)
        assert row is not None
        return len(row.description.split("\n"))


def _append(issue_id: int, line: str, *, check: bool) -> bool:
    read = db.session.execute(
        sa.select(Issue.description, Issue.version).where(Issue.id == issue_id)
    ).one()
    db.session.rollback()
    typed = f"{read.description}\n{line}".strip()
    with writing() as session:
        if check:
            row = session.get(Issue, issue_id, with_for_update=True)
            assert row is not None
            if row.version != read.version:
                return False
        session.execute(
            sa.update(Issue)
            .where(Issue.id == issue_id)
            .values(description=typed, version=Issue.version + 1)
        )
    return True


def test_control_without_the_version_lines_are_lost(world: World) -> None:
    assert appended(world, check=False) < EDITORS * EDITS
    assert appended(world, check=True) == EDITORS * EDITS


def test_a_write_inside_a_write_is_refused(world: World) -> None:
    with world.read(), writing(), pytest.raises(RuntimeError), writing():
        pass
