"""Where a session begins, whichever door somebody came through."""

from dataclasses import dataclass

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.person import Person
from meetingtracker.models.reads.factors import is_asked_for_factor
from meetingtracker.models.reads.visitor import signed_in
from meetingtracker.models.sign_in import SignIn
from meetingtracker.models.throttle import Failure
from meetingtracker.web import carry
from meetingtracker.web.access import found, sign_in_as, visitor
from meetingtracker.web.change import Answer
from meetingtracker.web.errors import error_page
from meetingtracker.web.forms import safe_path
from meetingtracker.web.second_step import FactorForm, Waiting, hold, step_page, waiting
from meetingtracker.web.throttle import account_key


@dataclass(frozen=True, slots=True)
class Begun:
    """A session's token; or None, where a second factor has to be proved before it begins."""

    person_id: int
    version: int
    token: str | None


def begin_session(person: Person, *, on_phone: bool = False, proved: bool = False) -> Begun:
    """Inside a write: a new session, or the step before it. The browser's earlier session ends.

    `on_phone`: for ninety days; never for administrators, whose session opens more than their own.
    `proved`: no second factor is asked for any more. With a session what failed at this account
    before is forgotten.
    """
    at = clock.now()
    if (before := visitor()) and (row := db.session().get(SignIn, before.sign_in_id)):
        row.end(at=at)
    if not proved and is_asked_for_factor(person):
        return Begun(person.id, person.version, None)
    Failure.forget(account_key(person.email))
    device = request.user_agent.string or _("unknown device")
    on_phone = on_phone and not person.is_admin
    token = SignIn.begin(person_id=person.id, device=device, on_phone=on_phone, at=at)
    return Begun(person.id, person.version, token)


def enter(begun: Begun, way: str, *, on_phone: bool = False, next: str = "") -> None:
    """After that write: this browser is signed in, or is on the step before it.

    `way` says in the log how it came to be; `next` is the path that was wanted.
    """
    if begun.token is None:
        hold(
            Waiting(
                begun.person_id, begun.version, way, on_phone, next, clock.now().timestamp()
            )
        )  # fmt: skip
        current_app.logger.info(
            "person %d by %s from %s: a second factor is asked for",
            begun.person_id, way, request.remote_addr,
        )  # fmt: skip
        return
    who = found(signed_in(begun.token, at=clock.now()))
    sign_in_as(begun.token, who, on_phone=on_phone and not who.actor.is_admin)
    current_app.logger.info(
        "sign-in of person %d (%s) by %s from %s",
        who.actor.id, who.email, way, request.remote_addr,
    )  # fmt: skip


def go_on(next: str | None = "", carried: str | None = "") -> Answer:
    """After `enter`: to the second step, back to what was being typed, or to what was wanted."""
    if step := waiting():
        if carried:  # too much for a cookie: it goes along in the form
            return step_page(step, FactorForm(formdata=None, data={"carried": carried}))
        return redirect(url_for("factors.step"))
    if carried and (held := carry.carried(carried)):
        to, fields = held
        return render_template("account/resume.html", to=to, fields=fields)
    wanted = safe_path(next)
    return redirect(request.script_root + wanted if wanted else url_for("home.my_week"))


def ended_link() -> Response:
    """The same answer for a link that was used, is too old, or never was."""
    return error_page(
        404,
        _("It was used already, it is too old, or a newer one was made. Ask for a new one."),
        title=_("This link does not work any more"),
    )
