"""A flag as people read it: why, in a few words."""

from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from meetingtracker.rules.followup import Flag
from meetingtracker.rules.warning import Mark


def flag_text(
    flag: Flag | Mark, *, days: int = 0, due_on: date | None = None, name: str = ""
) -> str:
    """The words of a chip. `days`: late, or without a point person; `name`: who is waited for."""
    flag = Flag[flag.name]
    match flag:
        case Flag.overdue:
            return ngettext("%(num)d day late", "%(num)d days late", days)
        case Flag.unassigned:
            return _("Unassigned %(days)d d", days=days)
        case Flag.due_soon if days == 0:
            return _("Due today")
        case Flag.due_soon if due_on is not None:
            return _("Due %(day)s", day=format_date(due_on, "EEE d MMM"))
        case Flag.blocked:
            return _("Waits on %(name)s", name=name or _("somebody outside"))
        case Flag.to_confirm if name:
            return _("Asked %(name)s", name=name)
    return _(flag.label)


def moved_text(moves: int, days: int) -> str:
    """ "moved 3 times, 19 days": the days may be fewer than none, if it came earlier in the end."""
    times = _("moved once") if moves == 1 else _("moved %(moves)d times", moves=moves)
    return ngettext("%(times)s, %(num)d day", "%(times)s, %(num)d days", days, times=times)
