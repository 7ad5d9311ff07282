"""The log of decisions, and one of them: what was decided, why, whose it is, whether it worked."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext as _

from meetingtracker import clock
from meetingtracker.db import db
from meetingtracker.models.acts.review_decision import review_decision
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.person import Person
from meetingtracker.models.reads import decisions as read
from meetingtracker.models.reads.history import history
from meetingtracker.rules.permissions import Permission, may_review_decision
from meetingtracker.web.access import actor, allow, found
from meetingtracker.web.change import Answer, change
from meetingtracker.web.filters import today
from meetingtracker.web.forms import clean
from meetingtracker.web.history import timeline
from meetingtracker.web.reviews import ReviewForm, review_forms

area = Blueprint("decisions", __name__)
LONGEST = 200
"""Characters of a search that are looked for."""


@area.get("/decisions")
@allow(Permission.signed_in)
def index() -> str:
    wanted = _wanted()
    query: dict[str, Any] = {
        "q": wanted.words or None, "series": wanted.series_id, "department": wanted.department_id,
        "show": "review" if wanted.due_on else None,
    }  # fmt: skip
    log = read.decision_log(actor(), wanted, after=_cursor(request.args.get("after")))
    return render_template(
        "decisions/index.html",
        log=log,
        wanted=wanted,
        narrowed=any(query.values()),
        choices=read.choices(actor()),
        due=read.count_decisions(actor(), read.Wanted(due_on=today())),
        today=today(),
        more=url_for("decisions.index", **query, after=log.next_cursor),
    )


def _wanted() -> read.Wanted:
    return read.Wanted(
        words=(clean(request.args.get("q")) or "")[:LONGEST],
        series_id=_id("series"),
        department_id=_id("department"),
        due_on=today() if request.args.get("show") == "review" else None,
    )


def _id(name: str) -> int | None:
    """A number that a row can have; anything else in the address is left out."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number < 2**31 else None


def _cursor(text: str | None) -> tuple[date, int] | None:
    if not text:
        return None
    day, _dot, row = text.partition(".")
    try:
        return date.fromisoformat(day), int(row)
    except ValueError:
        abort(400)


@area.get("/decisions/<int:decision_id>")
@allow(Permission.signed_in)
def show(decision_id: int) -> str:
    return _page(decision_id)


@area.post("/decisions/<int:decision_id>/review")
@allow(Permission.signed_in)
def review(decision_id: int) -> Answer:
    """Keep, change or reverse it, outside of a meeting."""
    form = ReviewForm()

    def act(decision: Decision) -> None:
        holds = review_decision(
            decision, form.review.data, text=form.text.data or "", reason=form.reason.data or "",
            review_on=form.review_on.data, by=actor(), at=clock.now(), on=today(),
        )  # fmt: skip
        kept = holds.id == decision.id
        flash(_("It stands.") if kept else _("Noted, with what holds instead."))

    return change(
        form,
        load=lambda: read.visible_decision(actor(), decision_id),
        allowed=_reviews,
        act=act,
        again=lambda refused: _page(decision_id, form),
        done=url_for("decisions.show", decision_id=decision_id),
    )


def _reviews(decision: Decision) -> bool:
    owner = db.session.get(Person, decision.owner_id) if decision.owner_id else None
    home = owner.department_id if owner else None
    return may_review_decision(actor(), decision.owner_id, home)


def _page(decision_id: int, refused: ReviewForm | None = None) -> str:
    decision = found(read.visible_decision(actor(), decision_id))
    stands = decision.state is DecisionState.stands
    return render_template(
        "decisions/show.html",
        decision=decision,
        before=read.replaced_by(actor(), decision_id),
        due=stands and decision.review_on is not None and decision.review_on <= today(),
        forms=review_forms(decision.version, refused) if stands and _reviews(decision) else {},
        refused=refused,
        timeline=timeline((), history([("decision", decision_id)], {})),
    )
