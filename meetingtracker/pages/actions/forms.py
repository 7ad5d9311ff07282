"""Forms of an action: one promise, one person, one date."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, ValidationError

from meetingtracker.models.reads.people import open_departments, people_and_homes
from meetingtracker.rules.states import Priority, Repeat
from meetingtracker.web.filters import today
from meetingtracker.web.forms import (
    ChoiceField,
    DayField,
    Form,
    ReasonForm,
    VersionedForm,
    at_most,
    required,
)

_PRIORITIES = [(p.value, _l(p.label)) for p in Priority]
_REPEATS = [("", _l("Once")), *((r.value, _l(r.label)) for r in Repeat)]


def offer_choices(*offered: Form) -> None:
    """Fill the choices that depend on who is there, with two queries for any number of forms."""
    people = people_and_homes()
    for name, choices in (
        ("owner", people),
        ("next_owner", [("", _("Not mine: find somebody")), *people]),
        ("blocker_person", [("", _l("Nobody in particular")), *people]),
        ("blocker_department", [("", _l("No department")), *open_departments()]),
    ):
        for form in offered:
            if name in form:
                nobody = (
                    [("", _("Choose a person"))] if name == "owner" and not form[name].data else []
                )
                form[name].offer([*nobody, *choices])


def not_past(form: BaseForm, field: DayField) -> None:
    """A promise is kept today at the earliest."""
    if field.data is not None and field.data < today():
        raise ValidationError(_("That day has passed: give a later one."))


class GiveForm(Form):
    title = StringField(
        _l("What will be done?"), [required(_l("Say what will be done.")), at_most(255)]
    )
    owner = ChoiceField(_l("By whom?"), [required(_l("Choose who promises it."))])
    due_on = DayField(_l("By when?"), [InputRequired(_l("A promise needs a date.")), not_past])
    description = TextAreaField(_l("More about it"), [at_most(10_000)])
    priority = ChoiceField(
        _l("Priority"), coerce=Priority, choices=_PRIORITIES, default=Priority.normal
    )
    repeat = ChoiceField(_l("Repeats"), coerce=Repeat, choices=_REPEATS)
    issue = ChoiceField(_l("Issue"), choices=[("", "")])


class EditForm(VersionedForm):
    title = StringField(
        _l("What will be done?"), [required(_l("Say what will be done.")), at_most(255)]
    )
    description = TextAreaField(_l("More about it"), [at_most(10_000)])
    priority = ChoiceField(_l("Priority"), coerce=Priority, choices=_PRIORITIES)
    repeat = ChoiceField(_l("Repeats"), coerce=Repeat, choices=_REPEATS)


class OnTrackForm(VersionedForm):
    note = StringField(_l("A word about it"), [at_most(255)])


class BlockForm(VersionedForm):
    need = StringField(
        _l("What is needed to go on?"), [required(_l("Say what is needed.")), at_most(500)]
    )
    blocker_person = ChoiceField(_l("From whom?"))
    blocker_department = ChoiceField(_l("or which department?"))
    blocker_action = StringField(_l("or which action? (its number)"), [at_most(12)])
    next_look_on = DayField(
        _l("Look again on"), [InputRequired(_l("Say when you will look again."))]
    )


class MoveForm(ReasonForm):
    due_on = DayField(_l("New date"), [InputRequired(_l("Give the new date.")), not_past])


class AnswerForm(VersionedForm):
    """Yes, another date, or no to the wish for another date."""

    due_on = DayField(_l("Date"), [InputRequired(_l("Give a date."))])
    reason = StringField(_l("A word about it"), [at_most(500)])


class HandOverForm(ReasonForm):
    owner = ChoiceField(_l("To whom?"), [required(_l("Choose a person."))])


class AskToHandOverForm(ReasonForm):
    next_owner = ChoiceField(_l("To whom?"))


class GiveInsteadForm(VersionedForm):
    """Yes to the wish, but somebody else gets it."""

    owner = ChoiceField(_l("To whom?"), [required(_l("Choose a person."))])


class CommentForm(Form):
    text = TextAreaField(_l("Comment"), [required(_l("Write something first.")), at_most(10_000)])
