"""A digest in words: its lines are looked at anew, and what has settled itself is left out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import lazyload

from meetingtracker import clock
from meetingtracker.db import db, writing
from meetingtracker.models.acts.mail_link import make_mail_link
from meetingtracker.models.acts.unsay import unsay
from meetingtracker.models.digest import Digest
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.reads.digest_lines import OWN, Line, lines_of
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.calendar import at_local, local_today
from meetingtracker.rules.errors import N_
from meetingtracker.rules.followup import days_late
from meetingtracker.rules.notices import Notice
from meetingtracker.web.early_warning import reason_texts
from meetingtracker.worker.letter import one_line
from meetingtracker.worker.queue import Moot

LONGEST_TITLE, LONGEST_LINE = 90, 200  # characters of a title in a subject, of words in a line
NOON = time(12)
MOST_KINDS = 3  # in a subject
TOO_LATE = N_("It was the digest of a day that has passed.")
SETTLED = N_("All that it was about is settled.")


@dataclass(frozen=True, slots=True)
class Written:
    """What the templates of a digest are given."""

    digest_id: int
    values: dict[str, Any]

    def link(self, base_url: str) -> str:
        """A new link to its lines. It begins a write, which forgets all rows."""
        with writing():
            return f"{base_url}/a/{make_mail_link(self.digest_id, at=clock.now())}"


def digest_values(digest_id: int, *, on: date | None) -> Written:
    """`on`: the organisation's day that is being sent for; None is today. Raises Moot."""
    # Its lines are read below, together with the things that they are about.
    digest = db.session.get_one(Digest, digest_id, options=[lazyload(Digest.lines)])
    organisation = the_organisation()
    zone = organisation.zone if organisation else "UTC"
    at = clock.now() if on is None else at_local(on, NOON, zone)
    today = local_today(at, zone)
    if digest.day is not None and digest.day < today:
        _unsay(digest_id)
        raise Moot(_(TOO_LATE))
    reader = actor(digest.person_id, at=at)
    lines = [line for line in lines_of(digest_id, reader) if line.alive]
    if not lines:
        _unsay(digest_id)
        raise Moot(_(SETTLED))
    values = {"groups": _groups(lines, today), "more": digest.more, "gist": gist(lines)}
    return Written(digest_id, values)


def _unsay(digest_id: int) -> None:
    with writing() as session:
        # The next digest says what this one did not.
        unsay(session.get_one(Digest, digest_id))


def _groups(lines: Sequence[Line], today: date) -> list[tuple[Notice, list[tuple[str, str]]]]:
    """For each notice its things: what each is called, and what is to be known of it."""
    return [
        (notice, [(one_line(line.title, LONGEST_LINE), facts(line, today)) for line in group])
        for notice, group in groupby(lines, key=lambda one: one.notice)
    ]


def facts(line: Line, today: date) -> str:
    """ "12 May, 3 days late · moved twice, 9 days · for Pia, who is away"."""
    said = [*_when(line, today)]
    if line.to_on:
        said.append(_("asks for %(day)s", day=_day(line.to_on)))
    if line.to_person:
        said.append(_("names %(name)s", name=line.to_person))
    if line.words:
        said.append(f"“{one_line(line.words, LONGEST_LINE)}”")
    said += [text.rstrip(".") for text in reason_texts(line.reasons, line.due_on, today)]
    if line.owner and line.notice not in (*OWN, Notice.to_accept):
        said.append(_("owner: %(name)s", name=line.owner))
    if line.by and line.by != line.owner:
        said.append(_("from %(name)s", name=line.by))
    if line.issue:
        said.append(one_line(line.issue, LONGEST_TITLE))
    if line.for_name:
        said.append(_("for %(name)s, who is away", name=line.for_name))
    return " · ".join(said)


def _when(line: Line, today: date) -> Iterator[str]:
    if line.due_on is None:
        return
    late = days_late(line.due_on, today)
    if line.subject_type == "action" and late > 0 and line.status and line.status.is_running:
        yield ngettext(
            "%(day)s, %(num)d day late", "%(day)s, %(num)d days late", late, day=_day(line.due_on)
        )
    else:
        yield _day(line.due_on)
    if line.moves:
        yield ngettext("moved once", "moved %(num)d times", line.moves)


def _day(value: date) -> str:
    return _day_in(value, str(get_locale()))


@lru_cache(maxsize=1024)
def _day_in(value: date, _language: str) -> str:
    return format_date(value, "EEE d MMM")


def gist(lines: Sequence[Line]) -> str:
    """The subject: the title of a single thing, else how many of what, the most urgent first."""
    if len(lines) == 1:
        title = one_line(lines[0].title, LONGEST_TITLE)
        return f"{_(lines[0].notice.label)}: {title}"
    counts: Counter[Notice] = Counter()
    for line in lines:
        counts[line.notice if line.notice in _COUNTED else Notice.to_accept] += 1
    said = [_counted(notice, count) for notice, count in counts.items()]
    return ", ".join(said[:MOST_KINDS]) + (" …" if len(said) > MOST_KINDS else "")


_COUNTED = (
    Notice.decision_owed, Notice.escalated, Notice.overdue, Notice.due_today, Notice.due_soon,
    Notice.likely_late, Notice.blocked_on_you, Notice.assigned, Notice.given_in_meeting,
)  # fmt: skip


def _counted(notice: Notice, n: int) -> str:
    """ "3 overdue"."""
    match notice:
        case Notice.overdue:
            return ngettext("%(num)d overdue", "%(num)d overdue", n)
        case Notice.due_today:
            return ngettext("%(num)d due today", "%(num)d due today", n)
        case Notice.due_soon:
            return ngettext("%(num)d due soon", "%(num)d due soon", n)
        case Notice.likely_late:
            return ngettext("%(num)d likely late", "%(num)d likely late", n)
        case Notice.decision_owed:
            return ngettext("%(num)d decision owed", "%(num)d decisions owed", n)
        case Notice.escalated:
            return ngettext("%(num)d needs your word", "%(num)d need your word", n)
        case Notice.blocked_on_you:
            return ngettext("%(num)d waits for you", "%(num)d wait for you", n)
        case Notice.assigned | Notice.given_in_meeting:
            return ngettext("%(num)d given to you", "%(num)d given to you", n)
        case _:
            return ngettext("%(num)d to answer", "%(num)d to answer", n)
