"""Who may use a route: each declares it, an undeclared one answers 500. Home of current_user."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms.validators import ValidationError

from meetingtracker import clock
from meetingtracker.db import Busy, db, writing
from meetingtracker.models.api_token import USED_EVERY, note_use
from meetingtracker.models.reads.token_holder import TokenHolder, token_holder
from meetingtracker.models.reads.visitor import SignedIn, signed_in
from meetingtracker.models.sign_in import SEEN_EVERY, SignIn
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import Actor, Permission, may_enter
from meetingtracker.web import carry

View = TypeVar("View", bound=Callable[..., Any])
Row = TypeVar("Row")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
csrf = CSRFProtect()


@dataclass(frozen=True)
class Public:
    """A route for everybody, and why. `by_link`: its address holds a secret that is the right.
    `from_mail`: a form that a mail program sends by itself, so no token is asked for: whoever
    could forge it knows the secret."""

    reason: str
    by_link: bool = False
    from_mail: bool = False


@dataclass(frozen=True)
class Bearer:
    """A route of the API: for the holder of a token, never for a session."""

    permission: Permission

    @staticmethod
    def scope(method: str) -> Scope:
        """What a token must be able to do for this method."""
        return Scope.write if method in UNSAFE else Scope.read


class Visitor(UserMixin):
    """Flask-Login's user: its id is the session token, never the person's."""

    def __init__(self, token: str, who: SignedIn) -> None:
        self.token = token
        self.who = who

    def get_id(self) -> str:
        return self.token


def allow(permission: Permission) -> Callable[[View], View]:
    """Declare what a route asks before it looks at any row."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def public(
    reason: str, *, by_link: bool = False, from_mail: bool = False
) -> Callable[[View], View]:
    """Declare a route that a stranger may use, and why."""

    def declare(view: View) -> View:
        view.permission = Public(reason, by_link, from_mail)  # type: ignore[attr-defined]
        return view

    return declare


def bearer(permission: Permission) -> Callable[[View], View]:
    """Declare a route of the API and what it asks of a token's owner."""

    def declare(view: View) -> View:
        view.permission = Bearer(permission)  # type: ignore[attr-defined]
        return view

    return declare


def visitor() -> SignedIn | None:
    """Who is signed in, if anybody; nobody where only a token counts."""
    if g.get("by_token"):
        return None
    return current_user.who if current_user.is_authenticated else None


def actor() -> Actor:
    """Who acts in this request; only inside routes that ask for a sign-in or a token."""
    if g.get("by_token"):
        return holder().actor
    return current_user.who.actor


def holder() -> TokenHolder:
    """The token of this request and its owner; only inside routes of the API."""
    return g.holder


def token() -> str:
    return str(current_user.token)


def require(allowed: bool) -> None:
    """Refuse what the actor may see but not change. Every view that changes something asks this."""
    g.permission_asked = True
    if not allowed:
        abort(403)


def found(row: Row | None) -> Row:
    """The row, or the answer that it does not exist: also for what the actor may not see."""
    if row is None:
        abort(404)
    return row


def new_cookie() -> None:
    """For a new session: nothing of the old cookie, and a new CSRF token for its forms."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the old one for the page of this request


def sign_in_as(token: str, who: SignedIn, *, on_phone: bool) -> None:
    new_cookie()
    session.permanent = on_phone
    login_user(Visitor(token, who))


def sign_out() -> None:
    logout_user()
    session.clear()
    g.signed_out = True


def init_access(app: Flask) -> None:
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    csrf.init_app(app)
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.user_loader
    def _load(token: str) -> Visitor | None:
        who = signed_in(token, at=clock.now())
        return Visitor(token, who) if who else None

    app.before_request(_guard)
    app.after_request(_seen)
    app.after_request(_keep_link)
    if app.testing:
        app.after_request(_was_asked)


def _guard() -> Response | tuple[str, int] | None:
    if request.endpoint is None:  # unknown address or method: the router's own answer
        return None
    declared = getattr(current_app.view_functions[request.endpoint], "permission", None)
    if declared is None:
        current_app.logger.error("route without a permission: %s", request.endpoint)
        abort(500)
    if isinstance(declared, Public):
        if request.method in UNSAFE:
            _protect(declared)
        return None
    if isinstance(declared, Bearer):
        _guard_api(declared)
        return None
    who = visitor()
    if who is None:
        return _ask_to_sign_in()
    g.person_id = who.actor.id  # for the log
    if request.method in UNSAFE:
        try:
            csrf.protect()
        except CSRFError:  # a page from before the last sign-in: nothing is done, nothing is lost
            return carry.send_again() if carry.is_from_here() else abort(400)
    if not may_enter(who.actor, declared):
        abort(403)
    return None


def _guard_api(declared: Bearer) -> None:
    """No cookie counts here, so nothing that a browser sends by itself can act."""
    g.by_token = True
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    known = None
    if scheme.lower() == "bearer":
        known = token_holder(token.strip(), at=clock.now())
    if known is None:
        abort(401)
    g.holder, g.person_id = known, known.actor.id
    if declared.scope(request.method) is Scope.write and known.scope is not Scope.write:
        abort(403)
    if not may_enter(known.actor, declared.permission):
        abort(403)


def _protect(declared: Public) -> None:
    """The form's token; a page that is to send no referrer can't also be asked for one."""
    if declared.from_mail:
        return
    if not declared.by_link:
        csrf.protect()
        return
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as error:
        raise CSRFError(error.args[0]) from error


def _keep_link(answer: Response) -> Response:
    """The secret in an address never leaves with a click on the page."""
    view = current_app.view_functions.get(request.endpoint or "")
    declared = permission_of(view) if view else None
    if isinstance(declared, Public) and declared.by_link:
        answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _ask_to_sign_in() -> Response | tuple[str, int]:
    if request.method in UNSAFE:
        return carry.sign_in_first()
    if request.headers.get("HX-Request"):
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for("account.login")
        return answer
    if request.full_path.rstrip("?") == "/":
        return redirect(url_for("account.login"))  # type: ignore[return-value]
    return redirect(url_for("account.login", next=request.full_path.rstrip("?")))  # type: ignore[return-value]


def _seen(answer: Response) -> Response:
    """Note that a session or a token is in use, at most every five minutes, in its own write."""
    if request.endpoint == "static":
        return answer
    at = clock.now()
    if known := g.get("holder"):
        if known.last_used_at is None or at - known.last_used_at >= USED_EVERY:
            _note(lambda: note_use(known.token_id, at=at))
        return answer
    who = visitor()
    if who is not None and at - who.last_seen_at >= SEEN_EVERY:
        _note(lambda: _note_session(who.sign_in_id, at))
    return answer


def _note_session(sign_in_id: int, at: datetime) -> None:
    row = db.session.get(SignIn, sign_in_id)
    if row is not None:
        row.last_seen_at = at


def _note(use: Callable[[], None]) -> None:
    try:
        with writing():
            use()
    except Busy:
        current_app.logger.info("a last use was not noted: the database is busy")


def _was_asked(response: Response) -> Response:
    """In tests: a change that succeeded without asking a predicate is a fault."""
    if request.endpoint is None or request.method not in UNSAFE or response.status_code >= 400:
        return response
    declared = getattr(current_app.view_functions[request.endpoint], "permission", None)
    asked = declared.permission if isinstance(declared, Bearer) else declared
    if asked is Permission.signed_in:
        assert g.get("permission_asked"), f"{request.endpoint} changed something unasked"
    return response


def permission_of(view: Callable[..., Any]) -> Permission | Public | Bearer | None:
    return getattr(view, "permission", None)
