"""What a meeting answers when a promise is overdue before everyone's eyes."""

from collections.abc import Mapping
from datetime import date

from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.errors import N_
from meetingtracker.rules.ladder import AlertAnswer
from meetingtracker.rules.states import Labelled

LONGEST = 200
"""Characters of a reason: with two names and what was decided it still is one line of minutes."""


class RoomAnswer(Labelled):
    """One of these ends a verdict."""

    done = "done", N_("Done")
    new_date = "new_date", N_("New date")
    other_owner = "other_owner", N_("Somebody else takes it")
    drop = "drop", N_("Drop it")
    help = "help", N_("Help")
    stays = "stays", N_("It stays")

    @property
    def outcome(self) -> Outcome:
        """How the agenda item leaves the meeting."""
        return Outcome.RESOLVED if self is RoomAnswer.done else Outcome.DECIDED

    @property
    def says(self) -> AlertAnswer | None:
        """What it is to the ladder; None for what is done: nothing is asked about it any more."""
        return _LADDER.get(self)

    @property
    def wants_reason(self) -> bool:
        return self is not RoomAnswer.done


_LADDER: Mapping[RoomAnswer, AlertAnswer] = {
    RoomAnswer.new_date: AlertAnswer.new_plan,
    RoomAnswer.other_owner: AlertAnswer.other_owner,
    RoomAnswer.drop: AlertAnswer.dropped,
    RoomAnswer.help: AlertAnswer.help,
    RoomAnswer.stays: AlertAnswer.keep,
}


def verdict_line(
    answer: RoomAnswer,
    *,
    action_id: int,
    owner: str | None,
    due_on: date | None,
    to: date | None = None,
    person: str | None = None,
    reason: str = "",
) -> str:
    """The verdict as the minutes print it, in English like all of them.

    `owner` and `due_on` are those before it; `to` the new date, `person` who takes it or helps.
    """
    words = {
        RoomAnswer.done: "done",
        RoomAnswer.new_date: f"new date {to}, was {due_on}",
        RoomAnswer.other_owner: f"goes to {person}",
        RoomAnswer.drop: "dropped",
        RoomAnswer.help: f"{person} helps",
        RoomAnswer.stays: f"stays as it is, due {due_on}",
    }[answer]
    line = f"Action {action_id}, {owner or 'no owner'}: {words}"
    return f"{line} — {reason.strip()}" if reason.strip() else line
