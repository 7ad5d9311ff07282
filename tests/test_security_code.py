"""Points of the security list (docs/security.md) about secrets, logs and the code itself."""

import ast
import base64
import logging
import re
import sys
import tomllib
from pathlib import Path

import pytest
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.config import ROOT
from meetingtracker.db import db
from meetingtracker.models.acts.make_token import make_token
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import OneTimeLink, SignIn
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.web.logs import _Json, _Text
from tests.conftest import World
from tests.test_security import made

PACKAGE = ROOT / "meetingtracker"
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))


# --- secrets, accounts, logs ------------------------------------------------------------------


def test_nothing_is_signed_with_sha1(sqlite_world: World) -> None:
    visit = sqlite_world.sign_in("sam")
    visit.get("/board")
    cookie = visit.client.get_cookie("meetingtracker")
    assert cookie is not None
    lost = sqlite_world.stranger().post("/issues/new", {"title": "x"}, page="/login").text
    carried = re.search(r'name="carried"[^>]*value="([^"]+)"', lost)
    assert carried
    for signed in (cookie.value, visit.token, carried[1]):
        signature = signed.rpartition(".")[2]
        assert len(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == 32


def test_a_fresh_installation_has_no_account(tmp_path: Path) -> None:
    with made(tmp_path) as app, app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 0


def test_a_failure_tells_the_statement_and_not_the_values(world: World) -> None:
    secret = "what somebody wrote in confidence"
    with world.read(), pytest.raises(sa.exc.SQLAlchemyError) as failed:
        db.session.execute(sa.text("SELECT :word FROM nowhere"), {"word": secret})
    assert "nowhere" in str(failed.value)
    assert secret not in str(failed.value)


FORGED = "x\r\n2026-01-01T00:00:00.000Z INFO - sign-in of person 1\x1b[2J\u2028y"


@pytest.mark.parametrize("formatter", [_Text(), _Json()])
def test_a_log_line_is_one_line_in_utc(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "tried: %s", (FORGED,), None)
    record.created, record.msecs, record.request_id = 1_767_225_600.0, 0.0, "abc"
    line = formatter.format(record)
    assert "2026-01-01T00:00:00" in line
    assert "\n" not in line
    assert "\r" not in line
    assert "\x1b" not in line


def test_no_line_of_a_trace_poses_as_a_log_line() -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), sys.exc_info())
        record.request_id = "abc"
    first, *rest = _Text().format(record).splitlines()
    assert first.endswith("failed")
    assert len(rest) > 3
    assert all(line.startswith("  ") for line in rest)


def test_a_refusal_is_logged_with_who_and_from_where(
    sqlite_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    visit = sqlite_world.sign_in("sam")
    sam = sqlite_world.cast.person["sam"]
    visit.get("/settings/mail")
    assert f"refused 403 GET /settings/mail: person {sam} from 127.0.0.1" in caplog.text
    visit.get("/issues/999")
    assert f"refused 404 GET /issues/999: person {sam} from 127.0.0.1" in caplog.text
    sqlite_world.stranger().client.post("/login", data={"csrf_token": "guessed"})
    assert "refused 400 POST /login: person - from 127.0.0.1" in caplog.text
    sqlite_world.stranger().client.get("/healthz", headers={"Host": "evil.example"})
    assert "refused 400 GET /healthz" in caplog.text
    assert "evil.example" not in caplog.text


def test_the_log_goes_to_the_error_stream_and_nowhere_else(tmp_path: Path) -> None:
    with made(tmp_path) as app:
        kinds = [type(handler) for handler in app.logger.handlers]
        assert kinds == [logging.StreamHandler], app.logger.handlers
        assert not app.logger.propagate


def test_secrets_are_made_of_enough_chance(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        sam, at = cast.person["sam"], clock.now()
        sessions = [
            SignIn.begin(person_id=sam, device="x", on_phone=False, at=at) for _ in range(3)
        ]
        links = [OneTimeLink.make("reset", at=at, person_id=sam) for _ in range(3)]
        row = db.session.get_one(Person, sam)
        _id, token = make_token(row, name="x", scope=Scope.read, by=SYSTEM, at=at)
    for secrets, bits in ((sessions, 256), (links, 192), ([token.removeprefix("mt_")], 256)):
        assert len(set(secrets)) == len(secrets)
        assert all(len(secret) * 6 >= bits for secret in secrets)


# --- the code itself --------------------------------------------------------------------------

# What runs or builds objects from data, and randomness that can be foretold.
DANGEROUS = {"pickle", "marshal", "shelve", "dill", "yaml", "lxml", "ctypes", "subprocess",
             "random", "telnetlib", "ftplib", "ldap3", "memcache"}  # fmt: skip
CALLS = {"eval", "exec", "compile_restricted", "system", "popen", "from_string",
         "render_template_string", "md5", "sha1", "mktemp", "fromstring", "iterparse",
         "XMLParser"}  # fmt: skip


def _python() -> list[Path]:
    demo = PACKAGE / "cli" / "demo"  # throws dice for an invented company
    return [path for path in PACKAGE.rglob("*.py") if demo not in path.parents]


def test_no_module_runs_data_or_throws_dice() -> None:
    for path in _python():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.partition(".")[0] for name in names} & DANGEROUS, path
            if isinstance(node, ast.Call):
                called = node.func
                name = (
                    called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                )
                assert name not in CALLS, (path, node.lineno)


# Where a statement is put together, from words of our own alone.
PUT_TOGETHER = {"db.py", "models/action.py", "models/reads/board.py", "models/guards.py"}


def test_sql_is_written_out_and_never_put_together_from_what_came_in() -> None:
    seen = 0
    for path in _python():
        home = path.relative_to(PACKAGE).as_posix()
        if home.startswith("migrations/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in ("text", "literal_column", "exec_driver_sql", "DDL"):
                is_constant = bool(node.args) and isinstance(node.args[0], ast.Constant)
                assert is_constant or home in PUT_TOGETHER, (home, node.lineno)
                seen += 1
    assert seen > 10


def test_scripts_keep_nothing_of_people_and_make_no_page_from_text() -> None:
    assert len(SCRIPTS) > 8
    keeps = {
        path.name for path in SCRIPTS if re.search(r"(local|session)Storage", path.read_text())
    }
    cookies = {path.name for path in SCRIPTS if "document.cookie" in path.read_text()}
    assert keeps == {"keyboard.js"}  # whether single keys work
    assert cookies == {"theme.js"}  # light or dark
    never = r"\beval\(|new Function|\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|" \
        r"document\.write|postMessage|addEventListener\(.message.|__proto__|indexedDB"  # fmt: skip
    for path in SCRIPTS:
        assert not re.search(never, path.read_text()), path


def test_what_is_shipped_holds_no_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["meetingtracker"]
    assert set(wheel["force-include"]) == {"templates", "static"}
    for path in _python():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (tests|pytest|hypothesis)\b", text, re.M), path


def test_every_library_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {*project["dependencies"], *sum(project["optional-dependencies"].values(), [])}
    lock = (ROOT / "requirements.lock").read_text()
    pinned = {_name(line) for line in lock.splitlines() if "==" in line}
    assert len(pinned) > 50
    assert {_name(one) for one in wanted} - {"meetingtracker"} <= pinned


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0].lower().replace("_", "-")
