"""An import: what was uploaded, how far it is, what came of it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, Json, UTCDateTime, db
from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled

SILENCE = timedelta(minutes=5)
"""An import that has not been heard of for so long ended with the server it ran in."""


class ImportState(Labelled):
    running = "running", N_("Running")
    done = "done", N_("Done"), "good"
    checked = "checked", N_("All good, nothing stored"), "good"
    refused = "refused", N_("Nothing was stored"), "late"
    failed = "failed", N_("Failed"), "late"


class ImportRun(Base):
    """`done` of `total` rows are ready; `heard_at` is the last sign of life.

    `result` counts what was stored, or holds the bad rows: [line, row, column, reason, params].
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    filename: Mapped[str] = mapped_column(sa.String(255))
    dry_run: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    heard_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[ImportState] = mapped_column(EnumValue(ImportState))
    done: Mapped[int] = mapped_column(sa.Integer, default=0)
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    @classmethod
    def begin(
        cls, *, kind: str, filename: str, dry_run: bool, by_id: int, at: datetime
    ) -> "ImportRun":
        run = cls(
            kind=kind, filename=filename[:255], dry_run=dry_run, by_id=by_id, at=at, heard_at=at,
            state=ImportState.running, done=0, total=0, result={},
        )  # fmt: skip
        db.session().add(run)
        db.session().flush()
        return run

    def tell(self, done: int, total: int, *, at: datetime) -> None:
        self.done, self.total, self.heard_at = done, total, at

    def end(self, state: ImportState, result: dict[str, Any], *, at: datetime) -> None:
        self.state, self.result, self.heard_at = state, result, at
        self.done = self.total

    def shown_state(self, at: datetime) -> ImportState:
        """The state, or failed for one that fell silent."""
        silent = self.state is ImportState.running and at > self.heard_at + SILENCE
        return ImportState.failed if silent else self.state
