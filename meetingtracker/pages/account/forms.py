"""Signing in, and what belongs to one's own account."""

from functools import cache
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import Email

from meetingtracker.web.filters import LANGUAGES
from meetingtracker.web.forms import ChoiceField, Form, VersionedForm, at_most, required
from meetingtracker.web.passwords import SecretField


class LoginForm(Form):
    email = EmailField(_l("Mail address"), [required(_l("Enter your mail address.")), at_most(254)])
    password = SecretField(_l("Password"))
    on_phone = BooleanField(_l("Stay signed in on this device"))
    next = HiddenField()
    carried = HiddenField()


class AskForm(Form):
    email = EmailField(_l("Mail address"), [required(_l("Enter your mail address.")), at_most(254)])


class NewPasswordForm(Form):
    password = SecretField(_l("New password"), _l("Choose a password."))


class PasswordForm(NewPasswordForm):
    current_password = SecretField(_l("Current password"))


class ConfirmForm(Form):
    current_password = SecretField(_l("Your password"))
    next = HiddenField()


class AddressForm(Form):
    email = EmailField(
        _l("New mail address"),
        [
            required(_l("Enter the new address.")),
            Email(_l("Write it like maya@example.com.")),
            at_most(254),
        ],
    )
    current_password = SecretField(_l("Your password"))


class ProfileForm(VersionedForm):
    name = StringField(_l("Name"), [required(_l("How are you called?")), at_most(120)])
    language = ChoiceField(_l("Language"), coerce=str)
    zone = ChoiceField(_l("Time zone"), coerce=str)

    def offer_choices(self, *, language: str, zone: str, own_zone: str | None) -> None:
        """`language`, `zone`: the organisation's, which hold unless one chooses another."""
        usual = _l("Like the company: %(value)s", value=LANGUAGES.get(language, language))
        self.language.offer([("", usual), *LANGUAGES.items()])
        names = sorted({*zones(), *([own_zone] if own_zone else [])})
        usual = _l("Like the company: %(value)s", value=zone)
        self.zone.offer([("", usual), *((name, name.replace("_", " ")) for name in names)])


@cache
def zones() -> frozenset[str]:
    """The zones that are named after a place, and UTC."""
    left_out = ("Etc/", "US/", "SystemV/", "posix/", "right/")
    places = {z for z in available_timezones() if "/" in z and not z.startswith(left_out)}
    return frozenset(places | {"UTC"})
