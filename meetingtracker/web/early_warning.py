"""Early warnings as people read them: reasons as sentences, about the action, never a person."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from meetingtracker.rules.warning_marks import Verdict

_QUARTERS = 4


def reason_texts(reasons: Iterable[dict[str, Any]], due_on: date | None, today: date) -> list[str]:
    """One sentence for each reason. `due_on`: of the action; None for an issue."""
    return [reason_text(reason, due_on, today) for reason in reasons]


def reason_text(reason: dict[str, Any], due_on: date | None, today: date) -> str:
    """The sentence of a reason (rules/warning_reasons.py, rules/warning_issues.py), said today."""
    match reason["why"]:
        case "quiet":
            since = date.fromisoformat(reason["since"])
            silent = ngettext(
                "no change recorded for %(num)d day", "no change recorded for %(num)d days",
                (today - since).days,
            )  # fmt: skip
            return _("%(due)s; %(silent)s.", due=due_in(due_on, today), silent=silent)
        case "days_left":
            return f"{due_in(due_on, today)}."
        case "share_used":
            return _(
                "%(share)s of the time is used and it has %(updates)s.",
                share=_share(reason["share"]), updates=_updates(reason["updates"]),
            )  # fmt: skip
        case "blocked" if "since" in reason:
            return _("Waiting since %(day)s.", day=_day(reason["since"]))
        case "blocked":
            return _("It waits for somebody.")
        case "moved" if "from" in reason:
            moved = ngettext("Date moved once", "Date moved %(num)d times", reason["moves"])
            return _("%(moved)s (from %(day)s).", moved=moved, day=_day(reason["from"]))
        case "moved":
            return _("Its date moved.")
        case "handed_over":
            return ngettext("Passed between people once.", "Passed between people %(num)d times.",
                            reason["times"])  # fmt: skip
        case "load":
            return _load(reason)
        case "no_owner":
            return _("Nobody has it.")
    return _of_issue(reason, today)


def _load(reason: dict[str, Any]) -> str:
    open_ones = ngettext("%(num)d open action", "%(num)d open actions", reason["open"])
    if not reason["overdue"]:
        return _("The owner has %(open)s: can someone take one?", open=open_ones)
    return _("The owner has %(open)s, %(overdue)d past their date: can someone take one?",
             open=open_ones, overdue=reason["overdue"])  # fmt: skip


def _of_issue(reason: dict[str, Any], today: date) -> str:
    match reason["why"]:
        case "severity":
            return _("Severity %(severity)d.", severity=reason["severity"])
        case "overdue":
            return ngettext("%(num)d of its actions is overdue.",
                            "%(num)d of its actions are overdue.", reason["count"])  # fmt: skip
        case "likely_late":
            return ngettext("%(num)d of its actions is likely late.",
                            "%(num)d of its actions are likely late.", reason["count"])  # fmt: skip
        case "watched":
            return ngettext(
                "%(num)d of its actions is to be watched.",
                "%(num)d of its actions are to be watched.", reason["count"],
            )  # fmt: skip
        case "silent":
            return ngettext("Nothing recorded for %(num)d day.",
                            "Nothing recorded for %(num)d days.",
                            (today - date.fromisoformat(reason["since"])).days)  # fmt: skip
        case "returns":
            return ngettext(
                "It stood on %(num)d agenda without an end.",
                "It stood on %(num)d agendas without an end.", reason["times"],
            )  # fmt: skip
        case "no_action":
            return _("Nobody has promised anything since %(day)s.", day=_day(reason["since"]))
    raise LookupError(reason["why"])


def due_in(due_on: date | None, today: date) -> str:
    if due_on is None:
        return _("No date")
    days = (due_on - today).days
    if days == 0:
        return _("Due today")
    return ngettext("Due in %(num)d day", "Due in %(num)d days", days)


def band_text(chance: float | None, verdict: Verdict | None) -> str:
    """How sure it is, as far as the own past has earned it."""
    if verdict is Verdict.band and chance is not None:
        tenths = min(9, max(1, round(chance * 10)))
        return _("About %(tenths)d in 10 like this were late.", tenths=tenths)
    if verdict is Verdict.words:
        return _("An early estimate: few promises have come to their date here so far.")
    if verdict is Verdict.due_soonest:
        return _("Listed because its date is near: a score did no better here so far.")
    if verdict is Verdict.quiet_longest:
        return _("Listed because it has been quiet longest: a score did no better here so far.")
    return ""


def _share(share: float) -> str:
    words = {
        1: _("A quarter"), 2: _("Half"), 3: _("Three quarters"), 4: _("Nearly all"),
    }  # fmt: skip
    return words[max(1, min(_QUARTERS, round(share * _QUARTERS)))]


def _updates(count: int) -> str:
    return ngettext("%(num)d update", "%(num)d updates", count) if count else _("no update yet")


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "d MMM")
