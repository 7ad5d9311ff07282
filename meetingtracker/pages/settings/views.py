"""The organisation's settings, for administrators."""

import sqlalchemy as sa
from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.organisation import (
    Holiday,
    Organisation,
    the_organisation,
)
from meetingtracker.pages.settings.forms import SettingsForm
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web import totp
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.forms import WEEKDAYS, VersionedForm

area = Blueprint("settings", __name__)


@area.get("/settings")
@allow(Permission.oversee)
def edit() -> str:
    row = found(the_organisation())
    return _page(
        SettingsForm(
            None, version=row.version, name=row.name, zone=row.zone, weekdays=list(row.weekdays),
            uses_mail=row.uses_mail, holidays=_holidays(), factor_policy=row.factor_policy,
        )
    )  # fmt: skip


@area.post("/settings")
@allow(Permission.administer)
def save() -> Answer:
    form = SettingsForm()
    form.offer_policies(found(the_organisation()).factor_policy)

    def act(organisation: Organisation) -> None:
        organisation.change(
            name=form.name.data, zone=form.zone.data,
            weekdays="".join(sorted(set(form.weekdays.data))), uses_mail=form.uses_mail.data,
            factor_policy=form.factor_policy.data or organisation.factor_policy,
            by=actor(), at=clock.now(),
        )  # fmt: skip
        organisation.set_holidays(form.holidays.days, by=actor(), at=clock.now())
        flash(_("Saved."))

    return change(
        form, load=the_organisation, act=act,
        allowed=lambda organisation: may_administer(actor()),
        again=_page, done=url_for("settings.edit"),
    )  # fmt: skip


def _holidays() -> str:
    days = db.session.scalars(sa.select(Holiday).order_by(Holiday.day))
    return "\n".join(f"{holiday.day} {holiday.name}" for holiday in days)


def _page(form: VersionedForm) -> str:
    """A refused form stands beside what stands now."""
    assert isinstance(form, SettingsForm)
    stale, row = bool(form.form_errors), found(the_organisation())
    form.offer_policies(row.factor_policy)
    return render_template(
        "settings/edit.html", form=form, stale=stale, row=row, apps=totp.AVAILABLE,
        holidays=_holidays() if stale else "", weekdays=WEEKDAYS,
        may_change=may_administer(actor()),
    )  # fmt: skip
