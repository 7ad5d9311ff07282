"""Import actions from a table: check everything without a lock, then store all or nothing."""

from datetime import date, datetime
from typing import Any

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.bulk import Batch
from meetingtracker.models.acts.import_plan import (
    NOT_YOURS,
    REASON,
    Context,
    Known,
    Names,
    Plan,
    hidden_ids,
    refuse_if_known,
    rendered,
)
from meetingtracker.models.reads.actions import visible_actions
from meetingtracker.models.reads.exports import stored_rows
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.errors import N_
from meetingtracker.rules.import_rows import ActionRow, read_actions
from meetingtracker.rules.states import UNFINISHED, Status

NEED = "Imported as blocked; what it waits for was not in the file."
EVERY = 200  # rows between two reports of progress

_STORED = (
    Action.id, Action.external_id, Action.title, Action.department_id, Action.owner_id,
    Action.due_on, Action.status, Action.priority, Action.description,
)  # fmt: skip


class _Import:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.names = Names()
        self.batch = Batch(Action)
        self.new: set[str] = set()
        self.changes: list[tuple[int, ActionRow, int | None, int | None]] = []

    def plan(self, raw: bytes) -> Plan:
        rows, bad = read_actions(raw)
        hidden = hidden_ids(Action, visible_actions(self.context.by), self.context)
        stored = stored_rows(Action, _STORED, {row.external_id for row in rows})
        fresh: list[tuple[ActionRow, Known | None, int | None]] = []
        for row in rows:
            owner = self.names.person(
                row.owner_email, "owner_email", row, bad,
                must_be_here=row.status in UNFINISHED,
            )  # fmt: skip
            department = self.names.department(row.department, "department", row, bad)
            known = stored.get(row.external_id)
            if known is not None and known["id"] in hidden:
                bad.append(BadRow(row.line, row.row, "external_id", NOT_YOURS))
            elif known is None:
                fresh.append((row, owner, department))
            elif _differs(row, known, owner, department):
                self._check_change(row, known, bad)
                self.changes.append((known["id"], row, owner.id if owner else None, department))
        if bad:
            return Plan(sorted(bad, key=lambda b: (b.line, b.row)), rows=len(rows))
        count = len(rows)
        rows.clear()
        self._prepare(fresh)
        return Plan(
            [], rows=count, created=len(self.batch), changed=len(self.changes),
            store=self.store,
        )  # fmt: skip

    def _check_change(self, row: ActionRow, known: Any, bad: list[BadRow]) -> None:
        finished = known["status"] not in UNFINISHED and row.status not in UNFINISHED
        if finished and row.due_on not in (None, known["due_on"]):
            reason = N_("It is finished: its date can't move any more.")
            bad.append(BadRow(row.line, row.row, "due_on", reason))

    def _prepare(self, fresh: list[tuple[ActionRow, Known | None, int | None]]) -> None:
        by, at, on, tell = (
            self.context.by, self.context.at, self.context.on, self.context.tell,
        )  # fmt: skip
        total = len(fresh)
        fresh.reverse()  # a row is let go once it is made ready: both of all would be much memory
        for number in range(total):
            row, owner, department = fresh.pop()
            if number % EVERY == 0:
                tell(number, total)
            self.new.add(row.external_id)
            self.batch.add(
                "action.given", by=by, at=at, reason=REASON,
                external_id=row.external_id, title=row.title, description=row.description,
                description_html=rendered(row.description),
                department_id=department or (owner.department_id if owner else None),
                owner_id=owner.id if owner else None, created_by_id=by.id,
                priority=row.priority, promised_on=min(on, row.due_on or on),
                due_on=row.due_on, original_due_on=row.due_on,
                created_at=at, updated_at=at, **_state(row.status, row.due_on, at=at, on=on),
            )  # fmt: skip
        for _, row, _, _ in self.changes:
            rendered(row.description)

    def store(self) -> None:
        """Inside a write. Raises Busy if somebody stored the same rows since the check."""
        if self.new:
            refuse_if_known(Action.external_id, self.new)
        self.batch.insert(db.session())
        for action_id, row, owner_id, department_id in self.changes:
            self._change(action_id, row, owner_id, department_id)

    def _change(
        self, action_id: int, row: ActionRow, owner_id: int | None, department_id: int | None
    ) -> None:
        by, at = self.context.by, self.context.at
        action = db.session().get_one(Action, action_id)
        if action.status not in UNFINISHED and row.status in UNFINISHED:
            self._set_status(action, row.status)
        if owner_id is not None and owner_id != action.owner_id:
            if action.status in UNFINISHED:
                action.hand_over(
                    owner_id=owner_id, department_id=department_id or action.department_id,
                    reason=REASON, binds=True, by=by, at=at,
                )  # fmt: skip
            else:
                action.record("action.handed_over", by=by, at=at, reason=REASON, owner_id=owner_id)
        if row.due_on is not None and action.status in UNFINISHED:
            action.move_due(to=row.due_on, reason=REASON, by=by, at=at)
        self._set_status(action, row.status)
        action.record(
            "action.edited", by=by, at=at, reason=REASON, title=row.title,
            department_id=department_id or action.department_id, priority=row.priority,
            description=row.description, description_html=rendered(row.description),
        )  # fmt: skip

    def _set_status(self, action: Action, to: Status) -> None:
        """Through the verb where there is one; a step that no verb makes is recorded as it is."""
        by, at, on = self.context.by, self.context.at, self.context.on
        if to is action.status:
            return
        if to in (Status.done, Status.verified) and action.status in UNFINISHED:
            if action.status is Status.proposed:
                action.accept(by=by, at=at)
            action.complete(by=by, at=at, on=on)
        if to is Status.verified and action.status is Status.done:
            action.verify(by=by, at=at)
        elif to is Status.cancelled and action.status in UNFINISHED:
            action.cancel(reason=REASON, by=by, at=at)
        elif to is not action.status:
            values = _CLEAR | _state(to, action.due_on, at=at, on=on)
            action.record("action.edited", by=by, at=at, reason=REASON, **values)


_CLEAR: dict[str, Any] = dict.fromkeys(
    ("blocked_need", "blocked_on", "next_look_on", "blocker_person_id", "blocker_department_id",
     "blocker_action_id", "done_at", "done_on", "verified_at", "cancelled_at", "cancel_reason",
     "undone_at")
)  # fmt: skip


def _state(status: Status, due_on: date | None, *, at: datetime, on: date) -> dict[str, Any]:
    """The columns that a status brings along. The file can't say when something was done: it
    counts as done on its date, at the latest today."""
    values: dict[str, Any] = {"status": status}
    if status is Status.blocked:
        values |= {"blocked_need": NEED, "blocked_on": on, "next_look_on": on}
    elif status in (Status.done, Status.verified):
        values |= {"done_at": at, "done_on": min(due_on or on, on)}
        if status is Status.verified:
            values["verified_at"] = at
    elif status is Status.cancelled:
        values |= {"cancelled_at": at, "cancel_reason": REASON}
    return values


def _differs(row: ActionRow, known: Any, owner: Known | None, department: int | None) -> bool:
    """Whether the file says something else than what is stored; an empty cell says nothing."""
    return (
        row.title != " ".join(known["title"].split())
        or (department is not None and department != known["department_id"])
        or (owner is not None and owner.id != known["owner_id"])
        or (row.due_on is not None and row.due_on != known["due_on"])
        or row.status is not known["status"]
        or row.priority is not known["priority"]
        or row.description != known["description"].replace("\r\n", "\n").strip()
    )


def plan_actions(raw: bytes, context: Context) -> Plan:
    """Check a file of actions. The plan's `store` needs a write of its own."""
    return _Import(context).plan(raw)
