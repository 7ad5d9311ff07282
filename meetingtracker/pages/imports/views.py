"""Files in and out: imports that say what they do, exports in the same form."""

from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as Answer

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.import_run import ImportRun, ImportState
from meetingtracker.models.reads.export_file import FORMATS, KINDS, export_file
from meetingtracker.pages.imports import job
from meetingtracker.pages.imports.forms import WORDS, ImportForm
from meetingtracker.rules.csv_rows import write_csv
from meetingtracker.rules.import_rows import COLUMNS
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, allow, found, require, visitor
from meetingtracker.web.filters import today, zone

area = Blueprint("imports", __name__)

LARGEST = 48 * 1024 * 1024  # bytes: a hundred thousand rows
SHOWN = 200  # bad rows on the page; the download holds all
RECENT = 10


@area.url_value_preprocessor
def _larger_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """A table may be larger than any other request, for those who may import one."""
    who = visitor() if endpoint == "imports.create" else None
    if who is not None and may_administer(who.actor):
        request.max_content_length = LARGEST


@area.get("/imports")
@allow(Permission.oversee)
def index() -> str:
    return _index(ImportForm())


def _index(form: ImportForm) -> str:
    recent = select(ImportRun).order_by(ImportRun.id.desc()).limit(RECENT)
    return render_template(
        "imports/index.html", form=form, columns=COLUMNS, kinds=KINDS, formats=FORMATS,
        words=WORDS, may_import=may_administer(actor()),
        runs=[_shown(run) for run in db.session.scalars(recent)],
    )  # fmt: skip


@area.post("/imports")
@allow(Permission.administer)
def create() -> str | tuple[str, int] | Answer:
    form = ImportForm()
    require(may_administer(actor()))
    if not form.validate():
        return _index(form), 422
    raw = form.file.data.read()
    form.file.data.close()
    name = secure_filename(form.file.data.filename or "") or "file"
    with writing():
        run = ImportRun.begin(
            kind=form.kind.data, filename=name, dry_run=form.dry_run.data,
            by_id=actor().id or 0, at=clock.now(),
        )  # fmt: skip
        run_id = run.id
    current_app.logger.info("import %s of %s begun by %s", run_id, form.kind.data, actor().id)
    job.start(current_app._get_current_object(), run_id, raw, zone=zone())  # type: ignore[attr-defined]
    return redirect(url_for("imports.show", run_id=run_id))


@area.get("/imports/<int:run_id>")
@allow(Permission.oversee)
def show(run_id: int) -> str:
    return render_template("imports/show.html", **_page(run_id))


@area.get("/imports/<int:run_id>/progress")
@allow(Permission.oversee)
def progress(run_id: int) -> str:
    """The part of the page that moves."""
    return render_template("imports/_run.html", **_page(run_id))


def _page(run_id: int) -> dict[str, Any]:
    run = found(db.session.get(ImportRun, run_id))
    bad = run.result.get("bad", [])
    return {
        "run": _shown(run),
        "result": run.result,
        "problems": [(line, column, gettext(reason, **params))
                     for line, _, column, reason, params in bad[:SHOWN]],
        "total_problems": len(bad),
        "sentence": gettext(run.result.get("sentence", job.BROKEN)),
    }  # fmt: skip


def _shown(run: ImportRun) -> dict[str, Any]:
    state = run.shown_state(clock.now())
    return {
        "id": run.id, "kind": run.kind, "words": WORDS.get(run.kind, run.kind), "at": run.at,
        "filename": run.filename, "dry_run": run.dry_run, "state": state.value,
        "label": gettext(state.label), "tone": state.tone, "done": run.done, "total": run.total,
        "running": state is ImportState.running,
    }  # fmt: skip


@area.get("/imports/<int:run_id>/problems.csv")
@allow(Permission.oversee)
def problems(run_id: int) -> Response:
    """Every bad row, to be put right beside the file."""
    run = found(db.session.get(ImportRun, run_id))
    rows = (
        (line, row, column, gettext(reason, **params))
        for line, row, column, reason, params in run.result.get("bad", [])
    )
    lines = write_csv(("line", "row", "column", "reason"), rows)
    return _download(lines, f"problems-{run_id}.csv", "csv")


@area.get("/exports/<kind>.<form>")
@allow(Permission.oversee)
def export(kind: str, form: str) -> Response:
    if kind not in KINDS or form not in FORMATS:
        abort(404)
    current_app.logger.info("export of %s by %s", kind, actor().id)
    return _download(export_file(kind, form, actor()), f"{kind}-{today()}.{form}", form)


def _download(pieces: Iterator[str], name: str, form: str) -> Response:
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    answer = Response(stream_with_context(pieces), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
