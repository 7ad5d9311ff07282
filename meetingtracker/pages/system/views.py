"""What a monitor asks."""

from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify

from meetingtracker import clock
from meetingtracker.models.reads.outgoing_mail import last_outcome, oldest_unsent
from meetingtracker.models.tick import Tick
from meetingtracker.web.access import public

area = Blueprint("system", __name__)


@area.get("/healthz")
@public("a monitor asks it; it tells nothing about people")
def healthz() -> tuple[Response, int]:
    """200 while the database answers, else 503.

    `last_tick`: when a worker last looked (of one in another process: last followed up).
    `oldest_unsent_seconds`: how long the oldest mail that is due waits; null if none does.
    """
    at = clock.now()
    try:
        oldest = oldest_unsent(at=at)
        last_tick = _own_tick() or Tick.last_of_all() or last_outcome()
        alive = True
    except sa.exc.SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        oldest, last_tick, alive = None, _own_tick(), False
    body = {
        "database": "ok" if alive else "failed",
        "worker": {"last_tick": last_tick.isoformat() if last_tick else None},
        "oldest_unsent_seconds": max(0, round((at - oldest).total_seconds())) if oldest else None,
    }
    return jsonify(body), 200 if alive else 503


def _own_tick() -> datetime | None:
    """Of the worker in this process."""
    loop = current_app.extensions.get("meetingtracker.worker")
    return loop.last_tick if loop else None
