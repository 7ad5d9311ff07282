"""Forms around issued minutes."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from meetingtracker.rules.minutes_approval import Word
from meetingtracker.web.forms import ChoiceField, Form, VersionedForm, at_most, required


class WordForm(VersionedForm):
    """Approve or object. The version is the meeting's, which changes when minutes are opened."""

    word = ChoiceField(
        _l("Are they right?"),
        [InputRequired(_l("Say whether they are right."))],
        coerce=Word,
        choices=[(w.value, _l(w.label)) for w in Word],
    )
    sentence = StringField(_l("What is not right, in one sentence"), [at_most(500)])


class CorrectionForm(VersionedForm):
    text = TextAreaField(
        _l("What is wrong, and what is right?"),
        [required(_l("Say what is wrong, and what is right.")), at_most(1000)],
    )


class CheckForm(Form):
    """One of the three; a file comes first, then a text."""

    file = FileField(_l("A file"))
    text = TextAreaField(_l("Or its text"), [at_most(1_000_000)])
    digest = StringField(_l("Or a SHA-256 hash"), [at_most(200)])
