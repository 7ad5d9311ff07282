"""`meetingtracker import …`: files into the database, all or nothing."""

import json as codec
from pathlib import Path

import click

from meetingtracker import clock
from meetingtracker.cli.application import BadInput, application, person_named, today
from meetingtracker.cli.history_files import EXISTING, opened
from meetingtracker.cli.output import as_json, emit
from meetingtracker.db import writing
from meetingtracker.models.acts.import_file import KINDS, plan_import
from meetingtracker.models.acts.import_history import plan_history
from meetingtracker.models.acts.import_plan import Context, Plan
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.import_rows import COLUMNS
from meetingtracker.rules.permissions import Permission, may_enter


@click.group(name="import")
def imports() -> None:
    """Import files. Nothing is stored unless every row is good; the same twice changes nothing."""


def _help(kind: str) -> str:
    columns = ",".join(COLUMNS[kind]) if kind in COLUMNS else ""
    form = f"CSV: {columns}" if columns else "JSON of past meetings"
    return f"Import a file of {kind}.\n\n\b\n{form}"


def _command(kind: str) -> click.Command:
    @click.command(name=kind, help=_help(kind))
    @click.argument("file", type=EXISTING)
    @click.option(
        "--as", "as_email", required=True, metavar="EMAIL", help="The administrator who imports."
    )
    @click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
    @as_json
    def import_file(file: Path, as_email: str, dry_run: bool, json: bool) -> None:
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

    return import_file


for _kind in KINDS:
    imports.add_command(_command(_kind))


@imports.command()
@click.option("--actions", type=EXISTING, required=True, help="id,source,dept,type,created,…")
@click.option("--events", type=EXISTING, required=True, help="id,time,kind,old,new")
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
@as_json
def history(actions: Path, events: Path, dry_run: bool, json: bool) -> None:
    """Import what became of promises elsewhere, for the early warning to learn from.

    Times are the organisation's. Owners come as people who have left; nobody is told.
    """
    files = opened(events, actions, json)
    with application():
        organisation = the_organisation()
        assert organisation is not None  # the application has one
        plan = plan_history(files.actions, at=clock.now(), zone=organisation.zone)
        if not dry_run:
            with writing():
                plan.store()
    emit({"kind": "history", "dry_run": dry_run, **plan.result}, json, _sentence(plan, dry_run))


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
