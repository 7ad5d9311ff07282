"""My account: who I am here, how I sign in, where I am signed in."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.change_address import change_address
from meetingtracker.models.acts.change_password import change_password
from meetingtracker.models.acts.make_link import mail_new_address
from meetingtracker.models.person import Person
from meetingtracker.models.reads.factors import factors_of
from meetingtracker.models.reads.sessions import open_sessions
from meetingtracker.models.reads.tokens import token_list
from meetingtracker.models.reads.visitor import Account, SignedIn, account_of, signed_in
from meetingtracker.models.sign_in import SignIn, end_all
from meetingtracker.pages.account.forms import AddressForm, ConfirmForm, PasswordForm, ProfileForm
from meetingtracker.pages.account.page import area, refusal
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web.access import (
    actor,
    allow,
    found,
    require,
    sign_in_as,
    sign_out,
    token,
    visitor,
)
from meetingtracker.web.change import Answer, change
from meetingtracker.web.devices import device_name
from meetingtracker.web.filters import organisation
from meetingtracker.web.forms import VersionedForm, safe_path
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.passwords import hash_password, is_good


def _me() -> SignedIn:
    return found(visitor())


def _mine() -> Account:
    return found(account_of(_me().actor.id or 0))


def _row() -> Person | None:
    return db.session.get(Person, actor().id)


@area.route("/account", methods=["GET", "POST"])
@allow(Permission.signed_in)
def show() -> Answer:
    if request.method == "GET":
        row = found(_row())
        return _page(
            ProfileForm(
                None, version=row.version, name=row.name, language=row.language, zone=row.zone
            )
        )
    form = ProfileForm()
    _offer(form)

    def act(person: Person) -> None:
        person.change(
            name=form.name.data, language=form.language.data, zone=form.zone.data,
            by=actor(), at=clock.now(),
        )  # fmt: skip
        flash(_("Saved."))

    return change(
        form, load=_row, allowed=lambda person: person.id == actor().id, act=act, again=_page,
        done=url_for("account.show"),
    )  # fmt: skip


def _offer(form: ProfileForm) -> None:
    company = found(organisation())
    form.offer_choices(
        language=company.language, zone=company.zone, own_zone=found(_row()).zone
    )  # fmt: skip


def _page(form: VersionedForm) -> str:
    assert isinstance(form, ProfileForm)
    _offer(form)
    me, row = _me(), found(_row())
    sessions = [
        (session, device_name(session.device))
        for session in open_sessions(me.actor.id or 0, this=me.sign_in_id, at=clock.now())
    ]
    return render_template(
        "account/show.html", form=form, row=row, stale=bool(form.form_errors),
        has_password=_mine().password_hash is not None, sessions=sessions,
        factors=factors_of(me.actor.id or 0),
        uses_tokens=actor().is_admin or any(t.person_id == row.id for t in token_list(actor())),
    )  # fmt: skip


# --- mail address and password ----------------------------------------------------------------


def _needs_sign_in(mine: Account) -> bool:
    """Who has no password to prove it with must have signed in within the last minutes."""
    return mine.password_hash is None and not _me().is_confirmed(clock.now())


@area.route("/account/address", methods=["GET", "POST"])
@allow(Permission.signed_in)
def address() -> Answer:
    require(True)  # one's own
    mine = _mine()
    if _needs_sign_in(mine):
        return redirect(url_for("account.confirm", next=request.path))
    form = AddressForm() if request.method == "POST" else AddressForm(None)
    if mine.password_hash is None:
        del form.current_password

    def page() -> str:
        return render_template("account/address.html", form=form, email=mine.email)

    if request.method == "GET":
        return page()
    if not form.validate():
        return page(), 422
    if mine.password_hash is not None and (refused := refusal(form, mine, page)):
        return refused
    try:
        _change_address(form.email.data or "")
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return page(), 422
    return redirect(url_for("account.show"))


def _change_address(new: str) -> None:
    """With mail the new address proves itself first, and a taken one looks like a free one."""
    by_mail = uses_mail()
    with writing():
        person = found(_row())
        if by_mail:
            mail_new_address(person, new, at=clock.now())
        else:
            change_address(person, new, by=actor(), at=clock.now(), tell=False)
    if by_mail:
        current_app.logger.info("person %d asks for the address %r", actor().id, new)
        flash(_("A mail is on its way to %(address)s. Its link makes it yours.", address=new))
    else:
        current_app.logger.info("mail address of person %d changed to %r", actor().id, new)
        flash(_("Your mail address is %(address)s now.", address=new))


@area.route("/account/password", methods=["GET", "POST"])
@allow(Permission.signed_in)
def password() -> Answer:
    require(True)  # one's own
    mine = _mine()
    if _needs_sign_in(mine):
        return redirect(url_for("account.confirm", next=request.path))
    form = PasswordForm() if request.method == "POST" else PasswordForm(None)
    if mine.password_hash is None:
        del form.current_password

    def page() -> str:
        return render_template("account/password.html", form=form, email=mine.email)

    if request.method == "GET":
        return page()
    if not is_good(form, email=mine.email, names=[mine.name]):
        return page(), 422
    if mine.password_hash is not None and (refused := refusal(form, mine, page)):
        return refused
    hashed = hash_password(form.password.data or "")
    with writing():
        change_password(
            found(_row()), hashed, by=actor(), at=clock.now(), but=token(), tell=uses_mail()
        )
    current_app.logger.info("password of person %d changed", mine.id)
    flash(_("Your password is changed, and every other device is signed out."))
    return redirect(url_for("account.show"))


@area.route("/account/confirm", methods=["GET", "POST"])
@allow(Permission.signed_in)
def confirm() -> Answer:
    """Prove once more who one is; what is delicate asks for it when it was long ago."""
    require(True)  # one's own session
    mine = _mine()
    if request.method == "POST":
        form = ConfirmForm()
    else:
        form = ConfirmForm(None, next=safe_path(request.args.get("next")))

    def page() -> str:
        return render_template(
            "account/confirm.html", form=form, email=mine.email,
            has_password=mine.password_hash is not None,
        )  # fmt: skip

    if request.method == "GET":
        return page()
    if not form.validate():
        return page(), 422
    if refused := refusal(form, mine, page):
        return refused
    with writing() as session:
        row = found(session.get(SignIn, _me().sign_in_id))
        renewed, on_phone = row.confirm(at=clock.now()), row.on_phone
    sign_in_as(renewed, found(signed_in(renewed, at=clock.now())), on_phone=on_phone)
    wanted = safe_path(form.next.data)
    return redirect(request.script_root + wanted if wanted else url_for("account.show"))


# --- devices ----------------------------------------------------------------------------------


@area.post("/account/sessions/<int:session_id>/end")
@allow(Permission.signed_in)
def end_session(session_id: int) -> Answer:
    me = _me()
    require(True)  # only one's own are found
    if session_id != me.sign_in_id and not me.is_confirmed(clock.now()):
        return redirect(url_for("account.confirm", next="/account"))
    with writing() as session:
        row = session.get(SignIn, session_id)
        mine = row if row and row.person_id == me.actor.id and row.ended_at is None else None
        found(mine).end(at=clock.now())
    current_app.logger.info("session %d of person %d revoked", session_id, me.actor.id)
    if session_id == me.sign_in_id:
        sign_out()
        return redirect(url_for("account.login"))
    flash(_("That device is signed out."))
    return redirect(url_for("account.show"))


@area.post("/account/sessions/end")
@allow(Permission.signed_in)
def end_other_sessions() -> Answer:
    me = _me()
    require(True)  # one's own
    if not me.is_confirmed(clock.now()):
        return redirect(url_for("account.confirm", next="/account"))
    with writing():
        end_all(me.actor.id or 0, at=clock.now(), but=token())
    current_app.logger.info("all other sessions of person %d revoked", me.actor.id)
    flash(_("Every other device is signed out."))
    return redirect(url_for("account.show"))
