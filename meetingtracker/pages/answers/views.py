"""Answers straight from a mail: its link shows one person's lines, and a form there acts.

Opening changes nothing (mail programs open links by themselves); the secret in the address is the
right to answer, so the forms carry no other token.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meetingtracker import clock
from meetingtracker.db import db, for_change, writing
from meetingtracker.models.action import Action
from meetingtracker.models.acts.answer_line import answer_line
from meetingtracker.models.acts.read_notices import mute
from meetingtracker.models.acts.undo_answer import undo_answer
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.action_page import visible_action
from meetingtracker.models.reads.asked_lines import AskedLine
from meetingtracker.models.reads.issue_page import visible_issue
from meetingtracker.pages.answers.forms import FORMS, Choices, ReplyForm
from meetingtracker.pages.answers.page import (
    Opened,
    RunOut,
    line_of,
    lines_page,
    opened,
    posted,
    run_out,
)
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.replies import Reply
from meetingtracker.web.access import found, public, require
from meetingtracker.web.change import Answer, Stale
from meetingtracker.web.filters import today
from meetingtracker.web.forms import say

area = Blueprint("answers", __name__)
UNDO = "undo"
REASON = "the link of a mail stands for one person's lines"


class MovedOn(Exception):
    """The line is dead: its thing stands otherwise than when it was asked."""


@area.errorhandler(RunOut)
def _run_out(error: RunOut) -> Response:
    return run_out()


@area.get("/a/<token>")
@public(REASON, by_link=True)
def show(token: str) -> str:
    return lines_page(opened(token))


@area.post("/a/<token>")
@public(REASON, by_link=True, from_mail=True)
def answer(token: str) -> Answer:
    link = opened(token)
    asked = line_of(link, posted("line"))
    if request.form.get("answer") == UNDO:
        return _undo(link, asked.line.id)
    reply = Reply.__members__.get(request.form.get("answer", ""))
    if reply is None:
        note = _("Choose one of the offered answers.")
        return lines_page(link, line_id=asked.line.id, note=note), 422
    if _is_said(asked, reply):
        return _back(link, asked.line.id)
    if not asked.line.alive:
        return _moved_on(link, asked.line.id)
    require(reply in asked.replies)
    return _answer(link, asked.line.id, reply)


def _answer(link: Opened, line_id: int, reply: Reply) -> Answer:
    form = FORMS.get(reply, ReplyForm)()
    Choices().offer(form)
    if not form.validate():
        return lines_page(link, line_id=line_id, refused=(reply, form)), 422
    try:
        with writing():
            _act(link.token, line_id, reply, form)
    except MovedOn:
        return _moved_on(link, line_id)
    except Stale:
        note = _(
            "This has changed since you opened it. Look at what it says now, then send it again."
        )
        return lines_page(link, line_id=line_id, note=note, refused=(reply, form)), 409
    except RuleBroken as broken:
        form.add_rule_error(broken)
        return lines_page(link, line_id=line_id, refused=(reply, form)), 422
    return _back(link, line_id)


def _act(token: str, line_id: int, reply: Reply, form: ReplyForm) -> None:
    """Inside a write: the line and its thing are locked, then all is asked again."""
    link = opened(token)
    row = found(_locked(link, line_id))
    thing = _thing(link, row)
    asked = line_of(link, line_id)
    if thing is None or not asked.line.alive:
        raise MovedOn
    require(reply in asked.replies)
    if posted("version") not in (None, thing.version):
        raise Stale(thing.version)
    answer_line(row, thing, form.said(reply), by=link.actor, at=clock.now(), on=today())


def _locked(link: Opened, line_id: int) -> DigestLine | None:
    line = DigestLine.id == line_id, DigestLine.digest_id == link.digest_id
    return db.session.scalar(for_change(db.select(DigestLine).where(*line), DigestLine))


def _thing(link: Opened, row: DigestLine) -> Action | Issue | None:
    load = visible_action if row.subject_type == "action" else visible_issue
    return load(link.actor, row.subject_id)


def _is_said(asked: AskedLine, reply: Reply) -> bool:
    """Pressed twice: the first time it was done."""
    line = asked.line
    return not line.alive and line.answer == reply and line.undone_at is None


def _moved_on(link: Opened, line_id: int) -> Answer:
    note = _("This has moved on since the mail was written, so nothing was changed.")
    return lines_page(link, line_id=line_id, note=note), 409


def _undo(link: Opened, line_id: int) -> Answer:
    require(True)  # one's own answer of a moment ago; the act refuses what has gone on since
    try:
        with writing():
            link = opened(link.token)
            undo_answer(found(_locked(link, line_id)), by=link.actor, at=clock.now())
    except RuleBroken as broken:
        return lines_page(link, line_id=line_id, note=say(broken)), 409
    return _back(link, line_id)


def _back(link: Opened, line_id: int) -> Response:
    return redirect(url_for("answers.show", token=link.token, _anchor=f"line-{line_id}"))


@area.route("/a/<token>/unsubscribe", methods=["GET", "POST"])
@public("stops one person's mails, from the mail itself", by_link=True, from_mail=True)
def unsubscribe(token: str) -> Answer:
    link = opened(token)
    if request.method == "POST":
        with writing():
            link = opened(token)
            mute(link.actor.id or 0, list(Notice), at=clock.now())
    return render_template(
        "answers/unsubscribe.html", token=token, name=link.actor.name, visitor=None,
        is_done=request.method == "POST",
    )  # fmt: skip
