"""What a monitor asks."""

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify

from meetingtracker.db import db
from meetingtracker.web.access import public

area = Blueprint("system", __name__)


@area.get("/healthz")
@public("a monitor asks it; it tells nothing about people")
def healthz() -> tuple[Response, int]:
    """200 while the database answers, else 503. Mail and worker figures are null without them."""
    try:
        db.session.execute(sa.text("SELECT 1"))
        alive = True
    except sa.exc.SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        alive = False
    body = {
        "database": "ok" if alive else "failed",
        "oldest_unsent_mail": None,
        "last_worker_tick": None,
    }
    return jsonify(body), 200 if alive else 503
