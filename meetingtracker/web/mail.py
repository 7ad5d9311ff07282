"""Whether this house sends mail, and links that lead into it from outside."""

from flask import current_app, request

from meetingtracker.web.filters import organisation


def uses_mail() -> bool:
    """Only if the company wants mail and the environment names a server to send it."""
    known = organisation()
    return bool(known and known.uses_mail and current_app.extensions["meetingtracker"].smtp_url)


def absolute(path: str) -> str:
    """A link that leaves the house: from BASE_URL where it is set, never from the Host header.

    `path` as url_for makes it, with the sub-path that BASE_URL carries too.
    """
    base = current_app.extensions["meetingtracker"].base_url
    if not base:
        return request.host_url.rstrip("/") + path
    return str(base + path.removeprefix(request.script_root))
