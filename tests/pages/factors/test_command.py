"""`meetingtracker person factors-remove`: when not even an administrator can help."""

import io
import json
from pathlib import Path

import pytest

from meetingtracker.app import create_app
from meetingtracker.cli import main
from meetingtracker.db import db
from tests.conftest import Visit, World
from tests.pages.account.doors import is_in
from tests.pages.factors.phone import first_step, set_up_app

PHRASE = "a long enough password"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ada, the only one, and her phone."""
    monkeypatch.setenv("MEETINGTRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("MEETINGTRACKER_TESTING", "1")
    monkeypatch.delenv("MEETINGTRACKER_DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHRASE}\n"))
    assert main(["db", "upgrade"]) == 0
    create = ["person", "create", "ada@example.com", "--name", "Ada", "--password-stdin"]
    assert main(create) == 0
    return World(create_app(), None)  # type: ignore[arg-type]


def test_whoever_lost_everything_comes_in_again(
    house: World, capsys: pytest.CaptureFixture[str]
) -> None:
    visit: Visit = house.sign_in("ada")
    _, codes = set_up_app(visit)
    waits = first_step(house, "ada")
    capsys.readouterr()
    assert main(["person", "factors-remove", "Ada@example.com", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 1
    assert not is_in(visit)
    assert waits.post("/sign-in/factor", {"code": codes[0]}).status == 422
    assert is_in(house.sign_in("ada"))
    with house.app.app_context():
        db.engine.dispose()


def test_nobody_of_that_name(house: World) -> None:
    assert main(["person", "factors-remove", "nobody@example.com"]) == 2
    with house.app.app_context():
        db.engine.dispose()
