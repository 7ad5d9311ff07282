"""The form of an import."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from meetingtracker.models.acts.import_file import KINDS
from meetingtracker.web.forms import ChoiceField, Form, required

WORDS = {
    "issues": _l("Issues (CSV)"),
    "actions": _l("Actions (CSV)"),
    "people": _l("People (CSV)"),
    "meetings": _l("Past meetings (JSON)"),
}


class ImportForm(Form):
    kind = ChoiceField(
        _l("What is in it?"), [required(_l("Choose what the file holds."))], coerce=str,
        choices=[(kind, WORDS[kind]) for kind in KINDS],
    )  # fmt: skip
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    dry_run = BooleanField(_l("Only check it, store nothing"))
