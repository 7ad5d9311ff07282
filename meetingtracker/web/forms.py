"""What every form has: trimmed text, a version, and rule errors beside their field."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import Select, html_params

from meetingtracker.rules.errors import RuleBroken

WEEKDAYS = (
    (1, _l("Monday")),
    (2, _l("Tuesday")),
    (3, _l("Wednesday")),
    (4, _l("Thursday")),
    (5, _l("Friday")),
    (6, _l("Saturday")),
    (7, _l("Sunday")),
)
EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)


def clean(value: str | None) -> str | None:
    """Trim, fold line ends, drop what no database or page can hold (NUL, lone surrogates)."""
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\0", "")
    return value.encode("utf-8", "ignore").decode().strip()


class Form(FlaskForm):
    """A form whose text fields come clean."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: BaseForm, unbound_field: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound_field.field_class, StringField | TextAreaField | HiddenField):
                filters = unbound_field.kwargs.get("filters", ())
                options["filters"] = (clean, *filters)
            return unbound_field.bind(form=form, **options)

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """Text alone: JSON is not a form, and a file under the name of a text was not sent."""
            if request.is_json:
                return MultiDict()
            posted = super().wrap_formdata(form, formdata)
            if posted is None or not request.files:
                return posted
            return MultiDict(
                (name, value)
                for name, value in posted.items(multi=True)
                if isinstance(value, str) or isinstance(form._fields.get(name), FileField)
            )

    def add_rule_error(self, broken: RuleBroken) -> None:
        """Show a broken rule beside its field, or above the form if it names none."""
        sentence = say(broken)
        field = self._fields.get(broken.field or "")
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def distinct_ids(form: Form, name: str) -> None:
    """Prefix the ids of a form's fields, for a page on which several forms have the same fields."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.name}"


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


class VersionedForm(Form):
    """A form made from one version of a row; `is_stale` compares it when it is written."""

    version = IntegerField(
        validators=[InputRequired(_l("This form has no version: open the page again."))]
    )

    def is_stale(self, row: Versioned) -> bool:
        return self.version.data != row.version


class DayField(DateField):
    """A civil date; the browser's own picker, ISO format underneath."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, [*(validators or []), in_calendar], **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Give a date like 2026-12-24.")) from None


def in_calendar(form: BaseForm, field: Any) -> None:
    if field.data is not None and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(gettext("Give a date between 1970 and 2200."))


def pairs(choices: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Values and labels as WTForms wants them."""
    return [SelectChoice(str(value), label) for value, label in choices]


class QuickSelect(Select):
    """WTForms' own select in one pass: a list of two hundred people costs it three milliseconds."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs.setdefault("id", field.id)
        chosen = "" if field.data is None else str(field.data)
        options = "".join(
            f'<option{" selected" if c.value == chosen else ""} value="{escape(c.value)}">'
            f"{escape(str(c.label))}</option>"
            for c in field.choices
        )
        attributes = html_params(name=field.name, **kwargs)
        return markup(f"<select {attributes}>{options}</select>")


class ChoiceField(SelectField):
    """One of the offered values; the empty one means None. `coerce` as in SelectField."""

    widget = QuickSelect()

    def __init__(
        self, label: Any = None, validators: Any = None, coerce: Any = int, **kwargs: Any
    ) -> None:
        def or_none(value: Any) -> Any:
            return None if value in (None, "", "None") else coerce(value)

        kwargs["choices"] = pairs(kwargs.get("choices") or ())
        super().__init__(label, validators or [Optional()], coerce=or_none, **kwargs)

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set the choices: a value and its label each."""
        self.choices = pairs(choices)

    def process_formdata(self, valuelist: Any) -> None:
        if not valuelist:  # the field was folded away or not offered: keep its default
            return
        try:
            self.data = self.coerce(valuelist[0])
        except (ValueError, LookupError):
            raise ValueError(gettext("Choose one of the offered values.")) from None

    def pre_validate(self, form: BaseForm) -> None:
        values = {self.coerce(choice.value) for choice in self.choices}
        if self.data is not None and self.data not in values:
            raise ValidationError(gettext("Choose one of the offered values."))


def required(sentence: Any) -> DataRequired:
    return DataRequired(sentence)


def at_most(length: int) -> Length:
    return Length(max=length, message=_l("At most %(max)d characters.", max=length))


def between(low: int, high: int) -> NumberRange:
    return NumberRange(low, high, _l("Give a number from %(low)d to %(high)d.", low=low, high=high))


class ReasonForm(VersionedForm):
    """One line why, for a change that needs it."""

    reason = StringField(_l("Why?"), [required(_l("Give the reason in one line.")), at_most(500)])


def say(broken: RuleBroken) -> str:
    """The rule's sentence in the reader's language."""
    params = {
        name: gettext(value) if isinstance(value, str) and name == "state" else value
        for name, value in broken.params.items()
    }
    return gettext(broken.message, **params)


def safe_path(path: str | None) -> str | None:
    """The path, if it stays on this site: one leading slash, printable ASCII, no backslash."""
    if not path or not path.startswith("/") or path[1:2] in ("/", "\\") or "\\" in path:
        return None
    return path if all("!" <= c <= "~" for c in path) else None


def back_to(default: str) -> str:
    """Where a small form came from (its `back` field), else `default`."""
    return safe_path(request.form.get("back")) or default


def markup(html: str) -> Markup:
    """The one place where stored, sanitised HTML is declared safe."""
    return Markup(html)  # noqa: S704
