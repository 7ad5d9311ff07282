"""How it stands with outgoing mail, for those who run the system."""

import secrets

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db, for_change, writing
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.reads.outgoing_mail import outgoing_mail
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.mail_server import mail_server, missing
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.change import Answer
from meetingtracker.web.forms import say

area = Blueprint("mail", __name__)
# What each kind of message is, for those who see it set aside.
KINDS = {
    "account.sign_in": N_("Link to sign in"),
    "account.reset": N_("Link to choose a new password"),
    "account.invitation": N_("Invitation"),
    "account.new_address": N_("New mail address to confirm"),
    "account.address_changed": N_("Notice: mail address changed"),
    "account.password_changed": N_("Notice: password changed"),
    "account.factor_changed": N_("Notice: second factor changed"),
    "mail.test": N_("Test mail"),
}


@area.get("/settings/mail")
@allow(Permission.oversee)
def index() -> str:
    config = current_app.extensions["meetingtracker"]
    lacking = missing(
        smtp_url=config.smtp_url, mail_from=config.mail_from, base_url=config.base_url
    )  # fmt: skip
    return render_template(
        "mail_page/index.html", mail=outgoing_mail(at=clock.now()), lacking=lacking, kinds=KINDS,
        server="" if lacking else str(mail_server(config.smtp_url)), sender=config.mail_from,
        said=_, may_change=may_administer(actor()),
    )  # fmt: skip


@area.post("/settings/mail/tests")
@allow(Permission.administer)
def send_test() -> Answer:
    with writing():
        key = f"mail.test:{secrets.token_hex(8)}"
        Outbox.queue(key, "mail.test", person_id=found(actor().id), at=clock.now())
    flash(_("A test mail is on its way to you. If it can't be sent, this page says why."))
    return redirect(url_for("mail.index"))


@area.post("/settings/mail/<int:message_id>/attempt")
@allow(Permission.administer)
def try_again(message_id: int) -> Answer:
    try:
        with writing():
            _message(message_id).try_again(at=clock.now())
    except RuleBroken as broken:
        flash(say(broken), "error")
    else:
        flash(_("It is tried again now."))
    return redirect(url_for("mail.index"))


@area.post("/settings/mail/<int:message_id>/removal")
@allow(Permission.administer)
def drop(message_id: int) -> Answer:
    with writing():
        message = _message(message_id)
        words = message.error
        message.drop()
    current_app.logger.info("message %d dropped by person %d: %s", message_id, actor().id, words)
    flash(_("Dropped: it is not sent any more."))
    return redirect(url_for("mail.index"))


def _message(message_id: int) -> Outbox:
    return found(
        db.session.scalar(for_change(sa.select(Outbox).where(Outbox.id == message_id), Outbox))
    )
