"""The shipped server with two additions: the floor, and a count of queries in a header."""

import argparse
import os
import sys

import sqlalchemy as sa
from flask import Flask, Response, g, request

from meetingtracker.app import create_app
from meetingtracker.cli import server
from meetingtracker.config import load
from meetingtracker.db import db
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import allow

FLOOR = "/bench/floor"


def with_floor(app: Flask) -> Flask:
    """`FLOOR?of=/board` answers what /board answered last: same server, same sign-in, no work."""
    kept: dict[str, bytes] = {}

    @app.get(FLOOR)
    @allow(Permission.signed_in)
    def floor() -> Response:
        return Response(kept[request.args["of"]], mimetype="text/html")

    @app.before_request
    def _start() -> None:
        g.queries = 0

    @app.after_request
    def _count(answer: Response) -> Response:
        if request.path != FLOOR and answer.mimetype == "text/html" and answer.status_code == 200:
            kept[request.full_path.rstrip("?")] = answer.get_data()
        answer.headers["X-Queries"] = str(g.get("queries", 0))
        return answer

    with app.app_context():

        @sa.event.listens_for(db.engine, "before_cursor_execute")
        def _query(*_: object) -> None:
            g.queries = g.get("queries", 0) + 1

    return app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    config = load()
    server.create_app = lambda config: with_floor(create_app(config))  # type: ignore[assignment]
    server.run(config, host="127.0.0.1", port=arguments.port, threads=config.threads)


if __name__ == "__main__":
    sys.exit(main() if os.environ.get("MEETINGTRACKER_TESTING") == "1" else "set TESTING=1")
