"""What each person's digest says on one day, for everybody at once; ids and stamps, no words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action, DueRequest
from meetingtracker.models.alert import Alert
from meetingtracker.models.change_request import ChangeRequest
from meetingtracker.models.digest import DigestLine
from meetingtracker.models.early_warning import EarlyWarning
from meetingtracker.models.issue import Issue
from meetingtracker.models.meeting import Meeting
from meetingtracker.models.notification import Mute, Notification
from meetingtracker.models.reads import stamps
from meetingtracker.models.reads.blocks import blocks_of, who_waits_on
from meetingtracker.models.reads.flags import running, speaks_of
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.reads.preparation import missing_on
from meetingtracker.rules.calendar import local_today
from meetingtracker.rules.ladder import ASK_AGAIN, AlertRule, epoch
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.reminders import Cadence, cadence
from meetingtracker.rules.states import AHEAD, UNFINISHED, Stage, Status
from meetingtracker.rules.warning import Mark

_PLACES = {notice: place for place, notice in enumerate(Notice)}
_CONFIRM_ON = (0, 1, 3, 9)
"""Working days after which a resolved issue is asked about: at once, again, and a last time."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line for one person. `since`: the older, the further up within its notice.

    `notification_id`: the notice that it says for the first time; it goes with one mail only.
    """

    person_id: int
    notice: Notice
    subject_type: str
    subject_id: int
    stamp: str
    since: date
    alert_id: int | None = None
    actor_id: int | None = None
    for_id: int | None = None
    notification_id: int | None = None


def due_lines(
    day: Day, *, at: datetime, people: Collection[int] | None = None
) -> dict[int, list[Found]]:
    """The lines of each person who has any, in the order of a digest; what they have muted left
    out. `at`: the instant of the look, for what is still held back for an undo. `people`: only
    theirs; None is everybody's. Whether they may see each thing is asked when the mail is written.
    """
    says = cadence(day.today, day.calendar)
    muted = {tuple(row) for row in db.session().execute(sa.select(Mute.person_id, Mute.notice))}
    lines: dict[tuple[int, str, int], Found] = {}
    for found in _all(day, says, at):
        if people is not None and found.person_id not in people:
            continue
        if (found.person_id, found.notice) in muted:
            continue
        # A thing is said once in a mail, by the notice that weighs most.
        key = (found.person_id, found.subject_type, found.subject_id)
        known = lines.get(key)
        if known is None or _PLACES[found.notice] < _PLACES[known.notice]:
            lines[key] = found
    of_person: dict[int, list[Found]] = defaultdict(list)
    for found in sorted(lines.values(), key=lambda f: (_PLACES[f.notice], f.since, f.subject_id)):
        of_person[found.person_id].append(found)
    return of_person


def _all(day: Day, says: Cadence, at: datetime) -> Iterator[Found]:
    yield from _own(day, says)
    yield from _soon(day)
    yield from _likely_late(day)
    yield from _blocked(day, says)
    yield from _to_accept(day, says)
    yield from _to_verify(day, says)
    yield from _wishes(day, says)
    yield from _issues(day, says)
    yield from _asked_above(day, says)
    yield from _to_prepare(day)
    yield from _noticed(day, at)


def _for(day: Day, person_id: int | None) -> tuple[int, int | None] | None:
    """Who is told, and instead of whom; None if nobody can be."""
    if person_id is None or person_id not in day.company.people:
        return None
    told = day.company.answers_for(person_id)
    return None if told is None else (told, None if told == person_id else person_id)


def _to(day: Day, person_id: int | None, found: Found) -> Iterator[Found]:
    reached = _for(day, person_id)
    if reached is not None:
        yield replace(found, person_id=reached[0], for_id=reached[1])


def _found(notice: Notice, kind: str, subject_id: int, stamp: str, since: date) -> Found:
    return Found(0, notice, kind, subject_id, stamp, since)


def _own(day: Day, says: Cadence) -> Iterator[Found]:
    """Overdue and due today; not what waits for somebody else, who is told instead."""
    oldest = sa.true() if says.all_again else Action.due_on >= says.fresh_since
    rows: Any = db.session().execute(
        sa.select(Action.id, Action.owner_id, Action.due_on, Action.reopened)
        .where(
            running(), Action.due_on <= day.today, oldest, Action.owner_id.is_not(None),
            sa.or_(Action.status != Status.blocked, Action.next_look_on <= day.today),
            sa.or_(Action.waits_until_on.is_(None), Action.waits_until_on < day.today),
        )
    )  # fmt: skip
    shifted = who_waits_on(day.company, blocks_of())
    told_for = lru_cache(maxsize=None)(partial(_for, day))
    for action_id, owner_id, due_on, reopened in rows:
        if shifted.get(action_id) is not None or (reached := told_for(owner_id)) is None:
            continue
        notice = Notice.due_today if due_on == day.today else Notice.overdue
        stamp = stamps.of_promise(owner_id, due_on, reopened)
        yield Found(reached[0], notice, "action", action_id, stamp, due_on, for_id=reached[1])


def _soon(day: Day) -> Iterator[Found]:
    """Level 0: once for a date. Somebody who is away hears of it when they are back."""
    said = sa.exists().where(DigestLine.alert_id == Alert.id)
    rows = db.session().execute(
        sa.select(Alert.id.label("alert_id"), Alert.epoch, Action.id, Action.owner_id,
                  Action.due_on, Action.reopened)
        .join(Action, sa.and_(Alert.subject_type == "action", Alert.subject_id == Action.id))
        .where(Alert.rule == AlertRule.due, Alert.level == 0, running(),
               Action.due_on > day.today, ~said)
    )  # fmt: skip
    for row in rows:
        told = day.company.stand_in(row.owner_id) if row.owner_id in day.company.people else None
        if told is None or row.epoch != epoch(row.due_on, row.reopened):
            continue
        yield Found(
            told, Notice.due_soon, "action", row.id,
            stamps.of_promise(row.owner_id, row.due_on, row.reopened), row.due_on,
            alert_id=row.alert_id, for_id=None if told == row.owner_id else row.owner_id,
        )  # fmt: skip


def _likely_late(day: Day) -> Iterator[Found]:
    """On the working day before a meeting, to the owner, who has not answered yet."""
    until = day.calendar.add_working_days(day.today, 1)
    meets = sa.exists().where(
        Meeting.state.in_(AHEAD), Meeting.held_on > day.today, Meeting.held_on <= until
    )
    rows = db.session().execute(
        sa.select(Action.id, Action.owner_id, Action.due_on, Action.reopened)
        .join(EarlyWarning, speaks_of())
        .where(running(), EarlyWarning.mark == Mark.likely_late, EarlyWarning.answer.is_(None),
               Action.due_on > day.today, meets)
    )  # fmt: skip
    for row in rows:
        stamp = stamps.of_promise(row.owner_id, row.due_on, row.reopened)
        found = _found(Notice.likely_late, "action", row.id, stamp, row.due_on)
        yield from _to(day, row.owner_id, found)


def _to_prepare(day: Day) -> Iterator[Found]:
    """On the working day before a meeting, to who leads a department that has not prepared: the
    leader, else the deputy, else whoever stands in for them."""
    until = day.calendar.add_working_days(day.today, 1)
    for row in missing_on(day.today, until):
        heads = [i for i in (row.leader_id, row.deputy_id) if i is not None]
        told = [i for i in heads if day.company.is_here(i)]
        told += [i for head in heads if (i := day.company.stand_in(head)) is not None]
        if told:
            line = _found(
                Notice.to_prepare, "meeting", row.meeting_id, str(row.held_on), row.held_on
            )
            instead = None if told[0] in heads else heads[0]
            yield replace(line, person_id=told[0], for_id=instead)


def _blocked(day: Day, says: Cadence) -> Iterator[Found]:
    blocks = blocks_of()
    waits = who_waits_on(day.company, blocks)
    for action_id, told in waits.items():
        row = blocks[action_id]
        if told is not None and told != row.owner_id and says.says(row.blocked_on):
            found = _found(
                Notice.blocked_on_you, "action", action_id, stamps.of_block(row), row.blocked_on
            )
            yield from _to(day, told, replace(found, actor_id=row.owner_id))


def _to_accept(day: Day, says: Cadence) -> Iterator[Found]:
    since = sa.func.coalesce(Action.proposed_at, Action.created_at).label("since")
    rows = db.session().execute(
        sa.select(Action.id, Action.owner_id, Action.requested_by_id, since)
        .where(Action.status == Status.proposed, Action.owner_id.is_not(None))
    )  # fmt: skip
    for row in rows:
        asked_on = local_today(row.since, day.zone)
        if says.says(asked_on):
            stamp = stamps.of_proposal(row.owner_id)
            found = _found(Notice.to_accept, "action", row.id, stamp, asked_on)
            yield from _to(day, row.owner_id, replace(found, actor_id=row.requested_by_id))


def _to_verify(day: Day, says: Cadence) -> Iterator[Found]:
    rows = db.session().execute(
        sa.select(Action.id, Action.owner_id, Action.requested_by_id, Action.done_on,
                  Action.done_at)
        .where(Action.status == Status.done, Action.requested_by_id.is_not(None),
               Action.done_on >= says.fresh_since - timedelta(days=14),
               Action.owner_id.is_distinct_from(Action.requested_by_id))
    )  # fmt: skip
    for row in rows:
        if says.says(row.done_on):
            stamp = stamps.of_completion(row.done_at)
            found = _found(Notice.to_verify, "action", row.id, stamp, row.done_on)
            yield from _to(day, row.requested_by_id, replace(found, actor_id=row.owner_id))


def _wishes(day: Day, says: Cadence) -> Iterator[Found]:
    """Another date, another owner, to drop it: to whoever decides."""
    for request, notice in ((DueRequest, Notice.date_to_decide),
                            (ChangeRequest, Notice.change_to_decide)):  # fmt: skip
        rows = db.session().execute(
            sa.select(request.id, request.asked_by_id, request.asked_at,
                      Action.id.label("action_id"), Action.owner_id, Action.requested_by_id,
                      Action.moves)
            .join(Action, Action.id == request.action_id)
            .where(request.answered_at.is_(None), Action.status.in_(UNFINISHED))
        )  # fmt: skip
        for row in rows:
            asked_on = local_today(row.asked_at, day.zone)
            if not says.says(asked_on):
                continue
            found = _found(notice, "action", row.action_id, stamps.of_wish(row.id), asked_on)
            for decider in _deciders(row, notice, day):
                yield from _to(day, decider, replace(found, actor_id=row.asked_by_id))


def _deciders(row: Any, notice: Notice, day: Day) -> tuple[int, ...]:
    """The owner decides the first move, the requester or leader the second, executives the rest;
    the leader whose it is and whether it stays."""
    leader = day.company.leader_of(row.owner_id) if row.owner_id in day.company.people else None
    wanted: tuple[int | None, ...] = (leader,)
    if notice is Notice.date_to_decide:
        wanted = {0: (row.owner_id, leader), 1: (row.requested_by_id, leader)}.get(
            row.moves, day.company.executives(but=row.owner_id)
        )
    others = tuple(i for i in wanted if i is not None and i != row.asked_by_id)
    return others if row.moves >= 2 and notice is Notice.date_to_decide else others[:1]  # noqa: PLR2004


def _issues(day: Day, says: Cadence) -> Iterator[Found]:
    rows = db.session().execute(
        sa.select(Issue.id, Issue.stage, Issue.resolved_on, Issue.raised_by_id,
                  Issue.raising_department_id, Issue.nominee_id, Issue.point_person_id,
                  Issue.updated_at)
        .where(sa.or_(Issue.stage == Stage.resolved, Issue.nominee_id.is_not(None)),
               Issue.stage.not_in((Stage.closed, Stage.declined)))
    )  # fmt: skip
    for row in rows:
        if row.stage is Stage.resolved:
            waited = day.calendar.working_days_between(row.resolved_on, day.today)
            if waited in _CONFIRM_ON:
                raiser = row.raised_by_id
                told = raiser if day.company.is_here(raiser) else None
                stamp = stamps.of_resolution(row.resolved_on)
                found = _found(Notice.to_confirm, "issue", row.id, stamp, row.resolved_on)
                yield from _to(
                    day, told or day.company.head_of(row.raising_department_id),
                    replace(found, actor_id=row.point_person_id),
                )  # fmt: skip
        elif row.nominee_id in day.company.people:
            asked_on = local_today(row.updated_at, day.zone)
            if says.says(asked_on):
                stamp = stamps.of_nominee(row.nominee_id)
                found = _found(Notice.nominee, "issue", row.id, stamp, asked_on)
                yield from _to(day, day.company.leader_of(row.nominee_id), found)


def _asked_above(day: Day, says: Cadence) -> Iterator[Found]:
    """Levels 2 and 4 that nobody has answered: leaders by the cadence, executives every week."""
    rows = db.session().execute(
        sa.select(Notification.id, Notification.person_id, Notification.notice,
                  Notification.mailed_at, Notification.for_id, Notification.actor_id, Alert.id,
                  Alert.subject_type, Alert.subject_id, Alert.epoch, Alert.raised_on,
                  Alert.asked_on)
        .join(Alert, Alert.id == Notification.alert_id)
        .where(Alert.answered_at.is_(None), stamps.stands(),
               Notification.notice.in_((Notice.escalated, Notice.decision_owed)))
    )  # fmt: skip
    says_of, is_here = lru_cache(says.says), lru_cache(day.company.is_here)
    for (notification_id, person_id, notice, mailed_at, for_id, actor_id, alert_id, subject_type,
         subject_id, epoch_name, raised_on, asked_on) in rows:  # fmt: skip
        if mailed_at is None:
            due = True
        elif notice is Notice.escalated:
            due = says_of(raised_on)
        else:
            again = (asked_on or raised_on) + ASK_AGAIN <= day.today
            due = again or asked_on == day.today
        if due and is_here(person_id):
            yield Found(
                person_id, notice, subject_type, subject_id, epoch_name, raised_on, alert_id,
                actor_id, for_id, notification_id if mailed_at is None else None,
            )  # fmt: skip


def _noticed(day: Day, at: datetime) -> Iterator[Found]:
    """What was to be mailed at once and has not gone yet goes with the digest."""
    rows = db.session().scalars(
        sa.select(Notification).where(
            Notification.mail_at <= at, Notification.mailed_at.is_(None),
            Notification.notice.not_in((Notice.escalated, Notice.decision_owed)),
        )
    )  # fmt: skip
    yield from waiting_lines(rows, day)


def waiting_lines(rows: Iterable[Notification], day: Day) -> Iterator[Found]:
    """Notices as lines of a mail. Each keeps the stamp that it was given with."""
    for row in rows:
        yield Found(
            row.person_id, row.notice, row.subject_type, row.subject_id,
            str(row.params.get("stamp", "")), local_today(row.created_at, day.zone), row.alert_id,
            row.actor_id, row.for_id, row.id,
        )  # fmt: skip
