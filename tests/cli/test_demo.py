"""The demo: the same seed gives the same company, and there is something to see in it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.cli.demo import fill, story
from meetingtracker.config import Config
from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.rules.states import RUNNING, MeetingState, Stage, Status
from tests.cast import NOW, TODAY


def lived(folder: Path) -> Flask:
    config = Config(
        home=folder, database_url=f"sqlite:///{folder / 'demo.db'}", secret_key="x" * 40,
        testing=True, upload_dir=folder / "uploads",
    )  # fmt: skip
    migrate(config.database_url)
    with time_machine.travel(NOW, tick=False):
        assert fill(config, seed=1, size=None)
        assert fill(config, seed=1, size=None) is None, "it is not empty any more"
    return create_app(config)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = lived(tmp_path_factory.mktemp("demo"))
    yield app
    with app.app_context():
        db.engine.dispose()


def history(app: Flask) -> str:
    with app.app_context():
        rows = db.session.execute(
            sa.select(Event.at, Event.actor_id, Event.kind, Event.subject_id, Event.changes)
            .order_by(Event.id)
        )  # fmt: skip
        return json.dumps([[str(at), *rest] for at, *rest in rows])


def test_the_same_seed_gives_the_same_history(demo: Flask, tmp_path: Path) -> None:
    again = lived(tmp_path)
    assert history(again) == history(demo)
    with again.app_context():
        db.engine.dispose()


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
        stages = set(session.scalars(sa.select(Issue.stage)))
        assert stages >= {Stage.new, Stage.triaged, Stage.in_progress, Stage.resolved, Stage.closed}
        statuses = set(session.scalars(sa.select(Action.status)))
        assert statuses >= set(Status)
        assert set(session.scalars(sa.select(Action.moves))) >= {0, 1, 2, 3}
        overdue = sa.select(Action.id).where(Action.status.in_(RUNNING), Action.due_on < TODAY)
        assert len(session.scalars(overdue).all()) >= 3
        assert session.scalar(sa.select(sa.func.max(AgendaItem.placed))) >= 3
        confidential = sa.select(Issue.stage).where(Issue.confidential)
        assert any(stage.is_open for stage in session.scalars(confidential))


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
