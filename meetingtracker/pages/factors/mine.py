"""My second factors: what I prove myself with beside the password."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.second_factors import remove_factor
from meetingtracker.models.person import Person
from meetingtracker.models.reads.factors import Factor, codes_left, factors_of, must_have_factor
from meetingtracker.models.reads.visitor import Account, account_of
from meetingtracker.models.second_factor import RecoveryCode
from meetingtracker.pages.factors.page import (
    AppForm,
    app_page,
    area,
    codes_page,
    forget_seed,
    hashes,
    log,
    new_app,
)
from meetingtracker.rules.accounts import FactorKind
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.permissions import Permission
from meetingtracker.web import passkeys, seal, totp
from meetingtracker.web.access import actor, allow, found, require, token, visitor
from meetingtracker.web.change import Answer
from meetingtracker.web.forms import say
from meetingtracker.web.mail import uses_mail
from meetingtracker.web.second_step import seed_of


def _mine() -> Account:
    return found(account_of(actor().id or 0))


def _row() -> Person:
    return found(db.session.get(Person, actor().id))


def confirm_first() -> Answer | None:
    """To where one proves once more who one is, if that was more than ten minutes ago."""
    if found(visitor()).is_confirmed(clock.now()):
        return None
    return redirect(url_for("account.confirm", next=url_for("factors.index")))


@area.get("/account/factors")
@allow(Permission.signed_in)
def index() -> Answer:
    return confirm_first() or _page()


def _page(refused: str = "") -> str:
    mine = factors_of(actor().id or 0)
    return render_template(
        "factors/index.html", refused=refused, must=must_have_factor(_row()),
        factors=[(factor, _is_readable(factor)) for factor in mine],
        codes=codes_left(actor().id or 0), apps=totp.AVAILABLE, passkeys=passkeys.possible(),
    )  # fmt: skip


def _is_readable(factor: Factor) -> bool:
    """Whether it can be checked here: an app's key is sealed with today's SECRET_KEY."""
    if factor.kind is not FactorKind.totp:
        return True
    try:
        return bool(totp.AVAILABLE and seed_of(factor))
    except seal.Unreadable:
        return False


@area.route("/account/factors/app", methods=["GET", "POST"])
@allow(Permission.signed_in)
def add_app() -> Answer:
    require(True)  # one's own
    if not_yet := confirm_first():
        return not_yet
    mine = _mine()
    form = AppForm() if request.method == "POST" else AppForm(None)
    if request.method == "GET" or not totp.AVAILABLE:
        return app_page(form, mine, is_forced=False)
    app = new_app(form, mine)
    if app is None:
        return app_page(form, mine, is_forced=False), 422
    with writing():
        are_new = app.add(_row())
    forget_seed()
    log("authenticator app set up", mine.id)
    if are_new:
        return codes_page(app.codes, go_to="/account/factors")
    flash(_("The app is set up."))
    return redirect(url_for("factors.index"))


@area.post("/account/factors/codes")
@allow(Permission.signed_in)
def renew_codes() -> Answer:
    """Ten new ones; a sheet that is somewhere else is worth nothing any more."""
    require(True)  # one's own
    if not_yet := confirm_first():
        return not_yet
    mine = _mine()
    codes = seal.new_codes()
    hashed = hashes(codes, mine.id)
    with writing():
        has_any = bool(factors_of(mine.id))
        if has_any:
            RecoveryCode.renew(mine.id, hashed, at=clock.now())
    if not has_any:
        return redirect(url_for("factors.index"))
    log("recovery codes renewed", mine.id)
    return codes_page(codes, go_to="/account/factors")


@area.post("/account/factors/<int:factor_id>/removal")
@allow(Permission.signed_in)
def remove(factor_id: int) -> Answer:
    require(True)  # only one's own are found
    if not_yet := confirm_first():
        return not_yet
    try:
        with writing():
            if not remove_factor(
                factor_id, _row(), by=actor(), at=clock.now(), but=token(), tell=uses_mail()
            ):
                found(None)
    except RuleBroken as broken:
        return _page(say(broken)), 422
    log(f"second factor {factor_id} removed", actor().id or 0)
    flash(_("It is removed, and every other device is signed out."))
    return redirect(url_for("factors.index"))
