"""What somebody typed survives a lost session: it goes through the sign-in and comes back."""

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer

NEVER = {"csrf_token", "password", "new_password", "current_password", "code"}
LASTS = 3600  # seconds
LARGEST = 200_000  # characters of typed text


def sign_in_first() -> Response:
    """The sign-in page (401) holding the posted fields, signed, so that nothing typed is lost."""
    fields = _typed()
    small = sum(len(value) for _, value in fields) <= LARGEST
    held = {"to": request.path, "fields": fields}
    token = _signer().dumps(held) if small and not _is_from_elsewhere() else ""
    return make_response(render_template("account/login.html", **login_context(carried=token)), 401)


def send_again() -> Response:
    """The posted fields on a page of their own (400), to be sent with a token that holds."""
    page = render_template("account/resume.html", to=request.path, fields=_typed())
    return make_response(page, 400)


def is_from_here() -> bool:
    """Whether the browser itself says that a page of this site sent the request."""
    return not _is_from_elsewhere() and (
        request.headers.get("Sec-Fetch-Site") == "same-origin" or "Origin" in request.headers
    )


def _is_from_elsewhere() -> bool:
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        return True
    return request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")


def _typed() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER and not name.startswith("_")
    ]


def login_context(*, carried: str = "", next: str = "") -> dict[str, object]:  # noqa: A002
    # The form class belongs to the account pages; this floor names only what the template needs.
    form = current_app.extensions["meetingtracker.login_form"](carried=carried, next=next)
    return {"form": form, "carried": bool(carried)}


def carried(token: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Where the fields were going, and the fields; None for a forged or old token."""
    try:
        held = _signer().loads(token, max_age=LASTS)
    except BadData:
        return None
    return held["to"], [(name, value) for name, value in held["fields"]]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="carried fields")
