"""`meetingtracker worker`: sends mail and tells webhooks without serving pages."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from meetingtracker.cli.application import application
from meetingtracker.config import Config
from meetingtracker.worker.loop import Loop
from meetingtracker.worker.transport import Transport, lacks


@click.command()
def worker() -> None:
    """Send what is due until SIGTERM or SIGINT. Several at once are safe."""
    with application() as app:
        config: Config = app.extensions["meetingtracker"]
        transport = Transport.of(config)
    if transport is None:
        click.echo(f"Mail is not sent: set {', '.join(lacks(config))}.", err=True)
    loop = Loop(app, transport)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Not by the handler itself: it may come while this thread holds what `stop` would wait for.
        signal.signal(number, lambda *_: threading.Thread(target=loop.stop).start())
    click.echo(f"Sending mail by {transport.server}." if transport else "Telling webhooks.")
    loop.run()


@contextmanager
def beside(app: Flask, *, wanted: bool) -> Iterator[None]:
    """Work in a thread while the pages are served; SIGTERM ends both after what is in hand.

    Raises RuleBroken for a mail server that can't be understood.
    """
    config: Config = app.extensions["meetingtracker"]
    transport = Transport.of(config)
    if transport is None and config.smtp_url:
        click.echo(f"Mail is not sent: set {', '.join(lacks(config))}.", err=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    loop = Loop(app, transport) if wanted else None
    if loop:
        loop.start()
    try:
        yield
    finally:
        if loop:
            loop.stop()
