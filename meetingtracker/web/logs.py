"""Log lines to stderr, as text or JSON, in UTC and with the request's id; no secret is in one."""

import json
import logging
import sys
import time
import unicodedata
import uuid
from typing import Any

from flask import Flask, Response, g, has_request_context, request

# What somebody tries and may not: who and from where is a line, so that a pattern can be seen.
REFUSALS = (400, 401, 403, 413, 415, 429)
_ENDS_A_LINE = {"Cc", "Zl", "Zp"}


class _Text(logging.Formatter):
    """One line for each message, whatever was typed into it; the lines of a trace are indented."""

    converter = staticmethod(time.gmtime)
    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return _one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "\n".join(f"  {line}" for line in super().formatException(ei).splitlines())


def _one_line(text: str) -> str:
    return "".join(
        c.encode("unicode_escape").decode() if unicodedata.category(c) in _ENDS_A_LINE else c
        for c in text
    )


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True


def place() -> str:
    """The request's path for a log line; of one that holds a secret, how it is made."""
    return str(request.url_rule) if "token" in (request.view_args or {}) else request.path


def init_logs(app: Flask, *, style: str) -> None:
    """`style`: "json" or "text"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if style == "json" else _Text())
    handler.addFilter(_RequestId())
    app.logger.handlers = [handler]
    app.logger.propagate = app.testing  # so that tests can read what was logged
    app.logger.setLevel(logging.INFO)

    @app.before_request
    def _name() -> None:
        g.request_id = uuid.uuid4().hex[:12]

    @app.after_request
    def _tell(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.get("request_id", "-")
        # What somebody may not see is answered 404: who goes through the numbers stands out so.
        if answer.status_code in REFUSALS or answer.status_code == 404 and "person_id" in g:
            app.logger.info(
                "refused %d %s %s: person %s from %s", answer.status_code, request.method, place(),
                g.get("person_id", "-"), request.remote_addr,
            )  # fmt: skip
        return answer
