"""The demo: the same seed gives the same company, and there is something to see in it."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from meetingtracker.app import create_app
from meetingtracker.cli import main
from meetingtracker.cli.database import migrate
from meetingtracker.cli.demo import ACCOUNTS, fill, story
from meetingtracker.cli.demo.weeks import lines
from meetingtracker.config import Config, load
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue, open_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads.my_week import my_week
from meetingtracker.models.reads.on_time import on_time
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import RUNNING, MeetingState, Stage, Status
from tests.cast import NOW, TODAY, ZONE
from tests.conftest import Visit
from tests.postgres import postgres_url


def lived(url: str, folder: Path) -> Flask:
    config = Config(
        home=folder, database_url=url, secret_key="x" * 40, testing=True,
        upload_dir=folder / "uploads",
    )  # fmt: skip
    migrate(config.database_url)
    with time_machine.travel(NOW, tick=False):
        assert fill(config, seed=1, size=None)
        assert fill(config, seed=1, size=None) is None, "it is not empty any more"
    return create_app(config)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("demo")
    app = lived(f"sqlite:///{folder / 'demo.db'}", folder)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of its own on the server of the tests."""
    found = postgres_url()
    if found is None:
        pytest.skip("no PostgreSQL to be had")
    url = sa.make_url(found).set(drivername="postgresql+psycopg")
    own = f"{url.database}_demo"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{own}"')
    yield url.set(database=own).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{own}" WITH (FORCE)')
    server.dispose()


def history(app: Flask) -> str:
    with app.app_context():
        rows = db.session.execute(
            sa.select(Event.at, Event.actor_id, Event.kind, Event.subject_id, Event.changes)
            .order_by(Event.id)
        )  # fmt: skip
        told = json.dumps([[str(at), *rest] for at, *rest in rows], sort_keys=True)
        db.session.remove()
        db.engine.dispose()
    return told


@pytest.mark.postgres
def test_postgresql_lives_the_same_history(demo: Flask, tmp_path: Path, postgres: str) -> None:
    assert history(lived(postgres, tmp_path)) == history(demo)


def test_nothing_happened_in_the_future_and_it_took_nine_months(demo: Flask) -> None:
    with demo.app_context():
        first, last = db.session.execute(
            sa.select(sa.func.min(Event.at), sa.func.max(Event.at))
        ).one()
        assert last <= NOW
        assert (last - first).days > 260


def test_every_state_can_be_seen(demo: Flask) -> None:
    with demo.app_context():
        session = db.session
        assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 40
        assert set(session.scalars(sa.select(Issue.stage))) == set(Stage)
        assert set(session.scalars(sa.select(Action.status))) == set(Status)
        assert set(session.scalars(sa.select(Action.moves))) >= {0, 1, 2, 3}
        assert session.scalar(sa.select(sa.func.max(AgendaItem.placed))) >= 3
        confidential = sa.select(Issue.stage).where(Issue.confidential)
        assert any(stage.is_open for stage in session.scalars(confidential))


def test_all_lanes_of_the_board_are_alive(demo: Flask) -> None:
    with demo.app_context():
        issues = db.session.scalars(sa.select(Issue).where(open_issues())).all()
        lanes = Counter(Stage.new if i.stage is Stage.triaged else i.stage for i in issues)
        assert 4 <= lanes[Stage.new] <= 6
        assert 10 <= lanes[Stage.in_progress] <= 14
        assert 3 <= lanes[Stage.blocked] <= 5
        assert 3 <= lanes[Stage.resolved] <= 5
        blocked = [issue for issue in issues if issue.stage is Stage.blocked]
        assert {issue.blocker_department_id is None for issue in blocked} == {True, False}
        assert all(issue.blocked_need for issue in blocked)
        assert sum(issue.raised_on < TODAY - timedelta(days=120) for issue in issues) <= 2


def test_a_few_are_overdue_by_a_few_weeks_and_most_promises_are_kept(demo: Flask) -> None:
    with demo.app_context():
        late = db.session.execute(
            sa.select(Action.due_on, Action.issue_id)
            .where(Action.status.in_(RUNNING), Action.due_on < TODAY)
        ).all()  # fmt: skip
        assert 3 <= len({issue_id for _, issue_id in late if issue_id}) <= 6
        assert min(due_on for due_on, _ in late) >= TODAY - timedelta(days=25)
        rate = on_time(_who("maya"), today=TODAY, zone=ZONE).rate
        assert rate is not None
        assert 0.65 <= rate <= 0.80


def _who(name: str) -> Actor:
    found = db.session.scalar(sa.select(Person.id).where(Person.email == f"{name}@demo.example"))
    assert found is not None
    return actor(found)


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("sam", {"overdue", "today", "this_week", "later", "to_accept", "to_verify", "to_confirm",
                 "dates_to_decide", "blocked_on_me", "waiting"}),
        ("pia", {"overdue", "today", "this_week", "later", "to_accept", "blocked_on_me", "mine"}),
        ("maya", {"today", "this_week", "to_accept", "to_verify", "dates_to_decide", "waiting"}),
    ],
)  # fmt: skip
def test_whoever_is_named_for_signing_in_has_a_full_week(
    demo: Flask, name: str, sections: set[str]
) -> None:
    assert f"{name}@demo.example" in [account["email"] for account in ACCOUNTS]
    with demo.app_context():
        week = my_week(_who(name), TODAY, WorkingCalendar(frozenset({1, 2, 3, 4, 5})))
        assert set(week.sections) >= sections


def test_every_line_of_the_weeks_happened(demo: Flask) -> None:
    with demo.app_context():
        titles = set(db.session.scalars(sa.select(Action.title)))
    assert {line.title for line in lines()} <= titles


def test_the_next_meeting_has_its_agenda(demo: Flask) -> None:
    with demo.app_context():
        meeting = db.session.scalars(sa.select(Meeting).filter_by(state=MeetingState.planned)).one()
        assert 0 <= (meeting.held_on - TODAY).days <= 7
        placed = sa.select(sa.func.count()).select_from(Placement).filter_by(meeting_id=meeting.id)
        assert db.session.scalar(placed) >= 5


def test_the_story_has_sixty_different_issues_with_departments_that_exist() -> None:
    troubles = story.troubles()
    assert len({trouble.title for trouble in troubles}) >= 60
    assert all(trouble.goal and trouble.description and trouble.actions for trouble in troubles)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETINGTRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("MEETINGTRACKER_TESTING", "1")
    monkeypatch.delenv("MEETINGTRACKER_DATABASE_URL", raising=False)
    assert main(["db", "upgrade"]) == 0


@pytest.mark.usefixtures("home")
def test_the_command_gives_the_same_history_and_says_how_to_sign_in_the_leader_first(
    demo: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    with time_machine.travel(NOW, tick=False):
        assert main(["demo", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert main(["demo"]) == 2, "it is not empty any more"
    assert [account["email"] for account in told["accounts"]] == [
        "sam@demo.example", "pia@demo.example", "maya@demo.example",
    ]  # fmt: skip
    assert told["email"] == "sam@demo.example"
    again = create_app(load())
    assert history(again) == history(demo)
    visit = Visit(again.test_client())
    signed_in = {"email": told["email"], "password": told["password"]}
    assert visit.post("/login", signed_in, page="/login").status == 302
    with demo.app_context():
        assert told["issues"] == db.session.scalar(sa.select(sa.func.count()).select_from(Issue))


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("size", ["0", "63", "1000001", "many", "-5", "٦٤"])
def test_a_size_that_cannot_be_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["demo", f"--size={size}"]) == 2
    assert "a number of issues" in capsys.readouterr().err
