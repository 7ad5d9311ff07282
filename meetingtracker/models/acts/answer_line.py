"""Answer one line of a mail: what the pages do, done here, and written down on the line."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from meetingtracker.db import db, for_change
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.acts.answer_alert import answer_as_leader
from meetingtracker.models.acts.answer_proposal import decline, promise_instead
from meetingtracker.models.acts.change_request import (
    answer_change,
    ask_to_drop,
    ask_to_hand_over,
    open_change,
)
from meetingtracker.models.acts.confirm_issue import confirm_issue
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.acts.hand_over import hand_over
from meetingtracker.models.acts.move_due import answer_request, ask_to_move, move_due, open_request
from meetingtracker.models.acts.point_person import accept_point_person
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.issue import Issue
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.ladder import AlertAnswer
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.replies import LEADER, Reply


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and what goes with it; days are the organisation's. `person_id`: to whom."""

    reply: Reply
    text: str = ""
    day: date | None = None
    person_id: int | None = None
    department_id: int | None = None


def answer_line(
    line: DigestLine, thing: Action | Issue, said: Said, *, by: Actor, at: datetime, on: date
) -> None:
    """Do it as the person of the mail; `on` is the organisation's day.

    `said.reply` is one that the line offers to them. RuleBroken as the acts of the pages, beside
    the fields `text`, `day` and `person`.
    """
    try:
        if isinstance(thing, Issue):
            _about_issue(thing, said, by=by, at=at)
        elif said.reply in LEADER:
            _to_alert(line, said, by=by, at=at, on=on)
        else:
            _about_action(thing, said, by=by, at=at, on=on)
    except RuleBroken as broken:
        field = _FIELDS.get(broken.field or "")
        raise RuleBroken(broken.message, field=field, **broken.params) from broken
    line.answer, line.answered_at = said.reply, at
    line.answered_version, line.undone_at = thing.version, None


_FIELDS = {
    "reason": "text", "need": "text", "due_on": "day", "next_look_on": "day", "owner": "person",
    "next_owner": "person", "blocker": "person", "blocker_person": "person",
}  # fmt: skip


def _about_action(action: Action, said: Said, *, by: Actor, at: datetime, on: date) -> None:
    text, person = said.text, said.person_id
    match said.reply:
        case Reply.done:
            finish_action(action, by=by, at=at, on=on)
        case Reply.on_track:
            action.answer_on_track(note=text, by=by, at=at)
        case Reply.move:
            if not move_due(action, to=_ahead(said, on), reason=text, by=by, at=at):
                raise RuleBroken(N_("That is the date it has."), field="due_on")
        case Reply.ask_date:
            ask_to_move(action, to=_ahead(said, on), reason=text, by=by, at=at)
        case Reply.block:
            action.block(
                need=text, next_look_on=_ahead(said, on), blocker_person_id=person,
                blocker_department_id=said.department_id, by=by, at=at, on=on,
            )  # fmt: skip
        case Reply.hand_over:
            if not hand_over(action, _somebody(said), reason=text, by=by, at=at):
                raise RuleBroken(N_("It is theirs already: choose somebody else."), field="owner")
        case Reply.ask_over:
            ask_to_hand_over(action, to_person_id=person, reason=text, by=by, at=at)
        case Reply.drop:
            action.cancel(reason=text, by=by, at=at)
        case Reply.ask_drop:
            ask_to_drop(action, reason=text, by=by, at=at)
        case Reply.accept:
            action.accept(by=by, at=at)
        case Reply.other_date:
            promise_instead(action, due_on=_ahead(said, on), reason=text, by=by, at=at, on=on)
        case Reply.decline:
            decline(action, reason=text, by=by, at=at)
        case Reply.verify:
            action.verify(by=by, at=at)
        case Reply.refuse:
            action.refuse(reason=text, by=by, at=at)
        case Reply.part_done:
            action.unblock(by=by, at=at, reason="my part is done")
        case Reply.not_mine:
            action.unblock(by=by, at=at, reason="not mine")
        case Reply.date_yes | Reply.date_no | Reply.date_other:
            _to_date_wish(action, said, by=by, at=at, on=on)
        case Reply.change_yes | Reply.change_no | Reply.change_other:
            next_id = _somebody(said) if said.reply is Reply.change_other else None
            answer_change(
                _change_wish(action), said.reply is not Reply.change_no, to_person_id=next_id,
                reason="", by=by, at=at,
            )  # fmt: skip


def _about_issue(issue: Issue, said: Said, *, by: Actor, at: datetime) -> None:
    match said.reply:
        case Reply.confirm:
            confirm_issue(issue, by=by, at=at)
        case Reply.reopen:
            issue.reopen(reason=said.text, by=by, at=at)
        case Reply.lend:
            accept_point_person(issue, by=by, at=at)
        case Reply.lend_no:
            issue.decline_nominee(reason=said.text, by=by, at=at)


def _to_alert(line: DigestLine, said: Said, *, by: Actor, at: datetime, on: date) -> None:
    alert = db.session().scalar(
        for_change(sa.select(Alert).where(Alert.id == line.alert_id), Alert)
    )
    if alert is None:
        raise RuleBroken(N_("It has moved on since this was asked: there is nothing to answer."))
    answer_as_leader(
        alert, AlertAnswer[said.reply.value], reason=said.text, owner_id=said.person_id, by=by,
        at=at, on=on,
    )  # fmt: skip


def _to_date_wish(action: Action, said: Said, *, by: Actor, at: datetime, on: date) -> None:
    wish = _date_wish(action)
    to = wish.to_on if said.reply is Reply.date_yes else said.day
    if said.reply is Reply.date_no:
        to = None
    elif to is None:
        raise RuleBroken(N_("Give the new date."), field="due_on")
    elif to < on:
        raise RuleBroken(N_("That day has passed: give a later one."), field="due_on")
    answer_request(wish, to=to, reason=said.text, by=by, at=at)


def _date_wish(action: Action) -> DueRequest:
    if (wish := open_request(action.id)) is None:
        raise RuleBroken(N_("This has been answered already."))
    return wish


def _change_wish(action: Action) -> ChangeRequest:
    if (wish := open_change(action.id)) is None:
        raise RuleBroken(N_("This has been answered already."))
    return wish


def _ahead(said: Said, on: date) -> date:
    if said.day is None:
        raise RuleBroken(N_("Give the new date."), field="due_on")
    if said.day < on:
        raise RuleBroken(N_("That day has passed: give a later one."), field="due_on")
    return said.day


def _somebody(said: Said) -> int:
    if said.person_id is None:
        raise RuleBroken(N_("Who takes it?"), field="owner")
    return said.person_id
