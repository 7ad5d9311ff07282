"""What somebody is mailed, and when."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, TimeField, widgets
from wtforms.validators import Optional

from meetingtracker.rules.notices import Notice
from meetingtracker.web.forms import VersionedForm, pairs

MAILED = tuple(notice for notice in Notice if notice.is_mailed and notice.may_be_muted)
ALWAYS = tuple(notice for notice in Notice if notice.is_mailed and not notice.may_be_muted)


class DigestTimeField(TimeField):
    """A time of day like 08:30; empty is the company's."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                super().process_formdata(valuelist)
            except ValueError:
                raise ValueError(_("Give a time like 08:30.")) from None


class PreferencesForm(VersionedForm):
    mailed = SelectMultipleField(
        _l("By mail, too"), choices=pairs((n.value, _l(n.label)) for n in MAILED),
        widget=widgets.ListWidget(), option_widget=widgets.CheckboxInput(),
    )  # fmt: skip
    digest_time = DigestTimeField(_l("When your digest comes"), [Optional()])

    def muted(self) -> list[Notice]:
        """The kinds that are not ticked."""
        return [notice for notice in MAILED if notice.value not in (self.mailed.data or ())]
