"""Forms of an issue: raising asks for a title; the rest may stay folded."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from meetingtracker.models.reads.people import open_departments, people_and_homes
from meetingtracker.rules.severity import (
    EFFECT_QUESTION,
    HURT_QUESTION,
    Effect,
    Hurt,
    severity,
)
from meetingtracker.rules.states import WORKING_STAGES, Customer, Evidence, Stage
from meetingtracker.web.forms import ChoiceField, Form, VersionedForm, at_most, pairs, required

SEVERITIES = (
    (1, _l("1 – an outside customer is stuck")),
    (2, _l("2 – bad, with a way round")),
    (3, _l("3 – a nuisance with a cost")),
    (4, _l("4 – small")),
)


def offer_choices(*offered: Form) -> None:
    """Fill the choices that depend on who is there, with two queries for any number of forms."""
    departments = open_departments()
    people = people_and_homes()
    for name, choices in (
        ("owning_department", [("", _l("Not sure yet")), *departments]),
        ("raising_department", departments),
        ("blocker_department", [("", _l("Somebody outside")), *departments]),
        ("point_person", [("", _l("Nobody yet")), *people]),
        ("reader", people),
    ):
        for form in offered:
            if name in form:
                form[name].offer(choices)


class RaiseForm(Form):
    title = StringField(
        _l("What is in the way?"),
        [required(_l("Say in one line what is in the way.")), at_most(255)],
    )
    owning_department = ChoiceField(_l("Which department can solve it?"))
    talk_about = BooleanField(_l("Talk about it at the next meeting"))
    description = TextAreaField(_l("What happened, since when, how often?"), [at_most(10_000)])
    raising_department = ChoiceField(_l("Raised for"))
    hurt = RadioField(
        _l(HURT_QUESTION), [Optional()], choices=pairs((h.value, _l(h.label)) for h in Hurt)
    )
    effect = RadioField(
        _l(EFFECT_QUESTION), [Optional()], choices=pairs((e.value, _l(e.label)) for e in Effect)
    )
    customer_goal = StringField(_l("What is the customer trying to get done?"), [at_most(500)])
    evidence = ChoiceField(
        _l("How do we know?"),
        coerce=Evidence,
        choices=[("", _l("Not said")), *((e.value, _l(e.label)) for e in Evidence)],
    )
    point_person = ChoiceField(_l("Point person"))
    confidential = BooleanField(_l("Confidential: only the two departments and people named"))
    photo = FileField(_l("Photo or file"))

    @property
    def customer(self) -> Customer:
        outside = self.hurt.data == Hurt.OUTSIDE_CUSTOMER
        return Customer.external if outside else Customer.internal

    @property
    def severity(self) -> int:
        """By the two questions; an unanswered one leaves it at 3, for triage to say."""
        if not self.hurt.data or not self.effect.data:
            return 3
        return severity(Hurt(self.hurt.data), Effect(self.effect.data))


class EditForm(VersionedForm):
    title = StringField(
        _l("What is in the way?"), [required(_l("It needs a title.")), at_most(255)]
    )
    description = TextAreaField(_l("What happened, since when, how often?"), [at_most(10_000)])
    customer = ChoiceField(
        _l("Whose customer is hurt?"), coerce=Customer,
        choices=[(c.value, _l(c.label)) for c in Customer],
    )  # fmt: skip
    customer_goal = StringField(_l("What is the customer trying to get done?"), [at_most(500)])
    evidence = ChoiceField(
        _l("How do we know?"), coerce=Evidence,
        choices=[("", _l("Not said")), *((e.value, _l(e.label)) for e in Evidence)],
    )  # fmt: skip
    root_cause = TextAreaField(_l("Root cause, once it is known"), [at_most(10_000)])


class TriageForm(VersionedForm):
    owning_department = ChoiceField(_l("Owned by"))
    severity = ChoiceField(_l("Severity"), [required(_l("Choose how bad it is."))],
                           choices=SEVERITIES)  # fmt: skip


class PointPersonForm(VersionedForm):
    point_person = ChoiceField(_l("Point person"))


class StageForm(VersionedForm):
    stage = ChoiceField(
        _l("Stage"), [required(_l("Choose a stage."))], coerce=Stage,
        choices=[(s.value, _l(s.label)) for s in WORKING_STAGES],
    )  # fmt: skip
    need = StringField(_l("Blocked: what is needed?"), [at_most(500)])
    blocker_department = ChoiceField(_l("From whom?"))


class ResolveForm(VersionedForm):
    resolution = TextAreaField(
        _l("What was done?"),
        [required(_l("Say in one line what was done, so that it can be checked.")), at_most(2000)],
    )


class CommentForm(Form):
    text = TextAreaField(_l("Comment"), [required(_l("Write something first.")), at_most(10_000)])
    photo = FileField(_l("Photo or file"))


class ReaderForm(Form):
    reader = ChoiceField(_l("Let somebody read it"), [required(_l("Choose a person."))])
