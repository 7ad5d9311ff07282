"""The organisation's settings, for administrators."""

from datetime import date

import sqlalchemy as sa
from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.organisation import (
    Holiday,
    Organisation,
    the_organisation,
)
from meetingtracker.pages.settings.forms import SettingsForm
from meetingtracker.pages.settings.public_holidays import PublicHolidaysForm, country_of
from meetingtracker.pages.settings.public_holidays import public_holidays as days_of
from meetingtracker.rules.permissions import Permission, may_administer
from meetingtracker.web import totp
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import language, today
from meetingtracker.web.forms import WEEKDAYS, VersionedForm

area = Blueprint("settings", __name__)


@area.get("/settings")
@allow(Permission.oversee)
def edit() -> str:
    row = found(the_organisation())
    return _page(
        SettingsForm(
            None, version=row.version, name=row.name, zone=row.zone, weekdays=list(row.weekdays),
            uses_mail=row.uses_mail, shadow_weeks=row.shadow_weeks, holidays=_holidays(),
            factor_policy=row.factor_policy,
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
            shadow_weeks=form.shadow_weeks.data,
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


# --- public holidays ----------------------------------------------------------------------------


@area.get("/settings/public-holidays")
@allow(Permission.administer)
def public_holidays() -> str:
    """The days of a country and region, and which of them the list does not have yet."""
    row = found(the_organisation())
    form = PublicHolidaysForm(
        None, version=row.version, country=request.args.get("country") or country_of(row.zone),
        region=request.args.get("region"),
    )  # fmt: skip
    return _holidays_page(form)


@area.post("/settings/public-holidays")
@allow(Permission.administer)
def add_public_holidays() -> Answer:
    """Add the days that are missing. What the list has, and how it is called there, stays."""
    form = PublicHolidaysForm()
    form.offer(language())

    def act(organisation: Organisation) -> None:
        kept = _days()
        organisation.set_holidays({**_offered(form), **kept}, by=actor(), at=clock.now())
        new = len(_offered(form).keys() - kept.keys())
        flash(ngettext("%(num)d day added.", "%(num)d days added.", new))

    return change(
        form, load=the_organisation, act=act,
        allowed=lambda organisation: may_administer(actor()),
        again=_holidays_page, done=url_for("settings.edit"),
    )  # fmt: skip


def _offered(form: PublicHolidaysForm) -> dict[date, str]:
    """Those of this year and the next."""
    years = (today().year, today().year + 1)
    return days_of(form.country.data, form.region.data, years, language())


def _days() -> dict[date, str]:
    return {row.day: row.name for row in db.session.scalars(sa.select(Holiday))}


def _holidays_page(form: VersionedForm) -> str:
    assert isinstance(form, PublicHolidaysForm)
    form.offer(language())
    known = form.country.data in {c.value for c in form.country.choices if c.value}
    if form.region.data not in {choice.value for choice in form.region.choices}:
        form.region.data = None  # that of another country
    return render_template(
        "settings/public_holidays.html", form=form, kept=_days(),
        days=_offered(form) if known else {},
    )  # fmt: skip
