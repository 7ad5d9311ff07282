"""The commands that people and scripts call: what they print, and their exit codes."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from meetingtracker import clock
from meetingtracker.cli import main
from meetingtracker.cli.application import application
from meetingtracker.db import writing
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import SignIn

COUNCIL = Path(__file__).parents[3] / "shared" / "data" / "meetings" / "council-2019-2022.json"
HEADER = "external_id,title,department,owner_email,due_on,status,priority,description"
GOOD = "A-1,Call back,Sales,lea@example.com,2026-12-01,open,normal,Words"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a home of its own: its exit code, and what it printed."""
    monkeypatch.setenv("MEETINGTRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("MEETINGTRACKER_TESTING", "1")
    monkeypatch.delenv("MEETINGTRACKER_DATABASE_URL", raising=False)

    def call(*arguments: object, stdin: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main([str(a) for a in arguments])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    assert call("db", "upgrade")[0] == 0
    return call


@pytest.fixture
def company(run: Run) -> Run:
    """Lea, the first account, and Sales with its leader."""
    lea = ("person", "create", "lea@example.com", "--name", "Lea Novak", "--password-stdin")
    assert run(*lea, stdin="a long enough phrase\n")[0] == 0
    assert run("department", "create", "Sales")[0] == 0
    sam = ("person", "create", "sam@example.com", "--name", "Sam", "--role", "leader")
    assert run(*sam, "--department", "sales")[0] == 0
    return run


def test_the_first_account_is_executive_and_administrator(run: Run) -> None:
    create = ("person", "create", "Lea@Example.com", "--name", "Lea", "--role", "member", "--json")
    code, printed = run(*create)
    first = json.loads(printed)
    assert code == 0
    assert (first["email"], first["role"], first["admin"]) == (
        "lea@example.com", "executive", True,
    )  # fmt: skip
    second = run("person", "create", "b@example.com", "--name", "B", "--role", "admin", "--json")
    assert json.loads(second[1])["admin"] is True
    assert json.loads(second[1])["role"] == "member"
    third = run("person", "create", "c@example.com", "--name", "C", "--role", "leader", "--json")
    assert json.loads(third[1])["admin"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ("person", "create", "lea@example.com", "--name", "Again"),
        ("person", "create", "nobody", "--name", "N"),
        ("person", "create", "n@example.com", "--name", " "),
        ("person", "create", "n@example.com", "--name", "N", "--department", "Nowhere"),
        ("person", "create", "n@example.com", "--name", "N", "--role", "boss"),
        ("person", "create", "n@example.com", "--name", "N", "--password-stdin"),
        ("department", "create", "SALES"),
        ("department", "create", "New", "--leader", "ghost@example.com"),
        ("person", "deactivate", "lea@example.com", "--hand-over-to", "sam@example.com"),
        ("person", "deactivate", "sam@example.com", "--hand-over-to", "sam@example.com"),
        ("person", "deactivate", "ghost@example.com", "--hand-over-to", "sam@example.com"),
        ("import", "actions", "/nowhere.csv", "--as", "lea@example.com"),
        ("export", "secrets"),
    ],
)
def test_bad_input_is_code_2_with_a_sentence(company: Run, arguments: tuple[str, ...]) -> None:
    code, printed = company(*arguments, stdin="short\n")
    assert code == 2
    assert printed.strip()
    assert "Traceback" not in printed


def test_an_old_schema_is_named(run: Run) -> None:
    assert run("db", "downgrade", "base")[0] == 0
    code, printed = run("department", "create", "Sales")
    assert code == 1
    assert "db upgrade" in printed


def test_who_leaves_hands_every_promise_over(company: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    lines = [GOOD.replace("A-1", f"A-{n}").replace("lea@", "sam@") for n in range(3)]
    sheet.write_text("\n".join([HEADER, *lines[:2], lines[2].replace("open", "done")]))
    assert company("import", "actions", sheet, "--as", "lea@example.com")[0] == 0
    leave = ("person", "deactivate", "sam@example.com", "--hand-over-to", "lea@example.com")
    code, printed = company(*leave, "--json")
    assert (code, json.loads(printed)["promises"]) == (0, 2)
    exported = json.loads(company("export", "actions", "--format", "json")[1])
    assert [row["owner_email"] for row in exported] == [
        "lea@example.com", "lea@example.com", "sam@example.com",
    ]  # fmt: skip


def test_a_file_twice_then_bad_then_dry(company: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "actions.csv"
    sheet.write_text(f"{HEADER}\n{GOOD}\n")
    arguments = ("import", "actions", sheet, "--as", "lea@example.com", "--json")
    assert json.loads(company(*arguments)[1])["created"] == 1
    assert json.loads(company(*arguments)[1])["unchanged"] == 1
    sheet.write_text(f"{HEADER}\n{GOOD}\nA-2,New,Nowhere,lea@example.com,soon,open,,\n")
    code, printed = company(*arguments)
    assert code == 2
    rows = json.loads(printed)["error"]["rows"]
    assert [(row["line"], row["row"], row["column"]) for row in rows] == [(3, 2, "due_on")]
    code, printed = company(*arguments[:-1])
    assert code == 2
    assert "line 3, due_on:" in printed
    sheet.write_text(f"{HEADER}\n{GOOD.replace('A-1', 'A-9')}\n")
    assert company(*arguments, "--dry-run")[0] == 0
    assert len(json.loads(company("export", "actions", "--format", "json")[1])) == 1


def test_only_an_administrator_imports(company: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "actions.csv"
    sheet.write_text(f"{HEADER}\n{GOOD}\n")
    assert company("import", "actions", sheet, "--as", "sam@example.com")[0] == 2


@pytest.mark.skipif(not COUNCIL.exists(), reason="the real minutes lie beside the checkout")
def test_the_real_council_comes_in_whole_and_only_once(company: Run) -> None:
    arguments = ("import", "meetings", COUNCIL, "--as", "lea@example.com", "--json")
    code, printed = company(*arguments)
    found = json.loads(printed)
    assert code == 0
    assert {k: found[k] for k in ("meetings", "items", "placements", "people")} == {
        "meetings": 134, "items": 224, "placements": 958, "people": 174,
    }  # fmt: skip
    assert (found["returned_3_times"], found["created"]) == (108, 134)
    assert json.loads(company(*arguments)[1])["created"] == 0


def test_exports_hold_the_same_in_both_forms(company: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "actions.csv"
    sheet.write_text(f"{HEADER}\n{GOOD}\n")
    company("import", "actions", sheet, "--as", "lea@example.com")
    assert company("export", "actions")[1].splitlines()[:2] == [HEADER, GOOD]
    events = json.loads(company("export", "events", "--json")[1])
    assert [(row["kind"], row["new"]) for row in events] == [
        ("created", ""), ("due", "2026-12-01"), ("owner", "lea@example.com"), ("dept", "Sales"),
        ("status", "open"), ("priority", "normal"),
    ]  # fmt: skip


def test_one_person_or_everybody_is_signed_out(company: Run) -> None:
    with application(), writing() as session:
        for person_id in session.scalars(sa.select(Person.id)).all():
            SignIn.begin(person_id=person_id, device="x", on_phone=True, at=clock.now())
    assert company("person", "sign-out")[0] == 2
    assert company("person", "sign-out", "nobody@example.com")[0] == 2
    assert open_sessions() == {"lea@example.com", "sam@example.com"}
    assert company("person", "sign-out", "sam@example.com")[0] == 0
    assert open_sessions() == {"lea@example.com"}
    code, printed = company("person", "sign-out", "--everybody")
    assert (code, printed) == (0, "Everybody is signed out everywhere.\n")
    assert open_sessions() == set()


def open_sessions() -> set[str]:
    rows = sa.select(Person.email).join(SignIn).where(SignIn.ended_at.is_(None))
    with application(), writing() as session:
        return set(session.scalars(rows))
