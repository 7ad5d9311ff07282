"""The organisation's settings."""

import re
from datetime import date
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.validators import InputRequired, ValidationError

from meetingtracker.rules.accounts import FactorPolicy
from meetingtracker.web import totp
from meetingtracker.web.forms import (
    WEEKDAYS,
    ChoiceField,
    VersionedForm,
    at_most,
    pairs,
    required,
)


class SettingsForm(VersionedForm):
    name = StringField(_l("Company"), [required(_l("What is it called?")), at_most(120)])
    zone = StringField(_l("Time zone"), [required(_l("For example Europe/Berlin."))])
    weekdays = SelectMultipleField(
        _l("Working days"),
        [InputRequired(_l("Choose at least one day."))],
        choices=pairs(WEEKDAYS),
        widget=widgets.ListWidget(), option_widget=widgets.CheckboxInput(),
    )  # fmt: skip
    holidays = TextAreaField(_l("Holidays"), [at_most(20_000)])
    uses_mail = BooleanField(_l("We have a mail server (it is set by the environment)"))
    shadow_weeks = BooleanField(
        _l("Every eighth week early warnings are kept and not shown, to see what they change")
    )
    factor_policy = ChoiceField(_l("Who needs a second factor to sign in"), coerce=FactorPolicy)

    def offer_policies(self, now: FactorPolicy) -> None:
        """What can't be set up here can't be required, but what is required stays shown."""
        offered = list(FactorPolicy) if totp.AVAILABLE else {FactorPolicy.nobody, now}
        self.factor_policy.offer((policy.value, _l(policy.label)) for policy in offered)

    def validate_zone(self, field: StringField) -> None:
        if field.data not in available_timezones():
            raise ValidationError(
                _("There is no such time zone. Write it like Europe/Berlin or UTC.")
            )

    def validate_holidays(self, field: TextAreaField) -> None:
        field.days = holiday_lines(field.data or "")


def holiday_lines(text: str) -> dict[date, str]:
    """ "2026-12-25 Christmas Day" on each line; ValidationError names the line that is not."""
    days: dict[date, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})\s+(\S.{0,119})", line)
        try:
            day = date.fromisoformat(found.group(1)) if found else None
        except ValueError:
            day = None
        if day is None or found is None:
            raise ValidationError(
                _("Line %(n)d: write it like 2026-12-25 Christmas Day.", n=number)
            )
        days[day] = found.group(2).strip()
    return days
