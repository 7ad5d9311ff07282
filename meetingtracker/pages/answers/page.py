"""The page that a mail's link opens: whose it is, its lines, and what can be answered to each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.models.acts.mail_link import find_mail_link
from meetingtracker.models.acts.undo_answer import may_still_undo
from meetingtracker.models.reads.asked_lines import AskedLine, asked_lines
from meetingtracker.models.reads.visitor import actor as actor_named
from meetingtracker.pages.answers.forms import BUTTONS, FORMS, Choices, ReplyForm
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.replies import Reply
from meetingtracker.web.access import visitor
from meetingtracker.web.errors import error_page
from meetingtracker.web.filters import today
from meetingtracker.web.forms import distinct_ids


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link that works opens: one person's digest."""

    token: str
    digest_id: int
    more: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it. `note`: why the last answer to it was refused."""

    asked: AskedLine
    buttons: Sequence[Reply]
    forms: dict[Reply, ReplyForm] = field(default_factory=dict)
    said: str = ""
    may_undo: bool = False
    note: str = ""
    opened: Reply | None = None


class RunOut(Exception):
    """The link is wrong, has run out, or its person has left; or it names no line of its own."""


def opened(token: str) -> Opened:
    """What the link opens now. Raises RunOut."""
    at = clock.now()
    link = find_mail_link(token, at=at)
    if link is None:
        raise RunOut
    by = actor_named(link.digest.person_id, at=at)
    if not by.active or by.id is None:
        raise RunOut
    g.person_id = by.id  # for the log
    return Opened(token, link.digest_id, link.digest.more, by)


def run_out() -> Response:
    """The same answer for a link that never was, and for what is not its own."""
    here = _("Your week has all that is yours to answer.")
    text = here if visitor() else _("Sign in to see your week.")
    return error_page(404, text, title=_("This link has run out"))


def line_of(link: Opened, line_id: int | None) -> AskedLine:
    """The line as it stands now. Raises RunOut for another digest's."""
    lines = asked_lines(link.digest_id, link.actor)
    asked = next((one for one in lines if one.line.id == line_id), None)
    if asked is None:
        raise RunOut
    return asked


def lines_page(
    link: Opened,
    *,
    line_id: int = 0,
    note: str = "",
    refused: tuple[Reply, ReplyForm] | None = None,
) -> str:
    """All lines; for the line of a refused answer a note, and its form with all that was typed."""
    at, choices = clock.now(), Choices()
    shown = [
        _shown(asked, at, choices, note if asked.line.id == line_id else "",
               refused if asked.line.id == line_id else None)
        for asked in asked_lines(link.digest_id, link.actor)
    ]  # fmt: skip
    parts: dict[Notice, list[Shown]] = {}
    for one in shown:
        parts.setdefault(one.asked.line.notice, []).append(one)
    return render_template(
        "answers/show.html", parts=parts, token=link.token, name=link.actor.name,
        more=link.more, today=today(), visitor=None,
    )  # fmt: skip


def _shown(
    asked: AskedLine,
    at: datetime,
    choices: Choices,
    note: str,
    refused: tuple[Reply, ReplyForm] | None,
) -> Shown:
    line = asked.line
    forms: dict[Reply, ReplyForm] = {r: FORMS[r](None) for r in asked.replies if r in FORMS}
    if refused:
        forms[refused[0]] = refused[1]
    for reply, form in forms.items():
        choices.offer(form)
        distinct_ids(form, f"line-{line.id}-{reply}")
    is_said = line.answer is not None and line.undone_at is None
    stands = is_said and may_still_undo(line.answered_at, line.undone_at, at)
    return Shown(
        asked=asked,
        buttons=[reply for reply in asked.replies if reply in BUTTONS],
        forms=forms,
        said=Reply[line.answer].said if line.answer and is_said else "",
        may_undo=stands and line.version in (0, line.answered_version),
        note=note,
        opened=refused[0] if refused else None,
    )


def posted(name: str) -> int | None:
    """A number of the form, None if it is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
