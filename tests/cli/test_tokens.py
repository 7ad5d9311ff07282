"""`meetingtracker token create`: prints the token once."""

import json

import pytest

from tests.cli.test_commands import Run, company, run

__all__ = ["company", "run"]


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_is_printed_alone(company: Run, scope: str) -> None:
    code, printed = company("token", "create", "Lea@Example.com", "--scope", scope)
    assert code == 0
    assert printed.startswith("mt_")
    assert len(printed.strip()) == 46
    code, printed = company("token", "create", "sam@example.com", "--scope", scope, "--json")
    made = json.loads(printed)
    assert (made["scope"], made["email"], made["name"]) == (
        scope, "sam@example.com", "command line",
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("ghost@example.com", "--scope", "read"),
        ("lea@example.com", "--scope", "all"),
        ("lea@example.com",),
        ("lea@example.com", "--scope", "read", "--name", " "),
        ("lea@example.com", "--scope", "read", "--name", "x" * 81),
    ],
)
def test_bad_input_is_code_2(company: Run, arguments: tuple[str, ...]) -> None:
    code, printed = company("token", "create", *arguments)
    assert code == 2
    assert printed.strip()


def test_routes_name_the_scope_of_a_token(run: Run) -> None:
    code, printed = run("routes", "--json")
    found = {(r["method"], r["path"]): r["permission"] for r in json.loads(printed)}
    assert code == 0
    assert found["GET", "/api/v1/issues"] == "signed in, bearer read"
    assert found["POST", "/api/v1/issues"] == "signed in, bearer write"
