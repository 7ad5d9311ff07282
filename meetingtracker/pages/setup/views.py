"""The first start, and the first visit of somebody who was invited."""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, render_template, request

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.change_password import change_password
from meetingtracker.models.acts.set_up import FirstStep, set_up
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import account_of
from meetingtracker.models.reads.visitor import actor as actor_named
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.pages.setup.forms import SetupForm, WelcomeForm
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.web.access import found, public
from meetingtracker.web.change import Answer
from meetingtracker.web.mail import absolute
from meetingtracker.web.passwords import hash_password, is_good
from meetingtracker.web.sign_in import Begun, begin_session, ended_link, enter, go_on

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
@public("the single-use link is the right", by_link=True)
def start(token: str) -> str:
    found(OneTimeLink.find("setup", token, at=clock.now()))
    config = current_app.extensions["meetingtracker"]
    form = SetupForm(None, zone=config.timezone, uses_mail=bool(config.smtp_url))
    return render_template("setup/start.html", form=form, token=token)


@area.post("/setup/<token>")
@public("the single-use link is the right", by_link=True)
def finish(token: str) -> Answer:
    found(OneTimeLink.find("setup", token, at=clock.now()))
    form = SetupForm()
    if not is_good(
        form, email=form.email.data or "", names=[form.name.data or ""],
        company=form.company.data or "",
    ):  # fmt: skip
        return render_template("setup/start.html", form=form, token=token), 422
    hashed = hash_password(form.password.data or "")
    with writing() as session:
        link = found(OneTimeLink.find("setup", token, at=clock.now()))
        link.use(at=clock.now())
        if not _is_empty():
            abort(404)
        step = _make(form, hashed)
        key = begin_session(found(session.get(Person, step.person_id)))
    enter(key, "set-up")
    return render_template("setup/done.html", invitations=step.invitations, absolute=absolute)


def _make(form: SetupForm, hashed: str) -> FirstStep:
    zone = form.zone.data or "UTC"
    return set_up(
        company=form.company.data or "", language=form.language.data, zone=zone,
        uses_mail=form.uses_mail.data, name=form.name.data or "",
        email=(form.email.data or "").lower(), password_hash=hashed,
        lines=form.departments.lines, weekday=form.weekday.data, start_time=form.start_time.data,
        by=SYSTEM, at=clock.now(), on=clock.today(zone),
    )  # fmt: skip


@area.route("/welcome/<token>", methods=["GET", "POST"])
@public("the single-use link is the right", by_link=True)
def welcome(token: str) -> Answer:
    """The first password of somebody who was invited; one who had a password gets another."""
    link = OneTimeLink.find("invitation", token, at=clock.now())
    who = account_of(link.person_id) if link and link.person_id else None
    if who is None:
        return ended_link()
    form = WelcomeForm() if request.method == "POST" else WelcomeForm(None)
    is_asked = request.method == "GET"
    if is_asked or not is_good(form, email=who.email, names=[who.name]):
        page = render_template("setup/welcome.html", form=form, person=who, token=token)
        return page if is_asked else (page, 422)
    hashed = hash_password(form.password.data or "")
    key = _choose(token, hashed)
    if key is None:
        return ended_link()
    enter(key, "invitation")
    return go_on()


def _choose(token: str, hashed: str) -> Begun | None:
    """The new session; None if the link was used meanwhile, or its person has left."""
    at = clock.now()
    with writing() as session:
        link = OneTimeLink.find("invitation", token, at=at)
        person = session.get(Person, link.person_id) if link else None
        if link is None or person is None or not person.is_active:
            return None
        link.use(at=at)
        change_password(person, hashed, by=actor_named(person.id), at=at, tell=False)
        return begin_session(person)
