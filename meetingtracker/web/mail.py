"""Whether this house sends mail."""

from flask import current_app

from meetingtracker.web.filters import organisation


def uses_mail() -> bool:
    """Only if the company wants mail and the environment names a server to send it."""
    known = organisation()
    return bool(known and known.uses_mail and current_app.extensions["meetingtracker"].smtp_url)
