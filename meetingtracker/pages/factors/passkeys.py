"""Passkeys: making one, and signing in with it in place of a password.

The browser fetches what its device is to sign (JSON) and sends the answer in the page's own form.
"""

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.second_factors import add_factor
from meetingtracker.models.person import Person
from meetingtracker.models.reads.factors import Factor, factors_of
from meetingtracker.models.reads.visitor import account_of
from meetingtracker.pages.factors.mine import confirm_first
from meetingtracker.pages.factors.page import area, codes_page, hashes, log
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.rules.permissions import Permission
from meetingtracker.web import carry, passkeys, seal
from meetingtracker.web.access import actor, allow, found, public, require
from meetingtracker.web.change import Answer
from meetingtracker.web.devices import device_name
from meetingtracker.web.filters import organisation
from meetingtracker.web.forms import Form, at_most, safe_path
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.second_step import LONGEST_PROOF, waiting
from meetingtracker.web.sign_in import begin_session, enter, go_on

area.add_app_template_global(passkeys.possible, "passkeys_possible")


class PasskeyForm(Form):
    credential = HiddenField(validators=[at_most(LONGEST_PROOF)])
    on_phone = BooleanField()
    next = HiddenField()
    carried = HiddenField()


def _passkeys_of(person_id: int) -> list[Factor]:
    return [one for one in factors_of(person_id) if one.kind is FactorKind.passkey]


# --- signing in -------------------------------------------------------------------------------


@area.post("/login/passkey/options")
@public("the door itself")
def offer_sign_in() -> Response:
    if not passkeys.possible():
        abort(404)
    return passkeys.offer_to_prove("sign in")


@area.post("/sign-in/factor/options")
@public("the signed cookie says whose first proof was right")
def offer_step() -> Response:
    now = waiting()
    mine = _passkeys_of(now.person_id) if now else []
    if not mine or not passkeys.possible():
        abort(404)
    return passkeys.offer_to_prove("second step", mine)


@area.post("/login/passkey")
@public("the door itself")
def sign_in() -> Answer:
    """The device has asked who holds it: that is both factors at once."""
    form = PasskeyForm()
    if not passkeys.possible():
        abort(404)
    try:
        proof = passkeys.proved(form.credential.data or "" if form.validate() else "", "sign in")
    except passkeys.Refused as refused:
        return _refused(form, str(refused))
    on_phone = bool(form.on_phone.data)
    with writing() as session:
        person = session.get_one(Person, proof.person_id)
        begun = None
        if person.is_active and proof.use(clock.now()):
            begun = begin_session(person, on_phone=on_phone, proved=True)
    if begun is None:
        return _refused(form, f"passkey of person {proof.person_id} was used before, or a copy")
    enter(begun, "passkey", on_phone=on_phone)
    return go_on(form.next.data, form.carried.data)


def _refused(form: PasskeyForm, reason: str) -> Answer:
    current_app.logger.warning("passkey refused from %s: %s", request.remote_addr, reason)
    context = carry.login_context(
        carried=form.carried.data or "", next=safe_path(form.next.data) or ""
    )
    door = context["form"]
    assert isinstance(door, Form)
    door.form_errors.append(_("That passkey did not work. Try again, or use your password."))
    return render_template("account/login.html", **context), 422


# --- making one -------------------------------------------------------------------------------


@area.post("/account/passkeys/options")
@allow(Permission.signed_in)
def offer_new() -> Answer:
    require(True)  # one's own
    if not_yet := confirm_first():
        return not_yet
    if not passkeys.possible():
        abort(404)
    me = found(account_of(actor().id or 0))
    known = organisation()
    return passkeys.offer_to_make(me, _passkeys_of(me.id), company=known.name if known else "")


@area.post("/account/passkeys")
@allow(Permission.signed_in)
def add() -> Answer:
    require(True)  # one's own
    if not_yet := confirm_first():
        return not_yet
    form = PasskeyForm()
    try:
        key = passkeys.made(form.credential.data or "" if form.validate() else "")
    except passkeys.Refused as refused:
        current_app.logger.warning("no passkey for person %d: %s", actor().id, refused)
        flash(_("That passkey could not be added. Try again."))
        return redirect(url_for("factors.index"))
    codes = seal.new_codes()
    hashed = hashes(codes, actor().id or 0)
    with writing():
        are_new = add_factor(
            found(db.session.get(Person, actor().id)), FactorKind.passkey,
            name=device_name(request.user_agent.string), secret=key.public_key,
            credential_id=key.credential_id, sign_count=key.sign_count, code_hashes=hashed,
            by=actor(), at=clock.now(), tell=uses_mail(),
        )  # fmt: skip
    log("passkey added", actor().id or 0)
    if are_new:
        return codes_page(codes, go_to="/account/factors")
    flash(_("The passkey is added."))
    return redirect(url_for("factors.index"))
