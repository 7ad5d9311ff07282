"""A run over 100,000 open promises: how long, how much memory, and that a second one is silent."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.config import load
from meetingtracker.db import db, writing
from meetingtracker.models.action import Action
from meetingtracker.models.acts.bulk import Batch
from meetingtracker.models.alert import Alert
from meetingtracker.models.event import Event
from meetingtracker.models.person import Person
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.states import Status
from tests.cast import NOW, TODAY, gather
from tests.prove import child
from tests.worker.smtp import Server, smtp_server

pytestmark = pytest.mark.prove
OPEN, PEOPLE = 100_000, 200
# Due from six weeks ago to a quarter ahead: every third promise is overdue.
FIRST, LAST = -42, 90
RAISED = Event.kind == "alert.raised"


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {
        "HOME": str(tmp_path), "TESTING": "1", "SMTP_URL": server.url, "NOW": NOW.isoformat(),
        "MAIL_FROM": "meet@example.com", "BASE_URL": "https://meet.example.com",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MEETINGTRACKER_{name}", value)
    migrate(load().database_url)
    app = create_app(load())
    with app.app_context():
        with writing() as session:
            cast = gather()
            session.execute(sa.text("UPDATE organisation SET uses_mail = 1"))
            tech = cast.department["Tech"]
            people = [
                Person.join(email=f"p{n}@example.com", name=f"Person {n}", department_id=tech,
                            by=SYSTEM, at=NOW).id
                for n in range(PEOPLE)
            ]  # fmt: skip
            batch = Batch(Action)
            for n in range(OPEN):
                due_on = _due(n)
                batch.add(
                    "action.given", by=SYSTEM, at=NOW - timedelta(days=60), title=f"Promise {n}",
                    owner_id=people[n % PEOPLE], department_id=tech, status=Status.open,
                    requested_by_id=people[(n + 1) % PEOPLE],
                    promised_on=TODAY - timedelta(days=60),
                    due_on=due_on, original_due_on=due_on, created_at=NOW - timedelta(days=60),
                    updated_at=NOW,
                )  # fmt: skip
            batch.insert(session)
        db.session.remove()
        db.engine.dispose()
    return tmp_path


def _due(n: int) -> date:
    return TODAY + timedelta(days=FIRST + n % (LAST - FIRST))


def test_a_run_over_a_hundred_thousand(
    home: Path, server: Server, say: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, told = _run(home)
    monkeypatch.setenv("MEETINGTRACKER_NOW", (NOW + timedelta(minutes=15)).isoformat())
    second, again = _run(home)
    say(
        f"{OPEN} open promises: {told['raised']} alerts {told['alerts']}, {told['sent']} mails in "
        f"{first.wall:.1f} s ({first.cpu:.1f} s of processor), {first.peak:.0f} MB; "
        f"{told['writes']} writes, 99 of 100 within {told['most']} ms, the longest "
        f"{told['longest']} ms; again: {second.wall:.1f} s ({second.cpu:.1f}), "
        f"{again['raised']} alerts, {again['sent']} mails, {again['writes']} writes"
    )
    assert told["sent"] == told["digests"] == len(server.sent) >= PEOPLE
    assert (again["raised"], again["sent"], again["digests"], again["notices"]) == (0, 0, 0, 0)
    with create_app(load()).app_context():
        assert db.session.scalar(sa.select(sa.func.count(Alert.id))) == told["raised"]
        assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(RAISED)) == told["raised"]
        once = sa.select(sa.func.count(sa.distinct(Alert.subject_id))).where(Alert.level == 1)
        assert db.session.scalar(once) == told["alerts"]["1"]
    assert first.peak <= 300
    assert told["most"] <= 250, "no write keeps others waiting for long, even on a busy machine"


def _run(home: Path) -> tuple[child.Child, dict[str, Any]]:
    """What it took, and what it said of itself and of its writes."""
    ran = child.run(home, "followup", "run", "--json", module="tests.prove.locks")
    assert ran.code == 0, ran.out[-2000:]
    said = [json.loads(line) for line in ran.out.splitlines() if line.startswith("{")]
    return ran, {name: value for one in said for name, value in one.items()}
