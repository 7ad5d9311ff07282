"""What is answered when a promise got no answer: by a leader, and by an executive."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from meetingtracker.models.reads.people import people_and_homes
from meetingtracker.rules.ladder import EXECUTIVE_ANSWERS, LEADER_ANSWERS, AlertAnswer
from meetingtracker.web.forms import ChoiceField, DayField, VersionedForm, at_most, pairs


class AnswerRadio(RadioField):
    """One of the answers; the choice's own sentence for any other."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in {str(choice.value) for choice in self.choices}:
            raise ValidationError(_("Choose one of the offered answers."))


def _answers(offered: Iterable[AlertAnswer]) -> AnswerRadio:
    return AnswerRadio(
        _l("Your answer"), [InputRequired(_l("Choose one of the offered answers."))],
        choices=pairs((answer.value, _l(answer.label)) for answer in offered),
        validate_choice=False,
    )  # fmt: skip


class LeaderForm(VersionedForm):
    answer = _answers(LEADER_ANSWERS)
    owner = ChoiceField(_l("Who takes it?"))
    reason = StringField(_l("In one line"), [at_most(500)])

    def offer_people(self) -> None:
        self.owner.offer([("", _l("Choose a person")), *people_and_homes()])


class DecisionForm(LeaderForm):
    answer = _answers(EXECUTIVE_ANSWERS)
    due_on = DayField(_l("New date"), [Optional()])
