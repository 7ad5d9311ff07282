"""Where a session begins, whichever door somebody came through."""

from flask import current_app, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import signed_in
from meetingtracker.models.sign_in import SignIn
from meetingtracker.models.throttle import Failure
from meetingtracker.web.access import found, sign_in_as, visitor
from meetingtracker.web.errors import error_page
from meetingtracker.web.throttle import account_key


def begin_session(person: Person, *, on_phone: bool = False) -> str:
    """Inside a write: a new session's token. What failed at this account before is forgotten.

    `on_phone`: for ninety days; never for administrators, whose session opens more than their own.
    """
    at = clock.now()
    if (before := visitor()) and (row := db.session().get(SignIn, before.sign_in_id)):
        row.end(at=at)
    Failure.forget(account_key(person.email))
    device = request.user_agent.string or _("unknown device")
    on_phone = on_phone and not person.is_admin
    return SignIn.begin(person_id=person.id, device=device, on_phone=on_phone, at=at)


def enter(token: str, way: str, *, on_phone: bool = False) -> None:
    """After that write: this browser is signed in. `way` says in the log how it came to be."""
    who = found(signed_in(token, at=clock.now()))
    sign_in_as(token, who, on_phone=on_phone and not who.actor.is_admin)
    current_app.logger.info(
        "sign-in of person %d (%s) by %s from %s",
        who.actor.id, who.email, way, request.remote_addr,
    )  # fmt: skip


def ended_link() -> Response:
    """The same answer for a link that was used, is too old, or never was."""
    return error_page(
        404,
        _("It was used already, it is too old, or a newer one was made. Ask for a new one."),
        title=_("This link does not work any more"),
    )
