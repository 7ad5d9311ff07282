"""`meetingtracker` and `serve`: the shipped server; `routes`: what it answers."""

import gc
import json as codec
import logging
import os

import click
import sqlalchemy as sa
import waitress

from meetingtracker import clock
from meetingtracker.app import create_app
from meetingtracker.cli import demo as demo_command
from meetingtracker.cli.database import current_revision, head_revision, migrate
from meetingtracker.cli.output import as_json
from meetingtracker.cli.worker import beside
from meetingtracker.config import Config, load
from meetingtracker.db import db, writing
from meetingtracker.models.person import Person
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import Bearer, Public, permission_of


def start(*, with_demo: bool) -> None:
    """No argument: bring the schema up, fill the demo if asked, serve."""
    config = load()
    migrate(config.database_url)
    if with_demo or os.environ.get("DEMO") == "1":
        demo_command.fill_if_empty(config)
    run(config, host="127.0.0.1", port=int(os.environ.get("PORT") or 8000), threads=config.threads)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=None, type=click.IntRange(1, 64))
@click.option("--no-worker", is_flag=True, help="Leave follow-up to a process of its own.")
def serve(host: str, port: int, threads: int | None, no_worker: bool) -> None:
    """Serve the pages; refuses a schema that is not the newest."""
    config = load()
    if current_revision(config.database_url) != head_revision():
        raise click.ClickException("The schema is old: run `meetingtracker db upgrade` first.")
    run(config, host=host, port=port, threads=threads or config.threads, work=not no_worker)


def run(config: Config, *, host: str, port: int, threads: int, work: bool = True) -> None:
    app = create_app(config)
    address = config.base_url or f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    with app.app_context():
        nobody_yet = db.session.scalar(sa.select(Person.id).limit(1)) is None
        if nobody_yet:
            with writing():
                token = OneTimeLink.make("setup", at=clock.now())
            click.echo(f"Set it up once here: {address}/setup/{token}")
        else:
            click.echo(f"Sign in here: {address}/login")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    gc.collect()
    gc.freeze()  # what start-up made lives for ever: keep the collector from walking it
    gc.set_threshold(50_000, 50, 50)
    with beside(app, wanted=work):
        waitress.serve(
            app, host=host, port=port, threads=threads, connection_limit=1000, channel_timeout=60,
            ident=None, clear_untrusted_proxy_headers=not config.trusted_proxies,
        )  # fmt: skip


@click.command()
@as_json
def routes(json: bool) -> None:
    """Print every route: method, path, permission."""
    rows = []
    app = create_app(load())
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        declared = permission_of(app.view_functions[rule.endpoint])
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        rows += [
            {"method": m, "path": rule.rule, "permission": _asked(declared, m)} for m in methods
        ]
    if json:
        click.echo(codec.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['method']:6} {row['path']:50} {row['permission']}")


def _asked(declared: Permission | Public | Bearer | None, method: str) -> str:
    if isinstance(declared, Public):
        return f"public: {declared.reason}"
    if isinstance(declared, Bearer):
        return f"{declared.permission}, bearer {declared.scope(method)}"
    return str(declared)
