"""The forms of "Did it work?", on a decision's page and in the room."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Optional

from meetingtracker.rules.reviews import Review
from meetingtracker.web.forms import ChoiceField, DayField, VersionedForm, at_most, distinct_ids


class ReviewForm(VersionedForm):
    """`review` says which of the fields count; the version is that of the decision."""

    review = ChoiceField(
        _l("Did it work?"),
        [InputRequired(_l("Choose what becomes of it."))],
        coerce=Review,
        choices=[(r.value, _l(r.label)) for r in Review],
    )
    text = StringField(_l("What holds instead?"), [at_most(1000)])
    reason = StringField(_l("Why, in one line"), [at_most(200)])
    review_on = DayField(_l("Look at it again on"), [Optional()])


def review_forms(version: int, refused: ReviewForm | None = None) -> dict[Review, ReviewForm]:
    """A short form for each answer; the refused one with all that was typed."""
    forms = {}
    for review in Review:
        form = ReviewForm(formdata=None, version=version, review=review)
        if refused is not None and refused.review.data is review:
            form = refused
        distinct_ids(form, review.value)
        forms[review] = form
    return forms
