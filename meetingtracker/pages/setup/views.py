"""The first start, and the first visit of somebody who was invited."""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.set_up import FirstStep, set_up
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import signed_in
from meetingtracker.models.sign_in import OneTimeLink, SignIn, end_all
from meetingtracker.pages.setup.forms import SetupForm, WelcomeForm
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.passwords import check_password
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.web.access import found, public, sign_in_as
from meetingtracker.web.change import Answer
from meetingtracker.web.passwords import hash_password

area = Blueprint("setup", __name__)


def _is_empty() -> bool:
    return db.session.scalar(sa.select(Person.id).limit(1)) is None


@area.get("/setup")
@public("tells whoever installs where the set-up link is")
def where() -> str:
    if not _is_empty():
        abort(404)
    return render_template("setup/where.html")


@area.get("/setup/<token>")
@public("the single-use link is the right")
def start(token: str) -> str:
    found(OneTimeLink.find("setup", token, at=clock.now()))
    config = current_app.extensions["meetingtracker"]
    form = SetupForm(None, zone=config.timezone, uses_mail=bool(config.smtp_url))
    return render_template("setup/start.html", form=form, token=token)


@area.post("/setup/<token>")
@public("the single-use link is the right")
def finish(token: str) -> Answer:
    found(OneTimeLink.find("setup", token, at=clock.now()))
    form = SetupForm()
    try:
        valid = form.validate()
        if form.password.data:
            check_password(form.password.data, email=form.email.data or "")
    except RuleBroken as broken:
        form.add_rule_error(broken)
        valid = False
    if not valid:
        return render_template("setup/start.html", form=form, token=token), 422
    hashed = hash_password(form.password.data or "")
    with writing():
        link = found(OneTimeLink.find("setup", token, at=clock.now()))
        link.use(at=clock.now())
        if not _is_empty():
            abort(404)
        step = _make(form, hashed)
        session = SignIn.begin(
            person_id=step.person_id, device=request.user_agent.string, on_phone=False,
            at=clock.now(),
        )  # fmt: skip
    who = found(signed_in(session, at=clock.now()))
    sign_in_as(session, who, on_phone=False)
    return render_template("setup/done.html", invitations=step.invitations, base=_base())


def _make(form: SetupForm, hashed: str) -> FirstStep:
    zone = form.zone.data or "UTC"
    return set_up(
        company=form.company.data or "", language=form.language.data, zone=zone,
        uses_mail=form.uses_mail.data, name=form.name.data or "",
        email=(form.email.data or "").lower(), password_hash=hashed,
        lines=form.departments.lines, weekday=form.weekday.data, start_time=form.start_time.data,
        by=SYSTEM, at=clock.now(), on=clock.today(zone),
    )  # fmt: skip


def _base() -> str:
    """Links that leave the house come from BASE_URL where it is set, never from the Host header."""
    return current_app.extensions["meetingtracker"].base_url or request.host_url.rstrip("/")


@area.get("/welcome/<token>")
@public("the single-use link is the right")
def welcome(token: str) -> str:
    person = _invited(token)
    return render_template("setup/welcome.html", form=WelcomeForm(None), person=person, token=token)


@area.post("/welcome/<token>")
@public("the single-use link is the right")
def enter(token: str) -> Answer:
    person = _invited(token)
    form = WelcomeForm()
    try:
        valid = form.validate()
        check_password(form.password.data or "", email=person.email)
    except RuleBroken as broken:
        form.add_rule_error(broken)
        valid = False
    if not valid:
        page = render_template("setup/welcome.html", form=form, person=person, token=token)
        return page, 422
    hashed = hash_password(form.password.data or "")
    with writing() as session:
        link = found(OneTimeLink.find("invitation", token, at=clock.now()))
        link.use(at=clock.now())
        person = found(session.get(Person, link.person_id))
        person.change(password_hash=hashed, by=SYSTEM, at=clock.now())
        end_all(person.id, at=clock.now())  # a new password ends what the old one opened
        key = SignIn.begin(
            person_id=person.id, device=request.user_agent.string, on_phone=False, at=clock.now()
        )
    who = found(signed_in(key, at=clock.now()))
    sign_in_as(key, who, on_phone=False)
    return redirect(url_for("home.my_week"))


def _invited(token: str) -> Person:
    link = found(OneTimeLink.find("invitation", token, at=clock.now()))
    person = found(db.session.get(Person, link.person_id))
    if not person.is_active:
        abort(404)
    return person
