"""Raise what a scan has found: each alert once, with a notice to everybody who is told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.ask_verdict import ask_verdict
from meetingtracker.models.acts.bulk import Batch, Rows
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.alert import Alert
from meetingtracker.models.notification import Notification
from meetingtracker.models.reads.followup_scan import Day, Due
from meetingtracker.models.reads.stamps import stands
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.ladder import ASK_AGAIN, EXECUTIVES, LEADER, MEETING, AlertRule
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.recipients import Company

MOST_VERDICTS = 30  # more than the meetings of any week can ask for
RUNNERS = 0x6D740001  # the number of PostgreSQL's lock: two runners insert one after the other
MailAt = Callable[[int], datetime]


class Raiser:
    """Raises what one look has found, in as many writes as it takes.

    `mail_at` tells when a person may be mailed about level 2 and above. `newest`: the last alert
    there was when the look began; while no other runner has raised one since, nothing has to be
    compared.
    """

    def __init__(self, day: Day, *, at: datetime, mail_at: MailAt) -> None:
        self.day, self.at = day, at
        self.mail_at = lru_cache(maxsize=None)(mail_at)
        self.newest: int | None = None
        self._alerts = Batch(Alert)
        self._notices = Rows(Notification.__table__)  # type: ignore[arg-type]
        self._told = lru_cache(maxsize=None)(partial(_told, day.company))

    def raise_alerts(self, dues: Sequence[Due]) -> list[Due]:
        """Inside a write: raise those that nobody has raised meanwhile, and answer them."""
        session = db.session()
        one_runner_at_a_time()
        alone = self.newest is not None and newest_alert() == self.newest
        new = list(dues) if alone else _not_raised(dues)
        for due in new:
            self._alerts.add(
                "alert.raised", by=SYSTEM, at=self.at, rule=due.rule,
                subject_type=due.subject_type, subject_id=due.subject_id, epoch=due.epoch,
                level=due.level, policy_id=due.policy_id, raised_on=self.day.today,
                raised_at=self.at, asked_on=self.day.today if due.level == EXECUTIVES else None,
            )  # fmt: skip
        ids = self._alerts.insert(session)
        for due, alert_id in zip(new, ids, strict=True):
            self._tell(due, alert_id)
        self._notices.insert(session)
        if ids:
            self.newest = max(ids) if alone or self.newest is None else None
        self._ask_verdicts(new)
        return new

    def _tell(self, due: Due, alert_id: int) -> None:
        for notice, person_id, for_id in self._told(due.rule, due.level, due.told_id, due.asker_id):
            self._notices.add(
                person_id=person_id, key=f"alert:{alert_id}", notice=notice,
                subject_type=due.subject_type, subject_id=due.subject_id, alert_id=alert_id,
                actor_id=due.told_id if due.told_id != person_id else due.asker_id, for_id=for_id,
                params={"level": due.level, "due_on": due.due_on.isoformat()}, created_at=self.at,
                mail_at=self.mail_at(person_id) if due.level >= LEADER else None,
            )  # fmt: skip

    def _ask_verdicts(self, new: Sequence[Due]) -> None:
        verdicts = [due for due in new if due.level == MEETING and due.subject_type == "action"]
        for due in verdicts[: _room_for_verdicts() if verdicts else 0]:
            action = db.session().get_one(Action, due.subject_id)
            ask_verdict(action, by=SYSTEM, at=self.at, on=self.day.today)


def raise_alerts(dues: Sequence[Due], day: Day, *, at: datetime, mail_at: MailAt) -> list[Due]:
    """Inside a write: raise those that nobody has raised yet, and answer them."""
    return Raiser(day, at=at, mail_at=mail_at).raise_alerts(dues)


def newest_alert() -> int:
    """The last alert there is; 0 if there is none."""
    return db.session().scalar(sa.select(sa.func.max(Alert.id))) or 0


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


def _room_for_verdicts() -> int:
    """How many more may wait; what finds no room is gathered at the next freeze, worst first."""
    waiting = sa.select(sa.func.count(AgendaItem.id)).where(
        AgendaItem.ask == Ask.VERDICT, AgendaItem.withdrawn_at.is_(None),
        AgendaItem.carried.is_(None),
    )  # fmt: skip
    return max(0, MOST_VERDICTS - (db.session().scalar(waiting) or 0))


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


def _told(
    company: Company, rule: AlertRule, level: int, owner: int | None, asker: int | None
) -> list[tuple[Notice, int, int | None]]:
    """Who is told of it, and instead of whom."""
    known = owner if owner in company.people else None
    if level == EXECUTIVES:
        return [(Notice.decision_owed, i, None) for i in company.executives(but=owner)]
    if level == MEETING:
        return []
    if level < LEADER:
        told = company.answers_for(known) if known is not None else None
        for_id = None if told == owner else owner
        return [] if told is None else [(_below(rule, level), told, for_id)]
    leader = company.leader_of(known) if known is not None else _any(company.executives())
    there = company.stand_in(asker) if asker is not None and asker in company.people else None
    people = dict.fromkeys(i for i in (leader, there) if i is not None and i != owner)
    return [(Notice.escalated, i, None) for i in people]


def _any(people: Sequence[int]) -> int | None:
    return people[0] if people else None


def _below(rule: AlertRule, level: int) -> Notice:
    if rule is AlertRule.confirmation:
        return Notice.to_confirm
    if rule is AlertRule.blocked:
        return Notice.blocked_on_you
    return Notice.overdue if level else Notice.due_soon
