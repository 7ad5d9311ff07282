"""The two files that tell histories of promises, plain or compressed, read from the disk."""

import gzip
import json as codec
import zlib
from pathlib import Path

import click

from meetingtracker.cli.application import BadInput
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.history_file import HistoryFiles, read_history

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 200
_GZIP = b"\x1f\x8b"


def opened(events: Path, actions: Path | None, json: bool) -> HistoryFiles:
    """What the files hold; where a row of them is bad, each is named and the exit code is 2."""
    files = read_history(_bytes(events), _bytes(actions) if actions else None)
    bad = [(actions, row) for row in files.bad_actions] + [
        (events, row) for row in files.bad_events
    ]
    if bad:
        _refuse([(path.name if path else "", row) for path, row in bad], json)
    return files


def _bytes(path: Path) -> bytes:
    raw = path.read_bytes()
    if not raw.startswith(_GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        raise BadInput(f"{path.name} is damaged: it can't be decompressed.") from None


def _refuse(bad: list[tuple[str, BadRow]], json: bool) -> None:
    if json:
        rows = [
            {"file": name, "line": row.line, "row": row.row, "column": row.column,
             "reason": str(row)}
            for name, row in bad
        ]  # fmt: skip
        message = f"{len(rows)} rows are bad."
        click.echo(codec.dumps({"error": {"code": "bad_rows", "message": message, "rows": rows}}))
    else:
        click.echo(f"{len(bad)} problems:")
        for name, row in bad[:_SHOWN]:
            click.echo(f"{name}, {row.sentence()}")
        if len(bad) > _SHOWN:
            click.echo(f"… and {len(bad) - _SHOWN} more.")
    raise click.exceptions.Exit(2)
