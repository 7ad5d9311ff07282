"""A decision comes back on its day of review, and is kept, changed or reversed."""

from collections.abc import Sequence
from datetime import date, datetime, time

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.propose_item import propose_item
from meetingtracker.models.acts.run_meeting import end_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.decision import Decision, DecisionState
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.series import Series, locked_series
from meetingtracker.rules.agenda import Ask, Outcome
from meetingtracker.rules.calendar import at_local
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.permissions import SYSTEM, Actor
from meetingtracker.rules.reviews import MINUTES, Review, review_line, review_title

_STATES = {Review.change: DecisionState.changed, Review.reverse: DecisionState.reversed}
LONGEST_OUTCOME = 500
MOST_WAITING = 3


def review_decision(
    decision: Decision,
    review: Review,
    *,
    text: str,
    reason: str,
    review_on: date | None,
    by: Actor,
    at: datetime,
    on: date,
    meeting: Meeting | None = None,
    placement: Placement | None = None,
) -> Decision:
    """Answer "Did it work?". Answers the decision that holds from now on.

    `text`: what holds instead of one that is changed or reversed; `review_on`: when to look again;
    `on`: the organisation's day. In a `meeting` (locked) the item `placement` ends with it.
    RuleBroken, beside the field `text` or `review_on`, and for one that stands no more.
    """
    decision.must_stand()
    if review_on is not None and review_on <= on:
        raise RuleBroken(N_("Give a day that is still to come."), field="review_on")
    reason = reason.strip()
    meeting_id = meeting.id if meeting else None
    if not review.replaces:
        decision.keep(review_on=review_on, reason=reason, by=by, at=at, meeting_id=meeting_id)
        holds = decision
    else:
        if not text.strip():
            raise RuleBroken(N_("Say what holds instead."), field="text")
        holds = Decision.take(
            text=text, reason=reason, owner_id=decision.owner_id, review_on=review_on, by=by,
            at=at, on=on, issue_id=decision.issue_id, meeting_id=meeting_id,
            placement_id=placement.id if placement else None,
        )  # fmt: skip
        decision.be_replaced(
            _STATES[review], holds.id, reason=reason, by=by, at=at, meeting_id=meeting_id
        )
    if meeting is not None and placement is not None:
        new = holds.text if review.replaces else None
        line = review_line(review, new=new, reason=reason or None)[:LONGEST_OUTCOME]
        end_item(meeting, placement, Outcome.DECIDED, reason=line, by=by, at=at)
    return holds


def due_reviews(on: date, zone: str) -> list[int]:
    """Ids of the decisions whose day of review has come by the day `on` and that nobody was asked
    about since: no item was proposed about them on or after that day."""
    decisions = db.session().execute(
        sa.select(Decision.id, Decision.review_on, sa.func.max(AgendaItem.created_at))
        .outerjoin(AgendaItem, AgendaItem.decision_id == Decision.id)
        .where(Decision.state == DecisionState.stands, Decision.review_on <= on)
        .group_by(Decision.id, Decision.review_on)
        .order_by(Decision.review_on, Decision.id)
    )
    return [
        decision_id
        for decision_id, day, asked_at in decisions
        if day is not None and (asked_at is None or asked_at < at_local(day, time(), zone))
    ]


def bring_back(decision_ids: Sequence[int], *, at: datetime, on: date, zone: str) -> int:
    """Inside a write: put each on the next agenda of its series, or in the pool. Answers how many.

    No more than MOST_WAITING stand there at once, so that they leave room for the rest of the
    agenda. Where there is no series or no department to ask in, a decision's own page still asks.
    """
    decisions = db.session().scalars(
        sa.select(Decision)
        .where(Decision.id.in_(decision_ids))
        .order_by(Decision.review_on, Decision.id)
    )
    return sum(_propose(decision, at=at, on=on, zone=zone) for decision in decisions.all())


def _propose(decision: Decision, *, at: datetime, on: date, zone: str) -> bool:
    series = _home(decision)
    department_id = _department(decision, series) if series else None
    if series is None or series.ended_at is not None or department_id is None:
        return False
    locked_series(series.id)  # whoever else brings it back does so too
    if decision.id not in due_reviews(on, zone) or _waiting(series.id) >= MOST_WAITING:
        return False
    propose_item(
        series=series, title=review_title(decision.text), ask=Ask.DECIDE, minutes=MINUTES,
        department_id=department_id, presenter_id=decision.owner_id, issue_id=decision.issue_id,
        decision_id=decision.id, by=SYSTEM, at=at, on=on,
    )  # fmt: skip
    db.session().flush()
    return True


def _waiting(series_id: int) -> int:
    """How many decisions a series is still to be asked about."""
    carries = (Outcome.DEFERRED, Outcome.UNREACHED)
    pending = sa.select(sa.func.count(AgendaItem.id)).where(
        AgendaItem.series_id == series_id, AgendaItem.decision_id.is_not(None),
        AgendaItem.withdrawn_at.is_(None),
        sa.or_(AgendaItem.carried.is_(None), AgendaItem.carried.in_(carries)),
    )  # fmt: skip
    return db.session().scalar(pending) or 0


def _home(decision: Decision) -> Series | None:
    """The series in which it was taken, else its issue's."""
    if decision.meeting is not None:
        return decision.meeting.series
    series_id = decision.issue.series_id if decision.issue else None
    return db.session().get(Series, series_id) if series_id is not None else None


def _department(decision: Decision, series: Series) -> int | None:
    """Of the item under which it was taken, its issue, its owner, or the owner of the series."""
    placement = (
        db.session().get(Placement, decision.placement_id) if decision.placement_id else None
    )
    homes = (
        placement.item.department_id if placement else None,
        decision.issue.owning_department_id if decision.issue else None,
        decision.issue.raising_department_id if decision.issue else None,
        decision.owner.department_id if decision.owner else None,
        series.owner.department_id if series.owner else None,
    )
    return next((home for home in homes if home is not None), None)
