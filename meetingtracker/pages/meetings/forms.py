"""Forms of series and meetings."""

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional

from meetingtracker.models.reads.meeting_room import executives
from meetingtracker.models.reads.people import people_and_homes
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome, Verdict
from meetingtracker.rules.minutes_approval import LONGEST_ADDRESSES
from meetingtracker.rules.states import Presence, Visibility
from meetingtracker.rules.verdicts import LONGEST, RoomAnswer
from meetingtracker.web.forms import (
    WEEKDAYS,
    ChoiceField,
    DayField,
    Form,
    VersionedForm,
    at_most,
    between,
    pairs,
    required,
)


def people_choices(nobody: object) -> list[tuple[object, object]]:
    return [("", nobody), *people_and_homes()]


def seated(series: Series) -> str:
    """Who belongs to the series, as a form carries it."""
    return ",".join(map(str, sorted(series.attendee_ids)))


class SeriesForm(VersionedForm):
    """`version` is 0 for a new series."""

    name = StringField(_l("Name"), [required(_l("Give it a name.")), at_most(120)])
    weekday = ChoiceField(_l("Day"), [InputRequired(_l("Choose the day."))], choices=list(WEEKDAYS))
    start_time = TimeField(_l("Starts at"), [InputRequired(_l("Give a time like 10:00."))])
    zone = StringField(
        _l("Time zone"), [required(_l("Give a zone like Europe/Berlin.")), at_most(64)]
    )
    minutes = IntegerField(
        _l("Length in minutes"), [InputRequired(_l("Give the length.")), between(5, 600)]
    )
    every_weeks = IntegerField(
        _l("Every … weeks"), [InputRequired(_l("Give a number.")), between(1, 12)]
    )
    owner = ChoiceField(_l("Owner"))
    visibility = ChoiceField(
        _l("Who may see it?"),
        [InputRequired(_l("Choose who may see it."))],
        coerce=Visibility,
        choices=[(v.value, _l(v.label)) for v in Visibility],
    )
    place = StringField(_l("Place"), [at_most(120)])
    approves = BooleanField(_l("Minutes are approved"))
    gives_points = BooleanField(_l("Leaders give priority points"))
    allows_pulls = BooleanField(_l("Executives may put an item on top"))
    copies_to = TextAreaField(_l("Also send the minutes to"), [at_most(LONGEST_ADDRESSES)])
    attendees = SelectMultipleField(_l("Attendees"), coerce=int, choices=[])

    seated = HiddenField()
    """The attendees from which the form was made, who are no columns of the series' own row."""

    def is_stale(self, row: Any) -> bool:
        return super().is_stale(row) or self.seated.data != seated(row)

    def offer_people(self) -> None:
        self.owner.offer(people_choices(_l("Nobody yet")))
        self.attendees.choices = pairs(people_and_homes())

    def validate_zone(self, field: StringField) -> None:
        try:
            ZoneInfo(field.data or "")
        except (ValueError, LookupError, OSError):
            raise ValidationError(_("There is no such zone. Try Europe/Berlin.")) from None


class PlanForm(Form):
    held_on = DayField(_l("Day"), [InputRequired(_l("Choose the day."))])
    start_time = TimeField(_l("Starts at"), [InputRequired(_l("Give a time like 10:00."))])
    minutes = IntegerField(
        _l("Length in minutes"), [InputRequired(_l("Give the length.")), between(5, 600)]
    )


class CancelForm(VersionedForm):
    reason = StringField(
        _l("Why did it not happen?"), [required(_l("Give the reason in one line.")), at_most(500)]
    )


class MinutesForm(VersionedForm):
    """The minutes planned for one item."""

    minutes = IntegerField(_l("Minutes"), [InputRequired(_l("Give the minutes.")), between(1, 240)])


class OutcomeForm(VersionedForm):
    outcome = ChoiceField(
        _l("How does it end?"),
        coerce=Outcome,
        choices=[("", _l("Still open")), *((o.value, _l(o.label)) for o in Outcome)],
    )
    verdict = ChoiceField(
        _l("Verdict"),
        coerce=Verdict,
        choices=[("", _l("None yet")), *((v.value, _l(v.label)) for v in Verdict)],
    )
    executive = ChoiceField(_l("Which executive?"))
    reason = StringField(_l("Why, in one line"), [at_most(500)])

    def offer_people(self) -> None:
        self.executive.offer([("", _l("Nobody")), *executives()])


class VerdictForm(VersionedForm):
    """What becomes of an overdue promise; `answer` says which of the fields count. The version is
    that of the promise."""

    answer = ChoiceField(
        _l("What becomes of it?"),
        [InputRequired(_l("Choose what becomes of it."))],
        coerce=RoomAnswer,
        choices=[(a.value, _l(a.label)) for a in RoomAnswer],
    )
    due_on = DayField(_l("New date"), [Optional()])
    person = ChoiceField(_l("Who?"))
    reason = StringField(_l("Why, in one line"), [at_most(LONGEST)])

    def offer_people(self) -> None:
        self.person.offer(people_choices(_l("Choose somebody")))


class LineForm(Form):
    line = StringField(
        _l("Write it down, one line each"),
        [required(_l("The line says nothing yet.")), at_most(1000)],
    )


class WriteForm(Form):
    """The same in fields of their own; `kind` says which of them count."""

    kind = ChoiceField(
        _l("What is it?"),
        [InputRequired(_l("Choose what it is."))],
        coerce=str,
        choices=[
            ("action", _l("Action")),
            ("decision", _l("Decision")),
            ("issue", _l("Issue")),
            ("note", _l("Note")),
        ],
    )
    text = TextAreaField(
        _l("In words"), [required(_l("The line says nothing yet.")), at_most(10_000)]
    )
    person = ChoiceField(_l("Whose is it?"))
    day = DayField(_l("Until when? A decision: look at it again on"), [Optional()])
    reason = StringField(_l("Why was it decided so?"), [at_most(1000)])

    def offer_people(self) -> None:
        self.person.offer(people_choices(_l("Nobody yet")))

    def validate_text(self, field: TextAreaField) -> None:
        longest = {"action": 255, "issue": 255, "decision": 1000}.get(self.kind.data or "")
        if longest and len(field.data or "") > longest:
            raise ValidationError(_("At most %(max)d characters.", max=longest))


class PresenceForm(Form):
    person = ChoiceField(_l("Who?"), [InputRequired(_l("Choose somebody."))])
    presence = ChoiceField(
        _l("Here?"),
        [InputRequired(_l("Say whether they are here."))],
        coerce=Presence,
        choices=[(p.value, _l(p.label)) for p in Presence],
    )

    def offer_people(self) -> None:
        self.person.offer(people_choices(_l("Somebody else …")))


class CloseForm(VersionedForm):
    revision = IntegerField(validators=[InputRequired(_l("Open the page again."))])
    anyway = BooleanField(_l("Issue anyway"))
    copies_to = TextAreaField(_l("Also send to"), [at_most(LONGEST_ADDRESSES)])
    plan_next = BooleanField(_l("Plan the next meeting"))
