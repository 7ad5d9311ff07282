"""Whether this house sends mail, and links that lead into it from outside."""

from flask import current_app, request

from meetingtracker.rules.mail_server import missing
from meetingtracker.web.filters import organisation


def uses_mail() -> bool:
    """Only if the company wants mail and the environment says all that sending needs."""
    known = organisation()
    config = current_app.extensions["meetingtracker"]
    return bool(known and known.uses_mail) and not missing(
        smtp_url=config.smtp_url, mail_from=config.mail_from, base_url=config.base_url
    )


def absolute(path: str) -> str:
    """A link that leaves the house: from BASE_URL where it is set, never from the Host header.

    `path` as url_for makes it, with the sub-path that BASE_URL carries too.
    """
    base = current_app.extensions["meetingtracker"].base_url
    if not base:
        return request.host_url.rstrip("/") + path
    return str(base + path.removeprefix(request.script_root))
