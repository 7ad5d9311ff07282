"""Every refusal and failure as a clear sentence, without a trace of the inside."""

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from meetingtracker.db import Busy, db
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.web.forms import say
from meetingtracker.web.logs import place

RETRY_AFTER = 2  # seconds


def init_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RuleBroken, _broken)
    app.register_error_handler(Busy, lambda busy: error_page(503))
    app.register_error_handler(StaleDataError, lambda stale: error_page(409))
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(OverflowError, _overflow)
    app.register_error_handler(Exception, _failure)


def error_page(code: int, text: str | None = None, *, title: str | None = None) -> Response:
    """The page for a status code, with the code's own sentence unless one is given."""
    db.session.rollback()
    try:
        answer = make_response(_body(code, text, title), code)
    except SQLAlchemyError:  # not even the frame can be made: there is no database
        db.session.rollback()
        answer = make_response("<!doctype html><title>Error</title><h1>That went wrong</h1>", code)
    if code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _body(code: int, text: str | None, title: str | None) -> str | Response:
    usual, sentence = _sentences().get(code, _sentences()[500])
    if request.path.startswith("/api/"):
        error = {"code": str(code), "message": text or sentence, "fields": {}}
        return jsonify({"error": error})
    return render_template(
        "errors/error.html", code=code, title=title or usual, text=text or sentence,
        retry_after=RETRY_AFTER if code == 503 else None,
    )  # fmt: skip


def _broken(broken: RuleBroken) -> Response:
    """A rule that refused where no form stands to show it; nobody was faster."""
    return error_page(409, say(broken), title=_("That does not go"))


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # a redirect of the router
        return error.get_response()  # type: ignore[return-value]
    answer = error_page(error.code)
    if error.code == 405 and (allowed := getattr(error, "valid_methods", None)):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _integrity(error: IntegrityError) -> Response:
    """Two changes of one version at once: the second event of that version is refused."""
    if "uq_event_subject" in str(error.orig) or "event.subject_type" in str(error.orig):
        return error_page(409)
    return _failure(error)


def _overflow(error: OverflowError) -> Response:
    """An id longer than any that SQLite can hold names nothing; PostgreSQL finds no row either."""
    return error_page(404) if "SQLite INTEGER" in str(error) else _failure(error)


def _failure(error: Exception) -> Response:
    current_app.logger.exception("failed: %s %s", request.method, place())
    if current_app.config["PROPAGATE_FAILURES"]:
        raise error
    return error_page(500)


def _sentences() -> dict[int, tuple[str, str]]:
    return {
        400: (_("That did not arrive whole"), _("Open the page again and send it once more.")),
        401: (_("Please sign in"), _("Sign in to go on.")),
        403: (_("Not yours to change"), _("You may look at this, but somebody else decides it.")),
        404: (_("Nothing here"), _("There is no such page, or it is not for you to see.")),
        405: (_("Not done that way"), _("This address answers another kind of request.")),
        409: (
            _("Somebody was faster"),
            _("This has changed since you opened it. Open it again and look before you go on."),
        ),
        413: (_("Too large"), _("Send less text or a smaller file.")),
        415: (_("Wrong kind of content"), _("Send it as a form or as JSON.")),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
        500: (_("That went wrong"), _("The fault is ours and in the log. Try again in a moment.")),
        503: (_("Busy"), _("Many people are writing at once. Try again in a few seconds.")),
    }  # fmt: skip
