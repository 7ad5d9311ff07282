"""What happened, in a sentence; the change gives %(who)s, %(old)s, %(new)s and %(why)s."""

from meetingtracker.rules.errors import N_

# kind → (sentence, the changed field that fills %(old)s and %(new)s)
SENTENCES: dict[str, tuple[str, str]] = {
    "issue.raised": (N_("%(who)s raised it"), ""),
    "issue.edited": (N_("%(who)s changed the words"), ""),
    "issue.triaged": (N_("%(who)s triaged it: severity %(new)s"), "severity"),
    "issue.point_person_named": (N_("%(who)s made %(new)s point person"), "point_person_id"),
    "issue.point_person_asked": (N_("%(who)s asked for %(new)s as point person"), "nominee_id"),
    "issue.point_person_declined": (N_("%(who)s declined to lend %(old)s: %(why)s"), "nominee_id"),
    "issue.stage_set": (N_("%(who)s set the stage to %(new)s"), "stage"),
    "issue.resolved": (N_("%(who)s says it is resolved: %(new)s"), "resolution"),
    "issue.confirmed": (N_("%(who)s confirmed that it works"), ""),
    "issue.closed_unconfirmed": (N_("Closed: nobody confirmed it for ten working days"), ""),
    "issue.reopened": (N_("%(who)s re-opened it: %(why)s"), ""),
    "issue.declined": (N_("%(who)s declined it: %(why)s"), ""),
    "issue.confidential_set": (N_("%(who)s changed who may read it"), ""),
    "action.given": (N_("%(who)s gave the action “%(title)s” to %(new)s"), "owner_id"),
    "action.accepted": (N_("%(who)s accepted “%(title)s”"), ""),
    "action.declined": (N_("%(who)s declined “%(title)s”: %(why)s"), ""),
    "action.on_track": (N_("%(who)s: “%(title)s” is on track"), ""),
    "action.completed": (N_("%(who)s finished “%(title)s”"), ""),
    "action.blocked": (N_("%(who)s: “%(title)s” waits, needed is: %(new)s"), "blocked_need"),
    "action.unblocked": (N_("%(who)s: “%(title)s” can go on"), ""),
    "action.dated": (N_("%(who)s set the date of “%(title)s” to %(new)s"), "due_on"),
    "action.moved": (
        N_("%(who)s moved “%(title)s” from %(old)s to %(new)s: “%(why)s”"),
        "due_on",
    ),
    "action.verified": (N_("%(who)s verified “%(title)s”"), ""),
    "action.refused": (N_("%(who)s sent “%(title)s” back: %(why)s"), ""),
    "action.completion_undone": (N_("%(who)s took back Done for “%(title)s”"), ""),
    "action.handed_over": (
        N_("%(who)s handed “%(title)s” from %(old)s to %(new)s: %(why)s"),
        "owner_id",
    ),
    "action.edited": (N_("%(who)s changed the words of “%(title)s”"), ""),
    "action.dropped": (N_("%(who)s dropped “%(title)s”: %(why)s"), ""),
    "action.undone": (N_("%(who)s took back “%(title)s”"), ""),
    "due_request.asked": (N_("%(who)s asks for %(new)s: “%(why)s”"), "to_on"),
    "due_request.answered": (
        N_("%(who)s answered the wish for another date: %(new)s"),
        "granted",
    ),
}
