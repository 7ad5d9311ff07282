"""`meetingtracker warnings backtest`: its options, figures and exit codes."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.test_commands import Run, run
from tests.models.made_up_histories import files

__all__ = ["run"]
KEYS = [
    "rows", "promises", "late_share", "auc", "auc_due_soonest", "auc_quiet_longest", "brier",
    "calibration_error", "early", "auc_by_days_left", "flips_per_100", "verdict", "seconds",
]  # fmt: skip
SPAN = ("--from", "2026-01-05T09:00", "--to", "2026-08-03", "--score-from", "2026-04-20",
        "--step", "3.5")  # fmt: skip


@pytest.fixture
def told(tmp_path: Path) -> tuple[object, ...]:
    """The arguments that name two files."""
    actions, events = files()
    (tmp_path / "actions.csv").write_bytes(actions)
    (tmp_path / "events.csv.gz").write_bytes(gzip.compress(events))
    return "--actions", tmp_path / "actions.csv", "--events", tmp_path / "events.csv.gz"


def test_figures_of_files_and_of_the_same_histories_imported(
    run: Run, told: tuple[object, ...]
) -> None:
    code, printed = run("warnings", "backtest", *told, *SPAN, "--json")
    by_files = json.loads(printed)
    assert code == 0
    assert list(by_files) == KEYS
    assert list(by_files["early"]) == ["precision", "recall", "median_lead_days", "base"]
    assert by_files["rows"] > 30
    assert run("import", "history", *told)[0] == 0
    by_own = json.loads(run("warnings", "backtest", *SPAN, "--json")[1])
    assert by_own.pop("seconds") > 0
    assert by_own == {key: by_files[key] for key in by_own}


def test_other_days_give_other_figures(run: Run, told: tuple[object, ...]) -> None:
    def backtest(*more: object) -> dict[str, object]:
        code, printed = run("warnings", "backtest", *told, *SPAN, *more, "--json")
        assert code == 0
        return json.loads(printed)

    plain = backtest()
    assert backtest("--horizon", 5)["rows"] < plain["rows"]
    assert backtest("--early", 20)["early"] != plain["early"]
    assert backtest("--end", "2026-12-24")["rows"] >= plain["rows"]


def test_it_says_in_words_what_may_be_shown(run: Run, told: tuple[object, ...]) -> None:
    code, printed = run("warnings", "backtest", *told)
    assert code == 0
    assert "AUC" in printed
    assert "{" not in printed


def test_an_empty_history_warns_by_rules(run: Run) -> None:
    code, printed = run("warnings", "backtest", "--json")
    assert code == 0
    assert json.loads(printed)["verdict"] == "rules"
    assert json.loads(printed)["rows"] == 0


@pytest.mark.parametrize(
    "more",
    [
        ("--from", "2026-09-01", "--to", "2026-08-01"),
        ("--to", "2026-08-01", "--end", "2026-07-01"),
        ("--from", "yesterday"),
        ("--from", "2026-01-05T09:00Z"),
        ("--step", "0"),
        ("--step", "nan"),
        ("--horizon", "0"),
        ("--horizon", "inf"),
        ("--early", "-1"),
        ("--from", "1970-01-01", "--step", "0.05"),
    ],
)
def test_bad_options_are_code_2(run: Run, told: tuple[object, ...], more: tuple[str, ...]) -> None:
    code, printed = run("warnings", "backtest", *told, *more)
    assert code == 2
    assert printed.strip()


def test_a_bad_file_says_where(run: Run, told: tuple[object, ...], tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("id,time,kind,old,new\nP-1,never,update,,\n")
    asked = ("warnings", "backtest", *told[:2], "--events", bad)
    code, printed = run(*asked)
    assert code == 2
    assert "bad.csv, line 2, time:" in printed
    code, printed = run(*asked, "--json")
    assert code == 2
    [row] = json.loads(printed)["error"]["rows"]
    assert (row["file"], row["line"], row["column"]) == ("bad.csv", 2, "time")


@pytest.mark.parametrize("raw", [b"", b"\x1f\x8b cut off", gzip.compress(b"id,x", mtime=0)[:-9]])
def test_what_is_no_such_file(run: Run, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "bad.csv").write_bytes(raw)
    code, printed = run("warnings", "backtest", "--events", tmp_path / "bad.csv")
    assert code == 2
    assert "bad.csv" in printed


def test_files_go_together(run: Run, told: tuple[object, ...], tmp_path: Path) -> None:
    assert run("warnings", "backtest", *told[:2])[0] == 2
    assert run("warnings", "backtest", *told[2:])[0] == 0  # events alone are enough
    assert run("warnings", "backtest", "--events", tmp_path / "nowhere.csv")[0] == 2
