"""What people are told, why, and what of it they may choose not to be mailed about."""

from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled


class Notice(Labelled):
    """A kind of notice; in a digest they stand in this order. The tone is the badge's colour."""

    decision_owed = "decision_owed", N_("A decision is owed"), "late"
    escalated = "escalated", N_("Needs your word"), "late"
    overdue = "overdue", N_("Overdue"), "late"
    due_today = "due_today", N_("Due today"), "risk"
    due_soon = "due_soon", N_("Due soon"), "risk"
    likely_late = "likely_late", N_("Likely late"), "risk"
    blocked_on_you = "blocked_on_you", N_("Blocked on you"), "wait"
    to_accept = "to_accept", N_("To accept"), "wait"
    assigned = "assigned", N_("Given to you"), "wait"
    given_in_meeting = "given_in_meeting", N_("Agreed in the meeting"), "wait"
    date_to_decide = "date_to_decide", N_("Another date is asked for"), "wait"
    change_to_decide = "change_to_decide", N_("Asks to hand over or drop"), "wait"
    to_verify = "to_verify", N_("Done, to verify"), "good"
    to_confirm = "to_confirm", N_("Resolved, to confirm"), "good"
    nominee = "nominee", N_("Asks for one of yours"), "wait"
    nudged = "nudged", N_("Nudged"), "risk"
    answered = "answered", N_("Answered"), ""
    meeting_changed = "meeting_changed", N_("Meeting changed"), "risk"
    to_prepare = "to_prepare", N_("To prepare"), "wait"

    @property
    def may_be_muted(self) -> bool:
        """Level 2 and above are mailed to whoever has to act, wanted or not."""
        return self not in (Notice.decision_owed, Notice.escalated)

    @property
    def is_mailed(self) -> bool:
        """Whether it is ever mailed; the rest is only for the inbox."""
        return self is not Notice.answered

    @property
    def why(self) -> str:
        """Why somebody gets it, in a sentence."""
        return WHY[self]


WHY = {
    Notice.decision_owed: N_("You are an executive, and nobody below you has settled it."),
    Notice.escalated: N_(
        "You lead its owner, or you asked for it: no answer came in time, or its date moved again."
    ),
    Notice.overdue: N_("It is yours, and its date has passed."),
    Notice.due_today: N_("It is yours, and today is its date."),
    Notice.due_soon: N_("It is yours, and its date comes near."),
    Notice.likely_late: N_("It is yours, a meeting comes, and it looks like being late."),
    Notice.blocked_on_you: N_("Somebody else's action waits for you or for what you lead."),
    Notice.to_accept: N_("It was proposed to you, and counts only once you accept."),
    Notice.assigned: N_("Somebody gave it to you outside a meeting."),
    Notice.given_in_meeting: N_("It was given to you in a meeting whose minutes are out now."),
    Notice.date_to_decide: N_("Its next move is yours to decide."),
    Notice.change_to_decide: N_("Whose it is, and whether it stays, is yours to decide."),
    Notice.to_verify: N_("You asked for it, and its owner says it is done."),
    Notice.to_confirm: N_("You or your department raised it, and somebody says it is resolved."),
    Notice.nominee: N_("You lead the department of whoever is asked for as point person."),
    Notice.nudged: N_("Somebody waits for it and asks you to look at it."),
    Notice.answered: N_("You asked, or it is yours, and somebody answered."),
    Notice.meeting_changed: N_("You attend it, and it changed less than a day before its time."),
    Notice.to_prepare: N_("It is next, and nobody has said that your department is prepared."),
}
