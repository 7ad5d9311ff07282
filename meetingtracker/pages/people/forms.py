"""What administrators say of people and departments, and who is away when."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired
from wtforms.validators import Optional as MayBeEmpty

from meetingtracker.models.reads.people import open_departments, people_and_homes
from meetingtracker.rules.permissions import Role
from meetingtracker.web.forms import ChoiceField, DayField, Form, VersionedForm, at_most, required

# What becomes of one promise of somebody who leaves, beside the ids of people.
HEIR, DELEGATE, WAIT = "", "delegate", "wait"


class PersonForm(Form):
    name = StringField(_l("Name"), [required(_l("Give the name.")), at_most(120)])
    email = EmailField(
        _l("Mail address"),
        [required(_l("They sign in with it.")), at_most(254),
         Email(_l("Write it like maya@example.com."))],
    )  # fmt: skip
    department = ChoiceField(_l("Department"))
    role = ChoiceField(
        _l("Role"), coerce=Role, choices=[(r.value, _l(r.label)) for r in reversed(Role)],
        default=Role.member,
    )  # fmt: skip
    is_admin = BooleanField(_l("Administrator: people, policy, import and export"))


class EditPersonForm(PersonForm, VersionedForm):
    manager = ChoiceField(_l("Manager"))


class DepartmentForm(Form):
    name = StringField(_l("Name"), [required(_l("Give the department's name.")), at_most(80)])


class EditDepartmentForm(DepartmentForm, VersionedForm):
    serves = TextAreaField(_l("Whom it serves and what they need"), [at_most(500)])


class LeadersForm(VersionedForm):
    leader = ChoiceField(_l("Leader"))
    deputy = ChoiceField(_l("Deputy, with the same rights"))


class AbsenceForm(VersionedForm):
    from_on = DayField(_l("First day away"), [InputRequired(_l("Give the first day."))])
    to_on = DayField(_l("Last day away"), [InputRequired(_l("Give the last day."))])
    delegate = ChoiceField(_l("Who answers meanwhile"))


class LeavingForm(VersionedForm):
    """`choices` holds what was chosen for each promise, by its id; see `read_choices`."""

    heir = ChoiceField(
        _l("Takes over everything that is not said otherwise"),
        [InputRequired(_l("Name who takes over."))],
    )
    delegate = ChoiceField(_l("Answers for what stays in their name"))
    waits_until = DayField(_l("What may wait lies until"), [MayBeEmpty()])


def offer_choices(form: Form) -> None:
    people = [("", _l("Nobody yet")), *people_and_homes()]
    for name, choices in (
        ("department", [("", _l("None")), *open_departments()]),
        ("leader", people),
        ("deputy", people),
        ("manager", people),
        ("delegate", people),
        ("heir", [("", _l("Choose somebody")), *people[1:]]),
    ):
        if name in form:
            form[name].offer(choices)
