"""The questions of the first start."""

import re
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, StringField, TextAreaField, TimeField
from wtforms.validators import Email, InputRequired, ValidationError

from meetingtracker.models.acts.set_up import Line
from meetingtracker.web.filters import LANGUAGES
from meetingtracker.web.forms import WEEKDAYS, ChoiceField, Form, at_most, required
from meetingtracker.web.passwords import SecretField

_MAIL = re.compile(r"<?([^\s<>,;:@]+@[^\s<>,;:@]+\.[^\s<>,;:@]+)>?")


class SetupForm(Form):
    company = StringField(_l("Company"), [required(_l("What is it called?")), at_most(120)])
    language = ChoiceField(
        _l("Language"), coerce=str, choices=list(LANGUAGES.items()), default="en"
    )
    zone = StringField(_l("Time zone"), [required(_l("For example Europe/Berlin."))])
    weekday = ChoiceField(
        _l("The leaders meet on"), [required(_l("Choose a weekday."))], choices=WEEKDAYS, default=4
    )
    start_time = TimeField(
        _l("At what time?"), [InputRequired(_l("Give a time like 10:00."))], default=time(10)
    )
    departments = TextAreaField(
        _l("Departments and their leaders"),
        [required(_l("Write at least one department, one on each line.")), at_most(10_000)],
    )
    uses_mail = BooleanField(_l("We have a mail server (it is set by the environment)"))
    name = StringField(_l("Your name"), [required(_l("What is your name?")), at_most(120)])
    email = EmailField(
        _l("Your mail address"),
        [required(_l("You sign in with it.")), Email(_l("Write it like maya@example.com."))],
    )
    password = SecretField(_l("A password"), _l("Choose a password."))

    def validate_zone(self, field: StringField) -> None:
        if field.data not in available_timezones():
            raise ValidationError(
                _("There is no such time zone. Write it like Europe/Berlin or UTC.")
            )
        ZoneInfo(field.data)

    def validate_departments(self, field: TextAreaField) -> None:
        field.lines = department_lines(field.data or "")


def department_lines(text: str) -> list[Line]:
    """ "Sales: Sam Reid, sam@example.com" on each line; ValidationError names one that is not."""
    lines: list[Line] = []
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        found = _MAIL.search(raw)
        email = found.group(1).lower() if found else None
        words = _MAIL.sub(" ", raw)
        name, _sep, leader = re.sub(r"[\t;,–]", ":", words, count=1).partition(":")
        name, leader = name.strip(" :,-"), leader.strip(" :,;-\t")
        if not name or len(name) > 80:
            raise ValidationError(
                _("Line %(n)d: begin with the department's name, up to 80 letters.", n=number)
            )
        if len(leader) > 120 or len(email or "") > 254:
            raise ValidationError(
                _("Line %(n)d: the leader's name or address is too long.", n=number)
            )
        if leader and not email:
            raise ValidationError(
                _("Line %(n)d: add the mail address of %(who)s.", n=number, who=leader)
            )
        if any(line.department.lower() == name.lower() for line in lines):
            raise ValidationError(
                _("Line %(n)d: %(name)s stands there twice.", n=number, name=name)
            )
        lines.append(Line(name, (leader or (email or "").split("@")[0]) or None, email))
    return lines


class WelcomeForm(Form):
    password = SecretField(_l("Choose a password"), _l("Choose a password."))
