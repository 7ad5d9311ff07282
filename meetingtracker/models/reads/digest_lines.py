"""The lines of a stored digest as they stand now, with words for whoever reads them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.person import Person
from meetingtracker.models.reads import stamps
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.flags import speaks_of
from meetingtracker.models.reads.preparation import asks_to_prepare
from meetingtracker.models.series import Series, visible_series
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Stage, Status
from meetingtracker.rules.warning_reasons import Reason

OWN = (
    Notice.overdue, Notice.due_today, Notice.due_soon, Notice.likely_late, Notice.nudged,
    Notice.assigned, Notice.given_in_meeting,
)  # fmt: skip
"""Notices about a promise of one's own."""
ABOVE = (Notice.escalated, Notice.decision_owed)
"""Notices that ask for an answer to an alert."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands now.

    `alive`: still in the state in which it was asked, and still to be seen; without it there is
    nothing to answer, and what may not be seen any more has no title. `by`: who asks, gave it or
    waits. `words`: the wish, what is needed, the resolution. `reasons`: of the early warning of a
    promise of one's own. `for_name`: whose delegate or leader
    is asked here.
    """

    id: int
    position: int
    notice: Notice
    subject_type: str
    subject_id: int
    alert_id: int | None
    level: int
    alive: bool
    version: int = 0
    title: str = ""
    status: Status | None = None
    due_on: date | None = None
    original_due_on: date | None = None
    moves: int = 0
    owner_id: int | None = None
    owner: str | None = None
    by: str | None = None
    words: str = ""
    reasons: Sequence[Reason] = ()
    to_on: date | None = None
    to_person: str | None = None
    request_id: int | None = None
    issue_id: int | None = None
    issue: str | None = None
    for_name: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    answered_version: int | None = None
    undone_at: datetime | None = None


def lines_of(digest_id: int, actor: Actor) -> list[Line]:
    """All lines of a digest, as the actor may see them, in its order."""
    rows = list(
        db.session().scalars(
            sa.select(DigestLine)
            .where(DigestLine.digest_id == digest_id)
            .order_by(DigestLine.position)
        )
    )
    of_type: dict[str, set[int]] = {"action": set(), "issue": set(), "meeting": set()}
    for row in rows:
        of_type[row.subject_type].add(row.subject_id)
    known = {
        "action": _actions(of_type["action"], actor),
        "issue": _issues(of_type["issue"], actor),
        "meeting": _meetings(of_type["meeting"], actor),
    }
    names = _names({i for row in rows for i in (row.actor_id, row.for_id) if i is not None})
    alerts = _alerts([row.alert_id for row in rows if row.alert_id is not None])
    return [_line(row, known[row.subject_type].get(row.subject_id), alerts, names) for row in rows]


def _line(
    row: DigestLine, thing: Any | None, alerts: Mapping[int, Any], names: Mapping[int, str]
) -> Line:
    alert = alerts.get(row.alert_id or 0)
    base: dict[str, Any] = {
        "id": row.id, "position": row.position, "notice": row.notice,
        "subject_type": row.subject_type, "subject_id": row.subject_id, "alert_id": row.alert_id,
        "level": alert.level if alert else 0, "answer": row.answer,
        "answered_at": row.answered_at, "answered_version": row.answered_version,
        "undone_at": row.undone_at,
    }  # fmt: skip
    if thing is None:
        return Line(alive=False, **base)
    values = dict(thing._mapping)
    wish = row.notice in (Notice.date_to_decide, Notice.change_to_decide)
    dated = row.notice is Notice.date_to_decide
    words = values.pop("words", None)
    if wish:
        words = values["date_wish"] if dated else values["change_wish"]
        base["request_id"] = values["date_id"] if dated else values["change_id"]
    elif row.notice is not Notice.blocked_on_you and row.subject_type == "action":
        words = None if values["status"] is not Status.blocked else words
    if row.notice not in OWN or not values.get("reasons"):
        values.pop("reasons", None)
    kept = {name: values[name] for name in Line.__dataclass_fields__ if name in values}
    return Line(
        **kept | base | {
            "alive": _is_alive(row, thing, alert), "words": words or "",
            "by": names.get(row.actor_id or 0), "for_name": names.get(row.for_id or 0),
        }
    )  # fmt: skip


def _is_alive(row: DigestLine, thing: Any, alert: Any | None) -> bool:
    if row.notice in ABOVE:
        return alert is not None and alert.stands and alert.answered_at is None
    if row.subject_type == "meeting":
        return row.notice is not Notice.to_prepare or thing.asks_to_prepare
    if row.subject_type == "issue":
        if row.notice is Notice.nominee:
            return row.stamp == stamps.of_nominee(thing.nominee_id) and thing.stage.is_open
        resolved = thing.stage is Stage.resolved
        return resolved and row.stamp == stamps.of_resolution(thing.resolved_on)
    return _action_is_alive(row, thing)


def _action_is_alive(row: DigestLine, thing: Any) -> bool:
    status: Status = thing.status
    match row.notice:
        case Notice.to_accept:
            asked = stamps.of_proposal(thing.owner_id)
            return status is Status.proposed and row.stamp == asked
        case Notice.to_verify:
            return status is Status.done and row.stamp == stamps.of_completion(thing.done_at)
        case Notice.blocked_on_you:
            return status is Status.blocked and row.stamp == stamps.of_block(thing)
        case Notice.date_to_decide:
            return thing.date_id is not None and row.stamp == stamps.of_wish(thing.date_id)
        case Notice.change_to_decide:
            return thing.change_id is not None and row.stamp == stamps.of_wish(thing.change_id)
        case _:
            stands = status.is_running or status is Status.proposed
            stamp = stamps.of_promise(thing.owner_id, thing.due_on, thing.reopened)
            return stands and row.stamp == stamp


def _actions(ids: Collection[int], actor: Actor) -> dict[int, Any]:
    rows = db.session().execute(
        _action_facts()
        .add_columns(sa.case((visible_issues(actor), Issue.title)).label("issue"))
        .where(Action.id.in_(ids), visible_actions(actor))
    )
    return {row.id: row for row in rows}


@cache  # to put it together takes longer than to ask it
def _action_facts() -> sa.Select[*tuple[Any, ...]]:
    """What is the same for whoever reads it."""
    owner, to_person = aliased(Person), aliased(Person)
    return (
        sa.select(
            Action.id, Action.version, Action.title, Action.status, Action.due_on,
            Action.original_due_on, Action.moves, Action.reopened, Action.owner_id,
            owner.name.label("owner"), Action.done_at, Action.blocked_on,
            Action.blocker_person_id, Action.blocker_department_id, Action.blocker_action_id,
            Action.blocked_need.label("words"), Action.issue_id,
            DueRequest.id.label("date_id"), DueRequest.wish.label("date_wish"), DueRequest.to_on,
            ChangeRequest.id.label("change_id"), ChangeRequest.wish.label("change_wish"),
            to_person.name.label("to_person"), EarlyWarning.reasons,
        )
        .outerjoin(Issue, Issue.id == Action.issue_id)
        .outerjoin(EarlyWarning, speaks_of())
        .outerjoin(owner, owner.id == Action.owner_id)
        .outerjoin(DueRequest, sa.and_(DueRequest.action_id == Action.id,
                                       DueRequest.answered_at.is_(None)))
        .outerjoin(ChangeRequest, sa.and_(ChangeRequest.action_id == Action.id,
                                          ChangeRequest.answered_at.is_(None)))
        .outerjoin(to_person, to_person.id == ChangeRequest.to_person_id)
    )  # fmt: skip


def _issues(ids: Collection[int], actor: Actor) -> dict[int, Any]:
    if not ids:
        return {}
    nominee = aliased(Person)
    rows = db.session().execute(
        sa.select(
            Issue.id, Issue.version, Issue.title, Issue.stage, Issue.resolved_on,
            Issue.nominee_id, Issue.id.label("issue_id"), Issue.resolution.label("words"),
            nominee.name.label("to_person"),
        )
        .outerjoin(nominee, nominee.id == Issue.nominee_id)
        .where(Issue.id.in_(ids), visible_issues(actor))
    )  # fmt: skip
    return {row.id: row for row in rows}


def _meetings(ids: Collection[int], actor: Actor) -> dict[int, Any]:
    if not ids:
        return {}
    seen = sa.select(Series.id).where(visible_series(actor))
    rows = db.session().execute(
        sa.select(
            Meeting.id,
            Meeting.version,
            Series.name.label("title"),
            Meeting.held_on.label("due_on"),
            asks_to_prepare(actor).label("asks_to_prepare"),
        )
        .join(Series, Series.id == Meeting.series_id)
        .where(Meeting.id.in_(ids), Meeting.series_id.in_(seen))
    )
    return {row.id: row for row in rows}


def _alerts(ids: Sequence[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows = db.session().execute(_alert_facts().where(Alert.id.in_(ids)))
    return {row.id: row for row in rows}


@cache
def _alert_facts() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Alert.id, Alert.level, Alert.answered_at, stamps.stands().label("stands"))


def _names(ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
