"""`meetingtracker import …`: files into the database, all or nothing."""

import json as codec
from pathlib import Path

import click

from meetingtracker import clock
from meetingtracker.cli.application import BadInput, application, person_named, today
from meetingtracker.cli.output import as_json, emit
from meetingtracker.db import writing
from meetingtracker.models.acts.import_file import KINDS, plan_import
from meetingtracker.models.acts.import_plan import Context, Plan
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.import_rows import COLUMNS
from meetingtracker.rules.permissions import Permission, may_enter


def _help() -> str:
    lines = [f"  {kind}: {','.join(columns)}" for kind, columns in COLUMNS.items()]
    return (
        "Import a file. Nothing is stored unless every row is good; the same file twice changes"
        " nothing.\n\n\b\nThe first line of the CSV must name these columns:\n"
        + "\n".join(lines)
        + "\n  meetings: JSON of past meetings"
    )


@click.command(name="import", help=_help())
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "as_email", required=True, metavar="EMAIL", help="The administrator who imports."
)
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
@as_json
def import_file(kind: str, file: Path, as_email: str, dry_run: bool, json: bool) -> None:
    with application():
        by = actor(person_named(as_email).id)
        if not may_enter(by, Permission.administer):
            raise BadInput(f"{as_email} is not an administrator: only they may import.")
        context = Context(by=by, at=clock.now(), on=today(), sees_all=True)
        plan = plan_import(kind, file.read_bytes(), context)
        if plan.bad:
            _refuse(plan, json)
        if not dry_run:
            with writing():
                plan.store()
        result = {"kind": kind, "dry_run": dry_run, **plan.result}
    emit(result, json, _sentence(plan, dry_run))


def _sentence(plan: Plan, dry_run: bool) -> str:
    done = "Would store" if dry_run else "Stored"
    if plan.figures:
        return (
            f"{done}: {{created}} new of {{meetings}} meetings, {{items}} items in {{placements}}"
            " placements, {people} people. {returned_3_times} items came back three times or more."
        )
    return f"{done}: {{created}} new, {{changed}} changed, {{unchanged}} as they were."


def _refuse(plan: Plan, json: bool) -> None:
    """Name every bad row and leave with code 2."""
    if json:
        rows = [
            {"line": bad.line, "row": bad.row, "column": bad.column, "reason": str(bad)}
            for bad in plan.bad
        ]
        message = f"{len(rows)} rows are bad; nothing was stored."
        click.echo(codec.dumps({"error": {"code": "bad_rows", "message": message, "rows": rows}}))
    else:
        click.echo(f"Nothing was stored. {len(plan.bad)} problems:")
        for bad in plan.bad:
            click.echo(bad.sentence())
    raise click.exceptions.Exit(2)
