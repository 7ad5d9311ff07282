"""Sign in, sign out, and back to what was being typed."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import Account, account
from meetingtracker.models.sign_in import SignIn
from meetingtracker.pages.account import links, mine
from meetingtracker.pages.account.forms import LoginForm
from meetingtracker.pages.account.page import area
from meetingtracker.rules.permissions import Permission
from meetingtracker.web import carry
from meetingtracker.web.access import allow, found, public, require, sign_out, visitor
from meetingtracker.web.change import Answer
from meetingtracker.web.forms import safe_path
from meetingtracker.web.passwords import fits, hashed_anew
from meetingtracker.web.second_step import waiting
from meetingtracker.web.sign_in import begin_session, enter, go_on
from meetingtracker.web.throttle import Attempt, Closed, attempt, refuse_closed

__all__ = ["area", "links", "mine"]


@area.record_once
def _offer_form(state: object) -> None:
    state.app.extensions["meetingtracker.login_form"] = _form  # type: ignore[attr-defined]


def _form(**values: str) -> LoginForm:
    return LoginForm(formdata=None, data=values)


@area.get("/login")
@public("the door itself")
def login() -> str | Response:
    if visitor():
        return redirect(url_for("home.my_week"))
    if waiting() and "again" not in request.args:
        return redirect(url_for("factors.step"))
    context = carry.login_context(next=safe_path(request.args.get("next")) or "")
    return render_template("account/login.html", **context)


@area.post("/login", endpoint="enter")
@public("the door itself")
def check() -> Answer:
    form = LoginForm()
    if not form.validate():
        return _door(form), 422
    email = form.email.data or ""
    try:
        tried = attempt(email)
    except Closed as closed:
        return refuse_closed(closed, form, lambda: _door(form))
    known = account(email)
    if not fits(form.password.data or "", known.password_hash if known else None):
        return _refused(form, "wrong password" if known else "no such account")
    assert known is not None
    return _go_on(form, known, tried)


def _door(form: LoginForm) -> str:
    return render_template("account/login.html", form=form, carried=bool(form.carried.data))


def _refused(form: LoginForm, reason: str) -> Answer:
    """The same page, whatever the reason; the log alone says which."""
    current_app.logger.warning(
        "sign-in refused for %r from %s: %s", form.email.data, request.remote_addr, reason
    )
    form.form_errors.append(_("The mail address or the password is not right."))
    return _door(form), 422


def _go_on(form: LoginForm, known: Account, tried: Attempt) -> Answer:
    """The password is right: the session begins, or the step before it."""
    on_phone = bool(form.on_phone.data)
    stronger = hashed_anew(form.password.data or "", known.password_hash or "")
    with writing() as session:
        person = found(session.get(Person, known.id))
        # Since it was looked at, somebody may have left or have got another password.
        holds = person.is_active and person.password_hash == known.password_hash
        if holds:
            tried.take_back()
            person.password_hash = stronger or person.password_hash
            begun = begin_session(person, on_phone=on_phone)
    if not holds:
        return _refused(form, "changed meanwhile")
    enter(begun, "password", on_phone=on_phone, next=form.next.data or "")
    return go_on(form.next.data, form.carried.data)


@area.post("/logout")
@allow(Permission.signed_in)
def logout() -> Response:
    require(True)  # one's own session
    who = found(visitor())
    with writing() as session:
        if row := session.get(SignIn, who.sign_in_id):
            row.end(at=clock.now())
    current_app.logger.info("sign-out of person %d", who.actor.id)
    sign_out()
    return redirect(url_for("account.login"))
