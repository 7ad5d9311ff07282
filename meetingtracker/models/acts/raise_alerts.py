"""Raise what a scan has found: each alert once, with a notice to everybody who is told."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.ask_verdict import ask_verdict
from meetingtracker.models.acts.bulk import Batch
from meetingtracker.models.alert import Alert
from meetingtracker.models.notification import Notification
from meetingtracker.models.reads.followup_scan import Day, Due
from meetingtracker.models.reads.stamps import stands
from meetingtracker.rules.ladder import ASK_AGAIN, EXECUTIVES, LEADER, MEETING, AlertRule
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM

RUNNERS = 0x6D740001  # the number of PostgreSQL's lock: two runners insert one after the other
MailAt = Callable[[int], datetime]


def raise_alerts(dues: Sequence[Due], day: Day, *, at: datetime, mail_at: MailAt) -> list[Due]:
    """Inside a write: raise those that nobody has raised meanwhile, and answer them.

    `mail_at` tells when a person may be mailed about level 2 and above.
    """
    one_runner_at_a_time()
    new = _not_raised(dues)
    batch = Batch(Alert)
    for due in new:
        batch.add(
            "alert.raised", by=SYSTEM, at=at, rule=due.rule, subject_type=due.subject_type,
            subject_id=due.subject_id, epoch=due.epoch, level=due.level, policy_id=due.policy_id,
            raised_on=day.today, raised_at=at,
            asked_on=day.today if due.level == EXECUTIVES else None,
        )  # fmt: skip
    ids = batch.insert(db.session())
    told = [
        _notice(due, alert_id, notice, person_id, for_id, at=at, mail_at=mail_at)
        for due, alert_id in zip(new, ids, strict=True)
        for notice, person_id, for_id in _told(due, day)
    ]
    if told:
        db.session().execute(sa.insert(Notification), told)
    for due in new:
        if due.level == MEETING and due.subject_type == "action":
            action = db.session().get_one(Action, due.subject_id)
            ask_verdict(action, by=SYSTEM, at=at, on=day.today)
    return new


def owed_again(day: Day) -> list[int]:
    """Ids of the alerts for which executives have owed a decision since ASK_AGAIN."""
    return list(
        db.session().scalars(
            sa.select(Alert.id).where(
                Alert.level == EXECUTIVES, Alert.answered_at.is_(None),
                Alert.asked_on <= day.today - ASK_AGAIN, stands(),
            )
        )
    )  # fmt: skip


def ask_again(ids: Sequence[int], day: Day) -> None:
    """Inside a write: they stand in the next digest of every executive."""
    db.session().execute(sa.update(Alert).where(Alert.id.in_(ids)).values(asked_on=day.today))


def one_runner_at_a_time() -> None:
    """SQLite writes one at a time anyway."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(RUNNERS)))


def _not_raised(dues: Sequence[Due]) -> list[Due]:
    ids = {due.subject_id for due in dues}
    rows = db.session().execute(
        sa.select(Alert.rule, Alert.subject_type, Alert.subject_id, Alert.epoch, Alert.level).where(
            Alert.subject_id.in_(ids)
        )
    )
    known = {tuple(row) for row in rows}
    return [
        due for due in dues
        if (due.rule, due.subject_type, due.subject_id, due.epoch, due.level) not in known
    ]  # fmt: skip


def _told(due: Due, day: Day) -> Iterable[tuple[Notice, int, int | None]]:
    """Who is told of it, and instead of whom."""
    company, owner = day.company, due.told_id
    if due.level == EXECUTIVES:
        return [(Notice.decision_owed, i, None) for i in company.executives(but=owner)]
    if due.level == MEETING:
        return []
    if due.level < LEADER:
        told = company.answers_for(owner) if owner in company.people else None  # type: ignore[arg-type]
        notice = _below(due)
        return [] if told is None else [(notice, told, None if told == owner else owner)]
    leader = company.leader_of(owner) if owner in company.people else _any(company.executives())  # type: ignore[arg-type]
    asker = company.stand_in(due.asker_id) if due.asker_id in company.people else None  # type: ignore[arg-type]
    people = dict.fromkeys(i for i in (leader, asker) if i is not None and i != owner)
    return [(Notice.escalated, i, None) for i in people]


def _any(people: Sequence[int]) -> int | None:
    return people[0] if people else None


def _below(due: Due) -> Notice:
    if due.rule is AlertRule.confirmation:
        return Notice.to_confirm
    if due.rule is AlertRule.blocked:
        return Notice.blocked_on_you
    return Notice.overdue if due.level else Notice.due_soon


def _notice(
    due: Due, alert_id: int, notice: Notice, person_id: int, for_id: int | None, *,
    at: datetime, mail_at: MailAt,
) -> dict[str, Any]:  # fmt: skip
    return {
        "person_id": person_id, "key": f"alert:{alert_id}", "notice": notice,
        "subject_type": due.subject_type, "subject_id": due.subject_id, "alert_id": alert_id,
        "actor_id": due.told_id if due.told_id != person_id else due.asker_id, "for_id": for_id,
        "params": {"level": due.level, "due_on": due.due_on.isoformat()}, "created_at": at,
        "mail_at": mail_at(person_id) if due.level >= LEADER else None,
    }  # fmt: skip
