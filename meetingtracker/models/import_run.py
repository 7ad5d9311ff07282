"""An import: what was uploaded, how far it is, what came of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, Json, UTCDateTime
from meetingtracker.rules.errors import N_
from meetingtracker.rules.states import Labelled


class ImportState(Labelled):
    running = "running", N_("Running")
    done = "done", N_("Done"), "good"
    refused = "refused", N_("Nothing was stored"), "late"
    failed = "failed", N_("Failed"), "late"


class ImportRun(Base):
    """`done` of `total` rows checked; `result` counts what was stored, or lists the bad rows."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    filename: Mapped[str] = mapped_column(sa.String(255))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[ImportState] = mapped_column(EnumValue(ImportState))
    done: Mapped[int] = mapped_column(sa.Integer, default=0)
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    result: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
