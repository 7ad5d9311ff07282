"""What the account's views share: the blueprint, and how the current password is asked for."""

from collections.abc import Callable

from flask import Blueprint, current_app, request
from flask_babel import gettext as _

from meetingtracker.db import writing
from meetingtracker.models.reads.visitor import Account
from meetingtracker.models.throttle import Failure
from meetingtracker.web.change import Answer
from meetingtracker.web.forms import Form
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.passwords import fits
from meetingtracker.web.throttle import Closed, account_key, attempt, refuse_closed

area = Blueprint("account", __name__)
area.add_app_template_global(uses_mail)  # the page to sign in is also shown where a session ended


def refusal(form: Form, mine: Account, page: Callable[[], str]) -> Answer | None:
    """Ask for the current password: the page of the refused form, or None if it is right."""
    try:
        tried = attempt(mine.email)
    except Closed as closed:
        return refuse_closed(closed, form, page)
    field = form["current_password"]
    if not fits(field.data or "", mine.password_hash):
        current_app.logger.warning(
            "refused: wrong current password of person %d at %s from %s",
            mine.id, request.path, request.remote_addr,
        )  # fmt: skip
        field.errors = [_("That is not your password.")]
        return page(), 422
    with writing():
        tried.take_back()
        Failure.forget(account_key(mine.email))
    return None
