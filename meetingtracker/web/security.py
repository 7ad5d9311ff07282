"""Headers on every answer, the hosts it answers for, the sub-path of BASE_URL, and cookies."""

import gzip
import hashlib
import ipaddress
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from itsdangerous import Signer
from werkzeug.middleware.proxy_fix import ProxyFix

from meetingtracker.config import Config
from meetingtracker.models.sign_in import ON_PHONE
from meetingtracker.web.errors import error_page

COMPRESSED = {"text/html", "text/plain", "text/csv", "text/markdown", "application/json"}
LARGEST_FORM = 2_000_000  # bytes of typed text; files may be larger, up to MAX_BODY
SHORT = 1400  # bytes: fits one packet as it is
POLICY = "; ".join(
    (
        "default-src 'self'",
        # Only what a page names itself runs: not even a file of our own that was uploaded.
        "script-src {scripts}",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class SubPath:
    """Serve under the path of BASE_URL: /meet/board becomes SCRIPT_NAME /meet, PATH_INFO /board."""

    def __init__(self, app: Callable[..., Iterable[bytes]], prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self.prefix or path.startswith(self.prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self.prefix
            environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
        return self.app(environ, start)


class Sessions(SecureCookieSessionInterface):
    digest_method = staticmethod(hashlib.sha256)


def init_security(app: Flask, config: Config) -> None:
    # What cookies, forms and cursors are signed with; both libraries still take SHA-1.
    app.session_interface = Sessions()
    Signer.default_digest_method = staticmethod(hashlib.sha256)
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_NAME="__Host-meetingtracker" if config.is_https else "meetingtracker",
        PERMANENT_SESSION_LIFETIME=timedelta(days=ON_PHONE.days),
        MAX_CONTENT_LENGTH=config.max_body,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=500,
    )
    if config.base_path:
        app.wsgi_app = SubPath(app.wsgi_app, config.base_path)  # type: ignore[method-assign, assignment]
    if config.trusted_proxies:
        n = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]

    app.jinja_env.globals["nonce"] = nonce
    expected = urlsplit(config.base_url).hostname

    @app.before_request
    def _limit() -> None:
        if request.mimetype == "application/x-www-form-urlencoded":  # read at once, so limited here
            request.max_content_length = LARGEST_FORM

    @app.before_request
    def _known_host() -> Response | None:
        """Answer for BASE_URL's host and for this machine by its number: no foreign name may be
        pointed at a server inside the house (DNS rebinding), none gets into a link."""
        try:
            name = urlsplit(f"//{request.host}").hostname or ""
        except ValueError:
            name = ""
        if name in (expected, "localhost") or _is_number(name, local=bool(expected)):
            return None
        return error_page(
            400, _("This server answers to the address in MEETINGTRACKER_BASE_URL alone."),
            title=_("Not known by that name"),
        )  # fmt: skip

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _policy())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        if config.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
            if "signed_out" in g:  # what the browser still holds of pages that were seen
                headers["Clear-Site-Data"] = '"cache"'
        return _compressed(response)


def _policy() -> str:
    """A page that named no script runs none."""
    return POLICY.format(scripts=f"'nonce-{g.nonce}'" if "nonce" in g else "'none'")


def nonce() -> str:
    """The word by which this answer's policy knows the page's own scripts."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _is_number(host: str, *, local: bool) -> bool:
    """Whether the host is an IP address; `local`: one of this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or not local


def _compressed(response: Response) -> Response:
    """Gzip text at the lowest level: .03 ms for a page that becomes a fifth."""
    wanted = "gzip" in request.headers.get("Accept-Encoding", "")
    if (
        not wanted
        or response.direct_passthrough
        or response.mimetype not in COMPRESSED
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < SHORT
    ):
        return response
    response.set_data(gzip.compress(response.get_data(), compresslevel=1, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response
