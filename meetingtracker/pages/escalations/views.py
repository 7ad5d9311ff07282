"""What is asked of leaders and executives because a promise got no answer, and nudges."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import writing
from meetingtracker.models.acts.answer_alert import answer_as_leader, decide
from meetingtracker.models.acts.nudge import nudge as nudge_owner
from meetingtracker.models.alert import Alert
from meetingtracker.models.reads.action_page import visible_action
from meetingtracker.models.reads.company import the_company
from meetingtracker.models.reads.escalations import asked_alert, escalations, may_answer
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.pages.escalations.forms import DecisionForm, LeaderForm
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.ladder import EXECUTIVES, AlertAnswer
from meetingtracker.rules.permissions import Permission, may_decide_escalation, may_nudge
from meetingtracker.web.access import actor, allow, found, require
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import calendar, edges, today, zone
from meetingtracker.web.forms import VersionedForm, back_to, say

area = Blueprint("escalations", __name__)


@area.get("/escalations")
@allow(Permission.signed_in)
def index() -> str:
    """`open` names the question whose form stands open; without it the first one's does."""
    wanted = request.args.get("open", "")
    return _page(int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None)


@area.post("/escalations/<int:alert_id>/answer")
@allow(Permission.signed_in)
def answer(alert_id: int) -> Answer:
    """What a leader or requester says to level 2."""
    form = LeaderForm()
    form.offer_people()

    def act(alert: Alert) -> None:
        answer_as_leader(
            alert, AlertAnswer[form.answer.data], reason=form.reason.data or "",
            owner_id=form.owner.data, by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
        flash(_("Answered."))

    return change(
        form, load=lambda: asked_alert(actor(), alert_id), act=act,
        allowed=lambda alert: may_answer(actor(), alert),
        again=lambda refused: _page(alert_id, refused), done=url_for("escalations.index"),
    )  # fmt: skip


@area.post("/escalations/<int:alert_id>/decision")
@allow(Permission.signed_in)
def decision(alert_id: int) -> Answer:
    """What an executive decides at level 4; it stands in the log of decisions."""
    form = DecisionForm()
    form.offer_people()

    def act(alert: Alert) -> None:
        decide(
            alert, AlertAnswer[form.answer.data], reason=form.reason.data or "",
            to=form.due_on.data, owner_id=form.owner.data, by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
        flash(_("Decided. It stands in the log of decisions."))

    return change(
        form, load=lambda: asked_alert(actor(), alert_id), act=act,
        allowed=lambda alert: may_decide_escalation(actor()),
        again=lambda refused: _page(alert_id, refused), done=url_for("escalations.index"),
    )  # fmt: skip


def _page(open_id: int | None = None, refused: VersionedForm | None = None) -> str:
    """The one that is open has a form; the others lead to theirs, so that the page stays light."""
    asked = escalations(actor(), edges())
    first = next(iter((*asked.owed, *asked.asked)), None)
    opened = (asked.find(open_id) if open_id else None) or (None if refused else first)
    form = refused
    if form is None and opened is not None:
        form = (DecisionForm if opened.level == EXECUTIVES else LeaderForm)(
            None, version=opened.version
        )
        form.offer_people()
    return render_template(
        "escalations/index.html", asked=asked, opened=opened, form=form, today=today(),
        decides=may_decide_escalation(actor()),
    )  # fmt: skip


@area.post("/actions/<int:action_id>/nudge")
@allow(Permission.signed_in)
def nudge(action_id: int) -> Answer:
    require(may_nudge(actor(), found(visible_action(actor(), action_id))))
    day = Day(today(), zone(), calendar(), the_company(today()))
    try:
        with writing():
            action = found(visible_action(actor(), action_id))
            require(may_nudge(actor(), action))
            nudge_owner(action, day, by=actor(), at=clock.now())
    except RuleBroken as broken:
        flash(say(broken), "error")
    else:
        flash(_("Nudged. It stands in their inbox and in their next digest."))
    return redirect(back_to(url_for("actions.show", action_id=action_id)))
