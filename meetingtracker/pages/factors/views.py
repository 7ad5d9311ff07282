"""The second step of signing in, and setting one up on the way where the policy requires it."""

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.person import Person
from meetingtracker.models.reads.factors import factors_of
from meetingtracker.models.reads.visitor import Account
from meetingtracker.pages.factors import mine, passkeys, people
from meetingtracker.pages.factors.page import AppForm, app_page, area, codes_page, log, new_app
from meetingtracker.web import carry, totp
from meetingtracker.web.access import public
from meetingtracker.web.change import Answer
from meetingtracker.web.seal import Unreadable
from meetingtracker.web.second_step import (
    FactorForm,
    Waiting,
    account_waiting,
    matching,
    step_page,
    waiting,
)
from meetingtracker.web.sign_in import begin_session, enter, go_on
from meetingtracker.web.throttle import Closed, attempt, refuse_closed

__all__ = ["area", "mine", "passkeys", "people"]


@area.route("/sign-in/factor", methods=["GET", "POST"])
@public("the signed cookie says whose first proof was right")
def step() -> Answer:
    form = FactorForm() if request.method == "POST" else FactorForm(None)
    now = waiting()
    who = account_waiting(now) if now else None
    if now is None or who is None:
        return _begin_again(form.carried.data)
    if request.method == "GET":
        return step_page(now, form)
    if not form.validate():
        return step_page(now, form), 422
    return _check(now, who, form)


def _check(now: Waiting, who: Account, form: FactorForm) -> Answer:
    """Count the try first: codes are short, and somebody who knows a password may guess."""

    def page() -> str:
        return step_page(now, form)

    try:
        tried = attempt(_counted(who))
    except Closed as closed:
        return refuse_closed(closed, form, page, meanwhile=False)
    try:
        use = matching(who.id, form)
    except Unreadable:
        form.code.errors = [
            _("The app's key can't be read here any more. Use a recovery code or a passkey, "
              "or ask an administrator to remove the app.")
        ]  # fmt: skip
        current_app.logger.error("the seed of person %d can't be unsealed", who.id)
        return page(), 422
    if use is None:
        return _refused(who, form, page)
    with writing() as session:
        person = session.get_one(Person, who.id)
        begun = None
        if _still_holds(now, person) and use(clock.now()):
            tried.take_back()
            begun = begin_session(person, on_phone=now.on_phone, proved=True)
    if begun is None:
        return _refused(who, form, page)
    enter(begun, f"{now.way} and second factor", on_phone=now.on_phone)
    return go_on(now.next, form.carried.data)


def _counted(who: Account) -> str:
    """Beside the count of wrong passwords: who only guesses those shuts nobody out here."""
    return f"second factor of person {who.id}"


def _still_holds(now: Waiting, person: Person) -> bool:
    return person.is_active and person.version == now.version


def _refused(who: Account, form: FactorForm, page: Callable[[], str]) -> Answer:
    current_app.logger.warning(
        "second factor of person %d refused from %s", who.id, request.remote_addr
    )
    if form.credential.data:
        form.form_errors.append(_("That passkey did not work. Try again, or use a code."))
    else:
        form.code.errors = [_("That code is not right, or was used already.")]
    return page(), 422


def _begin_again(carried: str | None) -> Answer:
    """The first proof is too old: what was typed still waits."""
    if carried:
        return render_template("account/login.html", **carry.login_context(carried=carried)), 401
    if request.method == "POST":
        flash(_("That took too long. Sign in again."))
    return redirect(url_for("account.login", again=1))


@area.route("/sign-in/factor/setup", methods=["GET", "POST"])
@public("the signed cookie says whose first proof was right")
def set_up() -> Answer:
    """Only for who has none: nobody gets round the one they have by setting up another."""
    form = AppForm() if "code" in request.form else AppForm(None)
    now = waiting()
    who = account_waiting(now) if now else None
    if now is None or who is None:
        return _begin_again(request.form.get("carried"))
    if factors_of(who.id):
        return redirect(url_for("factors.step"))
    form.carried.data = request.form.get("carried", "")
    if request.method == "GET" or "code" not in request.form or not totp.AVAILABLE:
        return app_page(form, who, is_forced=True)
    app = new_app(form, who)
    if app is None:
        return app_page(form, who, is_forced=True), 422
    with writing() as session:
        # Locked: two who set up at once don't both find that there is none.
        person = session.get_one(Person, who.id, with_for_update=True)
        begun = None
        if _still_holds(now, person) and not factors_of(who.id):
            app.add(person)
            begun = begin_session(person, on_phone=now.on_phone, proved=True)
    if begun is None:
        return _begin_again(form.carried.data)
    enter(begun, f"{now.way} and a new second factor", on_phone=now.on_phone)
    log("authenticator app set up", who.id)
    return codes_page(app.codes, go_to=now.next, carried=form.carried.data or "")
