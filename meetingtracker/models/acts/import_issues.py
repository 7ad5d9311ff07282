"""Import issues from a table: check everything without a lock, then store all or nothing."""

from datetime import date, datetime
from typing import Any

from meetingtracker.db import db
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
from meetingtracker.models.issue import Issue, visible_issues
from meetingtracker.models.reads.exports import stored_rows
from meetingtracker.rules.csv_rows import BadRow
from meetingtracker.rules.import_rows import IssueRow, read_issues
from meetingtracker.rules.states import ClosedAs, Customer, Stage

NEED = "Imported as blocked; what it waits for was not in the file."
EVERY = 200  # rows between two reports of progress

_STORED = (
    Issue.id, Issue.external_id, Issue.title, Issue.raising_department_id,
    Issue.owning_department_id, Issue.point_person_id, Issue.severity, Issue.stage,
    Issue.description,
)  # fmt: skip


class _Import:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.names = Names()
        self.batch = Batch(Issue)
        self.new: set[str] = set()
        self.changes: list[tuple[int, IssueRow, dict[str, Any]]] = []

    def plan(self, raw: bytes) -> Plan:
        rows, bad = read_issues(raw)
        hidden = hidden_ids(Issue, visible_issues(self.context.by), self.context)
        stored = stored_rows(Issue, _STORED, {row.external_id for row in rows})
        fresh: list[tuple[IssueRow, dict[str, Any]]] = []
        for row in rows:
            point_person = self.names.person(
                row.point_person_email, "point_person_email", row, bad,
                must_be_here=row.stage.is_open,
            )  # fmt: skip
            raising = self.names.department(row.raising_department, "raising_department", row, bad)
            owning = self.names.department(row.owning_department, "owning_department", row, bad)
            values = _values(row, raising, owning, point_person)
            known = stored.get(row.external_id)
            if known is not None and known["id"] in hidden:
                bad.append(BadRow(row.line, row.row, "external_id", NOT_YOURS))
            elif known is None:
                fresh.append((row, values))
            elif _differs(row, known, values):
                self.changes.append((known["id"], row, values))
        if bad:
            return Plan(sorted(bad, key=lambda b: (b.line, b.row)), rows=len(rows))
        count = len(rows)
        rows.clear()
        self._prepare(fresh)
        return Plan(
            [], rows=count, created=len(self.batch), changed=len(self.changes),
            store=self.store,
        )  # fmt: skip

    def _prepare(self, fresh: list[tuple[IssueRow, dict[str, Any]]]) -> None:
        by, at, on = self.context.by, self.context.at, self.context.on
        total = len(fresh)
        fresh.reverse()  # a row is let go once it is made ready: both of all would be much memory
        for number in range(total):
            row, values = fresh.pop()
            if number % EVERY == 0:
                self.context.tell(number, total)
            self.new.add(row.external_id)
            self.batch.add(
                "issue.raised", by=by, at=at, reason=REASON, external_id=row.external_id,
                description_html=rendered(row.description), customer=Customer.internal,
                raised_on=on, created_at=at, updated_at=at,
                **values, **_state(row.stage, at=at, on=on),
            )  # fmt: skip
        for _, row, _ in self.changes:
            rendered(row.description)

    def store(self) -> None:
        """Inside a write. Raises Busy if somebody stored the same rows since the check."""
        if self.new:
            refuse_if_known(Issue.external_id, self.new)
        self.batch.insert(db.session())
        for issue_id, row, values in self.changes:
            self._change(issue_id, row, values)

    def _change(self, issue_id: int, row: IssueRow, values: dict[str, Any]) -> None:
        by, at = self.context.by, self.context.at
        issue = db.session().get_one(Issue, issue_id)
        self._set_stage(issue, row.stage)
        named = values["point_person_id"]
        if named is not None and named != issue.point_person_id and issue.stage.is_open:
            issue.record(
                "issue.point_person_named", by=by, at=at, reason=REASON,
                point_person_id=named, nominee_id=None,
            )  # fmt: skip
        said = {name: value for name, value in values.items() if value is not None}
        issue.record(
            "issue.edited", by=by, at=at, reason=REASON,
            description_html=rendered(row.description), **said,
        )  # fmt: skip

    def _set_stage(self, issue: Issue, to: Stage) -> None:
        """Through the verb where there is one; a step that no verb makes is recorded as it is."""
        by, at, on = self.context.by, self.context.at, self.context.on
        if to is issue.stage:
            return
        if to is Stage.declined and issue.stage.is_open and issue.stage is not Stage.resolved:
            issue.decline(reason=REASON, by=by, at=at)
        elif to in (Stage.resolved, Stage.closed) and issue.stage.is_open:
            issue.resolve(resolution="", by=by, at=at, on=on)
            if to is Stage.closed:
                issue.close_unconfirmed(by=by, at=at)
        else:
            values = _CLEAR | _state(to, at=at, on=on)
            issue.record("issue.stage_set", by=by, at=at, reason=REASON, **values)


_CLEAR: dict[str, Any] = dict.fromkeys(
    ("blocked_need", "blocker_department_id", "resolved_on", "resolution", "closed_as", "closed_at")
)


def _state(stage: Stage, *, at: datetime, on: date) -> dict[str, Any]:
    """The columns that a stage brings along."""
    values: dict[str, Any] = {"stage": stage}
    if stage is Stage.blocked:
        values["blocked_need"] = NEED
    elif stage is Stage.resolved:
        values |= {"resolved_on": on, "resolution": ""}
    elif stage is Stage.closed:
        values |= {"closed_at": at, "closed_as": ClosedAs.not_confirmed}
    elif stage is Stage.declined:
        values["closed_at"] = at
    return values


def _values(
    row: IssueRow, raising: int | None, owning: int | None, point_person: Known | None
) -> dict[str, Any]:
    return {
        "title": row.title,
        "raising_department_id": raising,
        "owning_department_id": owning,
        "point_person_id": point_person.id if point_person else None,
        "severity": row.severity,
        "description": row.description,
    }


def _differs(row: IssueRow, known: Any, values: dict[str, Any]) -> bool:
    """Whether the file says something else than what is stored; an empty cell says nothing."""
    words = {
        "title": " ".join(known["title"].split()),
        "description": known["description"].replace("\r\n", "\n").strip(),
    }
    stored = dict(known) | words
    return row.stage is not known["stage"] or any(
        value is not None and value != stored[name] for name, value in values.items()
    )


def plan_issues(raw: bytes, context: Context) -> Plan:
    """Check a file of issues. The plan's `store` needs a write of its own."""
    return _Import(context).plan(raw)
