"""docs/security.md and the code say the same: each point of the list, each file, each test."""

import ast
import re
from collections.abc import Callable
from functools import cache

import argon2
import pytest

from meetingtracker.api import body, limits
from meetingtracker.config import ROOT, Config
from meetingtracker.models import api_token, sign_in
from meetingtracker.pages.imports import views as imports
from meetingtracker.rules import accounts, passwords
from meetingtracker.web import logs, seal, security, uploads

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
CHAPTERS = range(1, 18)
# The points of levels 1 and 2 of OWASP ASVS 5.0.0: section, number of the last one.
POINTS = """
    1.1.2 1.2.9 1.3.11 1.4.3 1.5.2 2.1.3 2.2.3 2.3.4 2.4.1 3.2.2 3.3.4 3.4.6 3.5.5 3.7.2 4.1.3
    4.2.1 4.3.2 4.4.4 5.1.1 5.2.3 5.3.2 5.4.3 6.1.3 6.2.12 6.3.4 6.4.4 6.5.5 6.6.3 6.8.4 7.1.3
    7.2.4 7.3.2 7.4.5 7.5.2 7.6.2 8.1.2 8.2.3 8.3.1 8.4.1 9.1.3 9.2.4 10.1.2 10.2.2 10.3.4
    10.4.11 10.5.5 10.6.2 10.7.3 11.1.2 11.2.3 11.3.3 11.4.4 11.5.1 11.6.1 12.1.3 12.2.2 12.3.4
    13.1.1 13.2.5 13.3.2 13.4.5 14.1.2 14.2.4 14.3.3 15.1.3 15.2.3 15.3.7 16.1.1 16.2.5 16.3.4
    16.4.3 16.5.3 17.1.1 17.2.4 17.3.2
"""
D = "tests/test_security_doc.py::test_what_is_written_here_is_what_the_code_does"


def wanted() -> list[str]:
    return [
        f"{section}.{number}"
        for section, _, last in (point.rpartition(".") for point in POINTS.split())
        for number in range(1, int(last) + 1)
    ]


def rows() -> list[list[str]]:
    """The cells of each line of the list."""
    listed = TEXT[TEXT.index("## The list") :]
    lines = re.findall(r"^\| (\d[^\n]*) \|$", listed, re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def points(row: list[str]) -> list[str]:
    return row[0].split(", ")


@cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing_tests(text: str) -> list[str]:
    return [
        f"{path}::{name}"
        for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
        if not (ROOT / path).is_file() or name not in functions_in(path)
    ]


def missing_files(text: str) -> list[str]:
    """Files named with or without what is in them (`web/logs.py: place`), and missing names."""
    missing = []
    named = re.findall(r"`([\w./-]+\.(?:py|html|js|md|toml|sh|lock))(?:: ([\w., ]+))?`", text)
    for path, names in named:
        found = next((ROOT / start / path for start in (".", "meetingtracker")
                      if (ROOT / start / path).is_file()), None)  # fmt: skip
        if found is None:
            missing.append(path)
            continue
        source = found.read_text(encoding="utf-8")
        parts = [part for name in names.split(", ") for part in name.split(".") if part]
        missing += [f"{path}: {part}" for part in parts if not re.search(rf"\b{part}\b", source)]
    return missing


def test_every_point_of_both_levels_stands_in_the_list_once() -> None:
    listed = [point for row in rows() for point in points(row)]
    assert len(wanted()) == 253
    assert sorted(listed) == sorted(wanted())


def test_no_chapter_is_missing() -> None:
    for chapter in CHAPTERS:
        assert re.search(rf"^### V{chapter} ", TEXT, re.MULTILINE), chapter
    assert TEXT.count("\n### V") == len(CHAPTERS)


def test_every_line_says_how_it_stands() -> None:
    for row in rows():
        point, _what, how, proof = (*row, "", "")[:4]
        is_open = how.startswith(("NOT MET", "not applicable: "))
        assert len(row) in (3, 4), row
        assert is_open or how, point
        assert is_open or re.search(r"`(D|tests/[^`]+::\w+)`", proof), f"{point} is not proved"


def test_every_named_test_and_file_exists() -> None:
    assert missing_tests(TEXT) == []
    assert missing_files(TEXT) == []
    assert missing_tests(f"`{D}`") == []


def test_the_checks_bite() -> None:
    assert missing_tests("`tests/test_security.py::test_that_never_was`")
    assert missing_tests("`tests/test_never.py::test_x`")
    assert missing_files("`web/never.py`") == ["web/never.py"]
    assert missing_files("`web/logs.py: place, never`") == ["web/logs.py: never"]


def test_how_many_points_are_met(record_property: Callable[[str, object], None]) -> None:
    count = {"met": 0, "not applicable": 0, "NOT MET": 0}
    for row in rows():
        word = next((word for word in count if row[2].startswith(word)), "met")
        count[word] += len(points(row))
    assert sum(count.values()) == 253
    record_property(
        "figure",
        f"security.md: {count['met']} points met and proved, {count['not applicable']} not"
        f" applicable, {count['NOT MET']} not met",
    )


HASHER = argon2.PasswordHasher()
MINUTES = accounts.WINDOW.seconds // 60
SAID = [
    f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
    "no expiry, no\nhints, no questions",
    f"after {sign_in.IDLE.seconds // 3600} hours without use",
    f"after {sign_in.LONGEST.days} days in any case",
    f"lasts {sign_in.ON_PHONE.days} days",
    f"older than {sign_in.CONFIRMED_FOR.seconds // 60} minutes",
    f"link by mail ({sign_in.LASTS['sign_in'].seconds // 60} minutes)",
    f"an administrator ({sign_in.COPIED_LASTS['sign_in'].seconds // 60} minutes)",
    f"invitation ({sign_in.LASTS['invitation'].days} days)",
    f"set-up ({sign_in.LASTS['setup'].days} days)",
    f"challenge of {accounts.CHALLENGE_LASTS.seconds // 60} minutes",
    f"one of {accounts.CODES} recovery\ncodes",
    f"an app's code ({accounts.STEP} seconds",
    f"one account | {accounts.PER_ACCOUNT} in {MINUTES} minutes",
    f"(IPv6: a /64) | {accounts.PER_ADDRESS} in {MINUTES} minutes",
    f"{accounts.MAILS_PER_ACCOUNT} an account, {accounts.PER_ADDRESS} an address",
    f"{limits.PER_MINUTE} requests a minute and process",
    f"| {Config.max_body // 2**20} MiB; typed text {security.LARGEST_FORM // 10**6} MB",
    f"JSON {body.LARGEST // 10**6} MB",
    f"an import {imports.LARGEST // 2**20} MiB",
    f"{uploads.LARGEST // 2**20} MiB, {uploads.MOST_PIXELS // 10**6} million pixels",
    f"at most {uploads.LONGEST_SIDE} pixels a side",
    f"failures\nat a door {MINUTES} minutes",
    f"repeated API answers {api_token.KEPT.days * 24} hours",
    f"argon2id, {HASHER.memory_cost // 1024} MiB, {HASHER.time_cost} passes, "
    f"{HASHER.parallelism} lanes",
    f"{seal.CODE_LENGTH * 5} random bits, scrypt (2^14, 8, 1)",
    ", ".join(str(code) for code in logs.REFUSALS),
    "nobody (the default",
]


@pytest.mark.parametrize("sentence", SAID)
def test_what_is_written_here_is_what_the_code_does(sentence: str) -> None:
    assert " ".join(sentence.split()) in " ".join(TEXT.split())


def test_every_kind_of_file_is_named() -> None:
    for kind in (*uploads.PICTURES, *uploads.DOCUMENTS):
        word = {".pdf": "PDF", ".txt": "text", ".csv": "CSV"}.get(kind, kind)
        assert word.lower() in TEXT.lower(), kind
    assert "nine kinds of files" in TEXT
    assert len(uploads.PICTURES) + len(uploads.DOCUMENTS) == 9
