"""Signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, PasswordField

from meetingtracker.web.forms import Form, at_most, required


class LoginForm(Form):
    email = EmailField(_l("Mail address"), [required(_l("Enter your mail address.")), at_most(254)])
    password = PasswordField(_l("Password"), [required(_l("Enter your password.")), at_most(1000)])
    on_phone = BooleanField(_l("Stay signed in on this device"))
    next = HiddenField()
    carried = HiddenField()
