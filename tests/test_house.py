"""The house itself: what may load what, how every page is built, that the schema is the models'."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from meetingtracker.cli.database import differences, migrate
from meetingtracker.config import ROOT
from meetingtracker.db import db
from tests.conftest import World
from tests.postgres import postgres_url, skip_reason

PACKAGE = ROOT / "meetingtracker"


def test_rules_load_neither_flask_nor_sqlalchemy() -> None:
    modules = [f"meetingtracker.rules.{path.stem}" for path in (PACKAGE / "rules").glob("*.py")]
    code = (
        f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
        "bad = {'flask', 'sqlalchemy', 'wtforms', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(', '.join(bad) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


def test_models_neither_commit_nor_flush_away_from_event() -> None:
    for path in (PACKAGE / "models").rglob("*.py"):
        calls = _calls(path)
        assert "commit" not in calls, path
        assert "rollback" not in calls, path


def test_html_is_declared_safe_in_one_place() -> None:
    homes = []
    for path in PACKAGE.rglob("*.py"):
        if "Markup" in _calls(path):
            homes.append(path.relative_to(PACKAGE).as_posix())
    assert homes == ["web/forms.py"]
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "autoescape false" not in text, path


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_migrated_schema_equals_the_models_up_down_and_up_again(
    dialect: str, tmp_path: Path
) -> None:
    if dialect == "sqlite":
        url = f"sqlite:///{tmp_path / 'schema.db'}"
    else:
        found = postgres_url()
        if found is None:
            pytest.skip(skip_reason())
        url = _own_schema(found.replace("postgresql://", "postgresql+psycopg://"))
    migrate(url)
    assert differences(url) == []
    migrate(url, "base", down=True)
    migrate(url)
    assert differences(url) == []


def _own_schema(url: str) -> str:
    """A database of its own on the same server, so that other tests keep theirs."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = f"{engine.url.database}_schema"
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = 'x'",
        "UPDATE action SET original_due_on = '2030-01-01'",
        "UPDATE action SET original_due_on = NULL, due_on = NULL",
    ],
)
def test_the_ledger_is_guarded_by_the_database_itself(world: World, statement: str) -> None:
    visit = world.sign_in("sam")
    given = {"title": "x", "owner": world.cast.person["sam"], "due_on": "2026-12-01"}
    assert visit.post("/actions/new", given).status == 302
    with world.read(), pytest.raises(sa.exc.DatabaseError, match="written once"):
        connection = db.engine.connect().execution_options(writing=True)
        try:
            connection.exec_driver_sql(statement)
        finally:
            connection.close()


def test_reading_is_the_default(world: World) -> None:
    with world.read(), pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"):
        db.session.execute(sa.text("UPDATE person SET name = 'x'"))
