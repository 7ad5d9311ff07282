"""Every row is what its events say: replayed by version, they give the row as it stands."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from meetingtracker.app import create_app
from meetingtracker.cli.database import migrate
from meetingtracker.cli.demo import fill
from meetingtracker.cli.demo.large import Size
from meetingtracker.config import Config
from meetingtracker.db import Base, db
from meetingtracker.models.event import Event, Recorded, decode

RECORDED = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Recorded)]


def rebuilt_wrongly(session: Any) -> list[str]:
    """For each row that its events don't rebuild, what differs."""
    wrong = []
    for noun in RECORDED:
        columns = noun.__table__.columns
        histories: dict[int, dict[str, Any]] = {}
        versions: dict[int, int] = {}
        events = session.execute(
            sa.select(Event.subject_id, Event.subject_version, Event.changes)
            .where(Event.subject_type == noun.__tablename__)
            .order_by(Event.subject_id, Event.subject_version, Event.id)
        )
        for subject, version, changes in events:
            state = histories.setdefault(subject, {})
            if version != versions.get(subject, 0) + 1:
                wrong.append(f"{noun.__tablename__} {subject}: version {version} out of turn")
            versions[subject] = version
            for name, (old, new) in changes.items():
                if state.get(name) != decode(columns[name], old):
                    wrong.append(f"{noun.__tablename__} {subject} v{version}: {name} was not {old}")
                state[name] = decode(columns[name], new)
        for row in session.execute(sa.select(noun.__table__)).mappings():
            state = histories.pop(row["id"], {})
            if versions.get(row["id"]) != row["version"]:
                wrong.append(f"{noun.__tablename__} {row['id']}: version")
            wrong += [
                f"{noun.__tablename__} {row['id']}: {name} is {row[name]!r} not {state.get(name)!r}"
                for name in noun._recorded_columns()
                if state.get(name) != row[name]
            ]
        wrong += [f"{noun.__tablename__} {subject}: events but no row" for subject in histories]
    return wrong


@pytest.fixture(scope="module", params=[None, Size(500, 100)], ids=["small", "large"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("demo")
    config = Config(
        home=folder, database_url=f"sqlite:///{folder / 'demo.db'}", secret_key="x" * 40,
        testing=True, upload_dir=folder / "uploads",
    )  # fmt: skip
    migrate(config.database_url)
    assert fill(config, seed=3, size=request.param)
    app = create_app(config)
    with app.app_context():
        engine = db.engine
    request.addfinalizer(engine.dispose)
    return app


def test_the_events_of_the_demo_rebuild_every_row(demo: Flask) -> None:
    with demo.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) > 2000
        assert rebuilt_wrongly(db.session) == []


def test_the_check_bites(demo: Flask) -> None:
    """A row that was changed past its history is found."""
    with demo.app_context():
        connection = db.engine.connect().execution_options(writing=True)
        with connection.begin() as change:
            connection.execute(sa.text("UPDATE issue SET severity = 5 - severity WHERE id = 7"))
            found = rebuilt_wrongly(connection)
            change.rollback()
        connection.close()
    assert len(found) == 1
    assert found[0].startswith("issue 7: severity")
