"""An import in a thread of its own: the page that started it answers at once and watches it."""

import threading
import time
from typing import Any

from flask import Flask

from meetingtracker import clock
from meetingtracker.db import Busy, writing
from meetingtracker.models.acts.import_file import plan_import
from meetingtracker.models.acts.import_plan import Context
from meetingtracker.models.import_run import ImportRun, ImportState
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.errors import N_

PAUSE = 0.5  # seconds between two reports of progress
TRIES = 3
BUSY = N_("Other people were writing the whole time. Import it once more.")
BROKEN = N_("It is our fault and it is in the log. Nothing was stored.")


def start(app: Flask, run_id: int, raw: bytes, *, zone: str) -> threading.Thread:
    """Begin the import of a file for the run `run_id`; days are those of the IANA zone."""
    thread = threading.Thread(target=_work, args=(app, run_id, raw, zone), daemon=True)
    thread.start()
    return thread


def _work(app: Flask, run_id: int, raw: bytes, zone: str) -> None:
    with app.app_context():
        try:
            for left in reversed(range(TRIES)):
                try:
                    _import(run_id, raw, zone)
                    return
                except Busy:
                    if not left:
                        _end(run_id, ImportState.failed, {"sentence": BUSY})
        except Exception:
            app.logger.exception("import %s failed", run_id)
            _end(run_id, ImportState.failed, {"sentence": BROKEN})


def _import(run_id: int, raw: bytes, zone: str) -> None:
    with writing() as session:
        run = session.get_one(ImportRun, run_id)
        kind, by_id, dry_run = run.kind, run.by_id, run.dry_run
    context = Context(
        by=actor(by_id), at=clock.now(), on=clock.today(zone), tell=_Teller(run_id).tell
    )
    plan = plan_import(kind, raw, context)
    if plan.bad:
        _end(run_id, ImportState.refused, {"bad": [_listed(bad) for bad in plan.bad]})
        return
    if dry_run:
        _end(run_id, ImportState.checked, dict(plan.result))
        return
    with writing() as session:  # what was stored and the word about it are one
        plan.store()
        session.get_one(ImportRun, run_id).end(ImportState.done, dict(plan.result), at=clock.now())


def _listed(bad: BadRow) -> list[Any]:
    return [bad.line, bad.row, bad.column, bad.reason, bad.params]


def _end(run_id: int, state: ImportState, result: dict[str, Any]) -> None:
    with writing() as session:
        session.get_one(ImportRun, run_id).end(state, result, at=clock.now())


class _Teller:
    """Writes down how far the import is, at most twice a second."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.told = time.monotonic()

    def tell(self, done: int, total: int) -> None:
        if time.monotonic() < self.told + PAUSE:
            return
        self.told = time.monotonic()
        try:
            with writing() as session:
                session.get_one(ImportRun, self.run_id).tell(done, total, at=clock.now())
        except Busy:
            pass  # the bar may stand still, the import need not
