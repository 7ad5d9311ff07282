"""Raise what a scan has found: each alert once, with a notice to everybody who is told."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.ask_verdict import ask_verdict
from meetingtracker.models.acts.bulk import Batch, converters, insert_rows
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
_OF_DUE = ("rule", "subject_type", "subject_id", "epoch", "level", "policy_id")


_NOTICES: Any = Notification.__table__
_NOTICE = ("person_id", "notice", "subject_type", "subject_id", "actor_id", "for_id", "params",
           "created_at", "mail_at", "alert_id", "key")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ready:
    """Alerts and their notices as the driver takes them; only the ids of the alerts are missing.
    Each notice comes with the place of its alert."""

    dues: Sequence[Due]
    alerts: Batch
    notices: list[tuple[int, tuple[Any, ...]]]


class Raiser:
    """Raises what one look has found, in as many writes as it takes.

    `mail_at` tells when a person may be mailed about level 2 and above. `newest`: the last alert
    there was when the look began; while no other runner has raised one since, nothing has to be
    compared.
    """

    def __init__(self, day: Day, *, at: datetime, mail_at: MailAt) -> None:
        self.day, self.at = day, at
        self.newest: int | None = None
        self._told = lru_cache(maxsize=None)(partial(_told, day.company))
        (moment,) = converters([_NOTICES.c.created_at])
        self._created_at = moment(at)
        self._mail_at = lru_cache(maxsize=None)(lambda person_id: moment(mail_at(person_id)))

    def ready(self, dues: Sequence[Due]) -> Ready:
        """Before the write: what takes time, so that nobody waits for it."""
        alerts, today = Batch(Alert), self.day.today
        each: dict[str, list[Any]] = {n: [getattr(due, n) for due in dues] for n in _OF_DUE}
        each["asked_on"] = [today if due.level == EXECUTIVES else None for due in dues]
        alerts.add_many(
            "alert.raised", by=SYSTEM, at=self.at, each=each, raised_on=today, raised_at=self.at
        )
        return Ready(dues, alerts, [*self._notices(dues)])

    def raise_alerts(self, ready: Ready) -> Sequence[Due]:
        """Inside a write: raise those that nobody has raised meanwhile, and answer them."""
        session = db.session()
        one_runner_at_a_time()
        alone = self.newest is not None and newest_alert() == self.newest
        if not alone and len(new := _not_raised(ready.dues)) < len(ready.dues):
            ready = self.ready(new)
        ids = ready.alerts.insert(session)
        insert_rows(
            session, _NOTICES, _NOTICE,
            ((*row, ids[place], f"alert:{ids[place]}") for place, row in ready.notices),
        )  # fmt: skip
        if ids:
            self.newest = max(ids) if alone or self.newest is None else None
        self._ask_verdicts(ready.dues)
        return ready.dues

    def _notices(self, dues: Sequence[Due]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """In the order of _NOTICE, without what follows from the alert's id."""
        for place, due in enumerate(dues):
            told = self._told(due.rule, due.level, due.told_id, due.asker_id)
            for notice, person_id, for_id in told:
                yield place, (
                    person_id, notice.value, due.subject_type, due.subject_id,
                    due.told_id if due.told_id != person_id else due.asker_id, for_id,
                    _params(due.level, due.due_on), self._created_at,
                    self._mail_at(person_id) if due.level >= LEADER else None,
                )  # fmt: skip

    def _ask_verdicts(self, new: Sequence[Due]) -> None:
        verdicts = [due for due in new if due.level == MEETING and due.subject_type == "action"]
        for due in verdicts[: _room_for_verdicts() if verdicts else 0]:
            action = db.session().get_one(Action, due.subject_id)
            ask_verdict(action, by=SYSTEM, at=self.at, on=self.day.today)


def raise_alerts(dues: Sequence[Due], day: Day, *, at: datetime, mail_at: MailAt) -> Sequence[Due]:
    """Inside a write: raise those that nobody has raised yet, and answer them."""
    raiser = Raiser(day, at=at, mail_at=mail_at)
    return raiser.raise_alerts(raiser.ready(dues))


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


@lru_cache(maxsize=1024)
def _params(level: int, due_on: date) -> str:
    return json.dumps({"level": level, "due_on": due_on.isoformat()})


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
