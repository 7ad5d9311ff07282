"""Sign in, sign out, and back to what was being typed."""

import sqlalchemy as sa
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import signed_in
from meetingtracker.models.sign_in import SignIn, hashed
from meetingtracker.pages.account.forms import LoginForm
from meetingtracker.rules.permissions import Permission
from meetingtracker.web import carry
from meetingtracker.web.access import allow, public, require, sign_in_as, sign_out, token, visitor
from meetingtracker.web.forms import safe_path
from meetingtracker.web.passwords import fits

area = Blueprint("account", __name__)


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
    context = carry.login_context(next=safe_path(request.args.get("next")) or "")
    return render_template("account/login.html", **context)


@area.post("/login")
@public("the door itself")
def enter() -> str | Response | tuple[str, int]:
    form = LoginForm()
    if not form.validate():
        return render_template(
            "account/login.html", form=form, carried=bool(form.carried.data)
        ), 422
    email = (form.email.data or "").lower()
    person = db.session.execute(
        sa.select(Person.id, Person.password_hash, Person.is_admin).where(
            Person.email == email, Person.deactivated_at.is_(None)
        )
    ).first()
    if not fits(form.password.data or "", person.password_hash if person else None):
        current_app.logger.warning("sign-in refused for %r from %s", email, request.remote_addr)
        form.form_errors.append(_("The mail address or the password is not right."))
        return render_template(
            "account/login.html", form=form, carried=bool(form.carried.data)
        ), 422
    assert person is not None
    # Ninety days are for those whose session opens no more than their own work.
    _begin(person.id, on_phone=bool(form.on_phone.data) and not person.is_admin)
    current_app.logger.info("sign-in of person %d", person.id)
    if form.carried.data and (held := carry.carried(form.carried.data)):
        to, fields = held
        return render_template("account/resume.html", to=to, fields=fields)
    wanted = safe_path(form.next.data)
    return redirect(request.script_root + wanted if wanted else url_for("home.my_week"))


def _begin(person_id: int, *, on_phone: bool) -> None:
    device = request.user_agent.string or _("unknown device")
    at = clock.now()
    with writing():
        new = SignIn.begin(person_id=person_id, device=device, on_phone=on_phone, at=at)
    who = signed_in(new, at=at)
    assert who is not None
    sign_in_as(new, who, on_phone=on_phone)


@area.post("/logout")
@allow(Permission.signed_in)
def logout() -> Response:
    require(True)  # one's own session
    held = token()
    with writing() as session:
        row = session.scalar(sa.select(SignIn).where(SignIn.token_hash == hashed(held)))
        if row:
            row.end(at=clock.now())
    sign_out()
    return redirect(url_for("account.login"))
