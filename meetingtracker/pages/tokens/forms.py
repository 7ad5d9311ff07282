"""Making a token for a program."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from meetingtracker.models.reads.people import people_and_homes
from meetingtracker.rules.accounts import Scope
from meetingtracker.web.forms import ChoiceField, Form, at_most, required


class TokenForm(Form):
    name = StringField(_l("What is it for?"), [required(_l("Say what it is for.")), at_most(80)])
    person = ChoiceField(_l("Acts as"), [required(_l("Choose a person."))])
    scope = ChoiceField(
        _l("It may"), [required(_l("Choose what it may."))], coerce=Scope,
        choices=[(s.value, _l(s.label)) for s in Scope], default=Scope.read,
    )  # fmt: skip

    def offer(self) -> None:
        self.person.offer(people_and_homes())
