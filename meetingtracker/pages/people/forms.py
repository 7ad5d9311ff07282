"""Adding people and departments."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, StringField
from wtforms.validators import Email

from meetingtracker.models.reads.people import active_people, open_departments
from meetingtracker.rules.permissions import Role
from meetingtracker.web.forms import ChoiceField, Form, VersionedForm, at_most, required


class PersonForm(Form):
    name = StringField(_l("Name"), [required(_l("Give the name.")), at_most(120)])
    email = EmailField(
        _l("Mail address"),
        [required(_l("They sign in with it.")), Email(_l("Write it like maya@example.com."))],
    )
    department = ChoiceField(_l("Department"))
    role = ChoiceField(
        _l("Role"), coerce=Role, choices=[(r.value, _l(r.label)) for r in reversed(Role)],
        default=Role.member,
    )  # fmt: skip
    is_admin = BooleanField(_l("Administrator: people, policy, import and export"))


class DepartmentForm(Form):
    name = StringField(_l("Name"), [required(_l("Give the department's name.")), at_most(80)])


class LeadersForm(VersionedForm):
    leader = ChoiceField(_l("Leader"))
    deputy = ChoiceField(_l("Deputy, with the same rights"))


def offer_choices(form: Form) -> None:
    people = [("", _l("Nobody yet")), *((i, name) for i, name, _home in active_people())]
    for name, choices in (
        ("department", [("", _l("None")), *open_departments()]),
        ("leader", people),
        ("deputy", people),
    ):
        if name in form:
            form[name].offer(choices)
