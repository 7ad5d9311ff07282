"""`meetingtracker export …`: the rows to standard output, in the form that import reads."""

import sys

import click

from meetingtracker.cli.application import application
from meetingtracker.models.reads.export_file import FORMATS, KINDS, export_file


@click.command(name="export")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def export(kind: str, form: str, as_json: bool) -> None:
    """Print all rows of one kind (of events: the histories of actions)."""
    out = sys.stdout.buffer
    with application():
        for piece in export_file(kind, "json" if as_json else form, None):
            out.write(piece.encode())
    out.flush()
