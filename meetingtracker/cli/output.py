"""One way to print a result: a sentence, or JSON with --json."""

import json as codec
from collections.abc import Callable
from typing import Any

import click


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", is_flag=True, help="Print the result as JSON.")(command)


def emit(result: dict[str, Any], json: bool, sentence: str) -> None:
    click.echo(codec.dumps(result, default=str) if json else sentence.format(**result))
