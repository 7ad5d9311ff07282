"""The command line: each command parses, calls a model and prints."""

import sys
from collections.abc import Sequence

import click

from meetingtracker.cli import (
    database,
    demo,
    doctor,
    exports,
    followup,
    imports,
    people,
    server,
    tokens,
    warnings,
    worker,
)
from meetingtracker.config import Unsafe
from meetingtracker.db import Busy
from meetingtracker.rules.errors import RuleBroken

FAILED, BAD_INPUT, BUSY = 1, 2, 3


@click.group(invoke_without_command=True)
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with a company.")
@click.pass_context
def cli(context: click.Context, with_demo: bool) -> None:
    """The weekly leader meeting and the promises made in it."""
    if context.invoked_subcommand is None:
        server.start(with_demo=with_demo)


for command in (
    database.db, database.check, server.serve, server.routes, demo.demo, people.person,
    people.department, tokens.token, imports.imports, exports.export,
    worker.worker, doctor.doctor, followup.followup, warnings.warnings,
):  # fmt: skip
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. 0 done, 1 failed, 2 bad input, 3 busy: try again."""
    try:
        answer = cli.main(args=arguments, prog_name="meetingtracker", standalone_mode=False)
    except click.Abort:
        return FAILED
    except click.ClickException as refused:
        refused.show()
        return refused.exit_code
    except (Unsafe, RuleBroken) as refused:
        print(str(refused), file=sys.stderr)
        return BAD_INPUT
    except Busy:
        print("Another process is writing. Try again in a moment.", file=sys.stderr)
        return BUSY
    return answer if isinstance(answer, int) else 0  # click hands back the code of an Exit
