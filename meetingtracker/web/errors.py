"""Every refusal and failure as a clear sentence, without a trace of the inside."""

from collections.abc import Mapping

import msgspec
from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from meetingtracker.db import Busy, db
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.web.forms import say
from meetingtracker.web.logs import place

RETRY_AFTER = 2  # seconds


class RowId(IntegerConverter):
    """A number in an address that a row can have: a longer one is no address of ours."""

    regex = "[0-9]{1,10}"


def init_errors(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RuleBroken, _broken)
    app.register_error_handler(Busy, lambda busy: error_page(503))
    app.register_error_handler(StaleDataError, lambda stale: error_page(409))
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(OverflowError, _overflow)
    app.register_error_handler(DataError, _overflow)
    app.register_error_handler(Exception, _failure)


def error_page(code: int, text: str | None = None, *, title: str | None = None) -> Response:
    """The page for a status code, with the code's own sentence unless one is given."""
    db.session.rollback()
    if request.path.startswith("/api/"):
        return error_json(code, text)
    try:
        answer = make_response(_body(code, text, title), code)
    except SQLAlchemyError:  # not even the frame can be made: there is no database
        db.session.rollback()
        answer = make_response("<!doctype html><title>Error</title><h1>That went wrong</h1>", code)
    if code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def error_json(
    code: int,
    text: str | None = None,
    *,
    fields: Mapping[str, str] | None = None,
    current: object = None,
) -> Response:
    """The API's answer for a refusal; `current` is what stands where a change came too late."""
    word, sentence = _api_sentences().get(code, _api_sentences()[500 if code >= 500 else 400])
    body: dict[str, object] = {
        "error": {"code": word, "message": text or sentence, "fields": dict(fields or {})}
    }
    if current is not None:
        body["current"] = current
    answer = Response(msgspec.json.encode(body), code, mimetype="application/json")
    if code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _body(code: int, text: str | None, title: str | None) -> str:
    usual, sentence = _sentences().get(code, _sentences()[500])
    return render_template(
        "errors/error.html", code=code, title=title or usual, text=text or sentence,
        retry_after=RETRY_AFTER if code == 503 else None,
    )  # fmt: skip


def _broken(broken: RuleBroken) -> Response:
    """A rule that refused where no form stands to show it; nobody was faster."""
    if request.path.startswith("/api/"):
        db.session.rollback()
        fields = {broken.field: say(broken)} if broken.field else {}
        return error_json(422 if fields else 409, say(broken), fields=fields)
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


def _overflow(error: OverflowError | DataError) -> Response:
    """A number longer than any that the database can hold names nothing."""
    told = str(error)
    is_number = "SQLite INTEGER" in told or "out of range" in told
    return error_page(404) if is_number else _failure(error)


def _failure(error: Exception) -> Response:
    current_app.logger.exception("failed: %s %s", request.method, place())
    if current_app.config["PROPAGATE_FAILURES"]:
        raise error
    return error_page(500)


def _sentences() -> dict[int, tuple[str, str]]:
    return {
        400: (_("That did not arrive whole"), _("Open the page again and send it once more.")),
        401: (_("Please sign in"), _("Sign in to go on.")),
        403: (_("Not yours to change"), _("Somebody else decides this, or alone may see it.")),
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


def _api_sentences() -> dict[int, tuple[str, str]]:
    return {
        400: ("bad_request", _("The request can't be read.")),
        401: ("unauthorized", _("Send a valid token: Authorization: Bearer mt_…")),
        403: ("forbidden", _("You may see this, but not change it; or the token may only read.")),
        404: ("not_found", _("There is no such thing, or it is not for you to see.")),
        405: ("method_not_allowed", _("This address does not answer that method.")),
        409: ("conflict", _("This has changed meanwhile. Look at it again before you go on.")),
        413: ("too_large", _("Send less: the body is too large.")),
        415: ("unsupported_media_type", _("Send JSON, with Content-Type: application/json.")),
        422: ("invalid", _("Some of what was sent can't be used.")),
        428: ("precondition_required", _("Send the version that you read, or If-Match.")),
        429: ("too_many_requests", _("Too many requests with this token: wait a little.")),
        500: ("internal", _("The fault is ours and in the log. Try again in a moment.")),
        503: ("unavailable", _("Many are writing at once. Try again in a few seconds.")),
    }  # fmt: skip
