"""Proposing an agenda item in one short form, changing it, withdrawing it."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from meetingtracker.models.reads.people import open_departments, people_and_homes
from meetingtracker.rules.agenda import Ask
from meetingtracker.web.forms import (
    ChoiceField,
    VersionedForm,
    at_most,
    between,
    pairs,
    required,
)


class ItemForm(VersionedForm):
    """`version` is 0 for a new item."""

    title = StringField(
        _l("What is it about?"), [required(_l("Say it in one line.")), at_most(255)]
    )
    ask = RadioField(
        _l("What do you want from the meeting?"),
        [InputRequired(_l("Choose what you want from the meeting."))],
        coerce=Ask,
        choices=pairs((ask.value, _l(ask.label)) for ask in Ask if ask is not Ask.VERDICT),
    )
    minutes = IntegerField(_l("Minutes"), [InputRequired(_l("Give the minutes.")), between(1, 240)])
    department = ChoiceField(
        _l("For which department?"), [InputRequired(_l("Choose the department."))]
    )
    presenter = ChoiceField(_l("Who presents it?"))
    description = TextAreaField(_l("What should people know before?"), [at_most(10_000)])

    def offer(self) -> None:
        self.department.offer(open_departments())
        self.presenter.offer([("", _l("Nobody yet")), *people_and_homes()])


class ProposeForm(ItemForm):
    """`series` is offered only where there are several; `issue` comes from the issue's page."""

    series = ChoiceField(_l("For which meeting?"))
    issue = ChoiceField(_l("About which issue?"))
