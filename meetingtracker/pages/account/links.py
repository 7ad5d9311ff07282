"""Doors by mail: a link to sign in, a new password for a forgotten one, a new mail address.

Asking is throttled. Using is not: a link's 192 random bits leave nothing to guess.
"""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.change_address import change_address
from meetingtracker.models.acts.change_password import change_password
from meetingtracker.models.acts.make_link import mail_link
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import Account, account_of
from meetingtracker.models.reads.visitor import actor as actor_named
from meetingtracker.models.sign_in import OneTimeLink
from meetingtracker.pages.account.forms import AskForm, NewPasswordForm
from meetingtracker.pages.account.page import area
from meetingtracker.web.access import public, visitor
from meetingtracker.web.change import Answer
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.passwords import hash_password, is_good
from meetingtracker.web.sign_in import begin_session, ended_link, enter, go_on
from meetingtracker.web.throttle import Closed, count_ask, refuse_closed


@area.route("/login/link", methods=["GET", "POST"])
@public("the door for who would rather have a link by mail")
def ask_link() -> Answer:
    return _ask("sign_in")


@area.route("/reset", methods=["GET", "POST"])
@public("the door for who has forgotten their password")
def ask_reset() -> Answer:
    return _ask("reset")


def _ask(kind: str) -> Answer:
    """The same answer after the same work, whether there is an account or not."""
    form = AskForm() if request.method == "POST" else AskForm(None)

    def page() -> str:
        return render_template("account/ask.html", form=form, kind=kind)

    if request.method == "GET" or not uses_mail():
        return page()
    if not form.validate():
        return page(), 422
    try:
        with writing():
            count_ask()
            queued = mail_link(kind, form.email.data or "", at=clock.now())
    except Closed as closed:
        return refuse_closed(closed, form, page, meanwhile=False)
    current_app.logger.info(
        "%s link asked for %r from %s: %s",
        kind, form.email.data, request.remote_addr, "queued" if queued else "nothing sent",
    )  # fmt: skip
    return render_template("account/asked.html")


@area.get("/sign-in/<token>", endpoint="sign_in")
@public("the single-use link is the right", by_link=True)
def offer_sign_in(token: str) -> Answer:
    """Shows one button and changes nothing: mail programs open links by themselves."""
    who = _meant("sign_in", token)
    if who is None:
        return ended_link()
    return render_template("account/sign_in.html", name=who.name, token=token)


@area.post("/sign-in/<token>", endpoint="use_sign_in")
@public("the single-use link is the right", by_link=True)
def sign_in(token: str) -> Answer:
    with writing():
        person = _use("sign_in", token)
        begun = begin_session(person) if person else None
    if begun is None:
        return ended_link()
    enter(begun, "link")
    return go_on()


@area.route("/reset/<token>", methods=["GET", "POST"])
@public("the single-use link is the right", by_link=True)
def reset(token: str) -> Answer:
    who = _meant("reset", token)
    if who is None:
        return ended_link()
    form = NewPasswordForm() if request.method == "POST" else NewPasswordForm(None)
    is_asked = request.method == "GET"
    if is_asked or not is_good(form, email=who.email, names=[who.name]):
        page = render_template("account/reset.html", form=form, email=who.email, token=token)
        return page if is_asked else (page, 422)
    hashed = hash_password(form.password.data or "")
    at = clock.now()
    with writing():
        person = _use("reset", token)
        if person is not None:
            by = actor_named(person.id)
            change_password(person, hashed, by=by, at=at, tell=uses_mail())
            begun = begin_session(person)
    if person is None:
        return ended_link()
    current_app.logger.info("password of person %d reset by link", who.id)
    enter(begun, "reset")
    flash(_("Your password is changed, and every other device is signed out."))
    return go_on()


@area.route("/account/address/<token>", methods=["GET", "POST"])
@public("the single-use link is the right", by_link=True)
def confirm_address(token: str) -> Answer:
    link = OneTimeLink.find("new_address", token, at=clock.now())
    if link is None or _meant("new_address", token) is None:
        return ended_link()
    address = link.address or ""
    if request.method == "GET":
        return render_template("account/confirm_address.html", address=address, token=token)
    with writing():
        person = _use("new_address", token)
        if person is not None:
            by = actor_named(person.id)
            change_address(person, address, by=by, at=clock.now(), tell=uses_mail())
    if person is None:
        return ended_link()
    current_app.logger.info("mail address of person %d changed to %r", by.id, address)
    flash(_("Your mail address is %(address)s now.", address=address))
    return redirect(url_for("account.show" if visitor() else "account.login"))


def _meant(kind: str, token: str) -> Account | None:
    """Whom a link that works is for, if they are still here."""
    link = OneTimeLink.find(kind, token, at=clock.now())
    return account_of(link.person_id) if link and link.person_id else None


def _use(kind: str, token: str) -> Person | None:
    """Inside a write: use the link up. None if it was used, has ended, or its person has left."""
    at = clock.now()
    link = OneTimeLink.find(kind, token, at=at)
    person = db.session.get(Person, link.person_id) if link else None
    if link is None or person is None or not person.is_active:
        return None
    link.use(at=at)
    return person
