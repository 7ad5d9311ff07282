"""What the owner answers to an early warning."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.models.acts.answer_warning import answer_warning
from meetingtracker.pages.actions.page import area, change_action, may_update
from meetingtracker.rules.permissions import Permission
from meetingtracker.rules.warning_marks import WarningAnswer
from meetingtracker.web.access import actor, allow
from meetingtracker.web.change import Answer
from meetingtracker.web.filters import today
from meetingtracker.web.forms import ChoiceField, VersionedForm, required


class WarningForm(VersionedForm):
    answer = ChoiceField(
        _l("Answer"),
        [required(_l("Choose an answer."))],
        coerce=WarningAnswer,
        choices=[(answer.value, _l(answer.label)) for answer in WarningAnswer],
    )


@area.post("/actions/<int:action_id>/warning")
@allow(Permission.signed_in)
def answer_early_warning(action_id: int) -> Answer:
    form = WarningForm()
    answer = change_action(
        action_id, "button_form", form, allowed=may_update,
        act=lambda action: answer_warning(
            action, form.answer.data, by=actor(), at=clock.now(), on=today()
        ),
    )  # fmt: skip
    if not isinstance(answer, Response):
        return answer
    if form.answer.data is WarningAnswer.date_wrong:
        return redirect(url_for("actions.show", action_id=action_id, do="move", _anchor="move"))
    if form.answer.data is WarningAnswer.need_help:
        flash(_("It comes before the next meeting: you asked for help."))
    else:
        flash(_("Noted: on course."))
    return answer
