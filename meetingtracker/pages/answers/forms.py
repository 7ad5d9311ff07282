"""Short forms below a line of a mail: one answer each. Their route asks for no token."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from meetingtracker.models.acts.answer_line import Said
from meetingtracker.models.reads.people import open_departments, people_and_homes
from meetingtracker.rules.replies import Reply
from meetingtracker.web.forms import ChoiceField, DayField, Form, at_most, required


class ReplyForm(Form):
    """No fields: a button. The fields of the others are the parts of an answer."""

    class Meta(Form.Meta):
        csrf = False

    def said(self, reply: Reply) -> Said:
        return Said(
            reply=reply, text=self._given("text") or "", day=self._given("day"),
            person_id=self._given("person"), department_id=self._given("department"),
        )  # fmt: skip

    def _given(self, name: str) -> Any:
        return self[name].data if name in self else None


class WordForm(ReplyForm):
    text = StringField(_l("A word about it (you may leave it out)"), [at_most(255)])


class WhyForm(ReplyForm):
    text = StringField(_l("Why?"), [required(_l("Give the reason in one line.")), at_most(500)])


class SayForm(ReplyForm):
    text = StringField(_l("What to say?"), [required(_l("Say it in one line.")), at_most(500)])


class DayForm(ReplyForm):
    day = DayField(_l("New date"), [InputRequired(_l("Give the new date."))])


class MoveForm(DayForm):
    text = StringField(_l("Why?"), [required(_l("Give the reason in one line.")), at_most(500)])


class PersonForm(ReplyForm):
    person = ChoiceField(_l("To whom?"), [required(_l("Choose a person."))])


class HandOverForm(PersonForm):
    text = StringField(_l("Why?"), [required(_l("Give the reason in one line.")), at_most(500)])


class AskOverForm(WhyForm):
    person = ChoiceField(_l("To whom?"))


class BlockForm(ReplyForm):
    text = StringField(
        _l("What is needed to go on?"), [required(_l("Say what is needed.")), at_most(500)]
    )
    person = ChoiceField(_l("From whom?"))
    department = ChoiceField(_l("or which department?"))
    day = DayField(_l("Look again on"), [InputRequired(_l("Say when you will look again."))])


FORMS: dict[Reply, type[ReplyForm]] = {
    Reply.on_track: WordForm,
    Reply.move: MoveForm,
    Reply.ask_date: MoveForm,
    Reply.block: BlockForm,
    Reply.hand_over: HandOverForm,
    Reply.ask_over: AskOverForm,
    Reply.drop: WhyForm,
    Reply.ask_drop: WhyForm,
    Reply.other_date: MoveForm,
    Reply.decline: WhyForm,
    Reply.refuse: WhyForm,
    Reply.date_other: DayForm,
    Reply.change_other: PersonForm,
    Reply.reopen: WhyForm,
    Reply.lend_no: WhyForm,
    Reply.keep: WhyForm,
    Reply.help: SayForm,
    Reply.other_owner: HandOverForm,
}
"""What an answer needs; those that need nothing are buttons."""
BUTTONS = frozenset(set(Reply) - FORMS.keys() | {Reply.on_track})


class Choices:
    """People and departments to choose from: read once for all forms of a page, if any asks."""

    def __init__(self) -> None:
        self._people: list[tuple[object, str]] | None = None

    def offer(self, form: ReplyForm) -> None:
        if "person" in form:
            if self._people is None:
                self._people = [*people_and_homes()]
            first = {AskOverForm: _("Not mine: find somebody"), BlockForm: _("Somebody outside")}
            nobody = first.get(type(form), _("Choose"))
            form["person"].offer([("", nobody), *self._people])
        if "department" in form:
            form["department"].offer([("", _("No department")), *open_departments()])
