"""Looking at a decision again: did it work?"""

from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled

TITLE = "Did it work? %(text)s"
"""Of the agenda item, in English like every text that is kept."""
MINUTES = 5
LONGEST_TITLE = 255


class Review(Labelled):
    """What becomes of a decision when its day of review has come."""

    keep = "keep", N_("Keep it"), "good"
    change = "change", N_("Change it"), "risk"
    reverse = "reverse", N_("Reverse it"), "late"

    @property
    def replaces(self) -> bool:
        """Whether another decision holds from then on."""
        return self is not Review.keep


def review_title(text: str) -> str:
    """The title of the agenda item about a decision, cut to what one holds."""
    words = TITLE % {"text": " ".join(text.split())}
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def review_line(review: Review, *, new: str | None, reason: str | None) -> str:
    """How the agenda item ended, for the minutes, which are kept in English."""
    words = {
        Review.keep: "It worked, the decision stands",
        Review.change: f"The decision is changed to: {new}",
        Review.reverse: f"The decision is reversed; from now on: {new}",
    }[review]
    return f"{words} ({reason})" if reason else words
