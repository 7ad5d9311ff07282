"""One door to the exports: a file of one kind and format, piece by piece."""

import json
from collections.abc import Callable, Iterator

from meetingtracker.models.reads.export_events import events_table
from meetingtracker.models.reads.export_meetings import exported_series, meetings_table
from meetingtracker.models.reads.exports import Table, actions_table, issues_table, people_table
from meetingtracker.rules.csv_rows import write_csv
from meetingtracker.rules.permissions import Actor

TABLES: dict[str, Callable[[Actor | None], Table]] = {
    "issues": issues_table,
    "actions": actions_table,
    "people": people_table,
    "meetings": meetings_table,
    "events": events_table,
}
KINDS = tuple(TABLES)
FORMATS = ("csv", "json")


def export_file(kind: str, form: str, actor: Actor | None) -> Iterator[str]:
    """The text of the file. `actor` None is the operator, who sees everything."""
    if kind == "meetings" and form == "json":
        series = exported_series(actor)
        yield json.dumps(series[0] if len(series) == 1 else series, ensure_ascii=False, indent=1)
        yield "\n"
        return
    table = TABLES[kind](actor)
    if form == "csv":
        yield from write_csv(table.columns, table.rows)
        return
    gap = "[\n"
    for row in table.rows:
        yield gap + json.dumps(dict(zip(table.columns, row, strict=True)), default=str)
        gap = ",\n"
    yield "[]\n" if gap == "[\n" else "\n]\n"
