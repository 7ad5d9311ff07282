"""What follows issued minutes: who approves or objects, and numbered corrections."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.errors import N_, RuleBroken
from meetingtracker.rules.minutes_approval import Word
from meetingtracker.rules.permissions import Actor

if TYPE_CHECKING:
    from meetingtracker.models.person import Person


class MinutesAnswer(Recorded, Base):
    """What somebody who was there says about one version of the minutes; the last word counts."""

    __tablename__ = "minutes_answer"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    word: Mapped[Word] = mapped_column(EnumValue(Word))
    sentence: Mapped[str | None] = mapped_column(sa.String(500))
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped["Person"] = relationship()

    @classmethod
    def say(
        cls, meeting_id: int, number: int, word: Word, *, sentence: str, by: Actor, at: datetime
    ) -> bool:
        """An objection needs its sentence. `number` is the version that was read."""
        if word is Word.objects and not sentence.strip():
            raise RuleBroken(N_("Say in one sentence what is not right."), field="sentence")
        values: dict[str, Any] = {"word": word, "sentence": sentence.strip() or None, "said_at": at}
        row = db.session().scalar(
            sa.select(cls).filter_by(meeting_id=meeting_id, number=number, person_id=by.id)
        )
        kind = f"minutes.{word.value}"
        if row is None:
            cls.create(
                kind, by=by, at=at, meeting_id=meeting_id, number=number, person_id=by.id, **values
            )
            return True
        return row.record(kind, by=by, at=at, meeting_id=meeting_id, **values)


class Erratum(Recorded, Base):
    """A correction to issued minutes, whose text it leaves alone.

    It has its number, and counts, from when a second person agreed: one of the two facilitates or
    takes notes, the other was there.
    """

    __tablename__ = "erratum"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    number: Mapped[int | None] = mapped_column(sa.SmallInteger)
    text: Mapped[str] = mapped_column(sa.String(1000))
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    written_by: Mapped["Person"] = relationship(foreign_keys=written_by_id)
    agreed_by: Mapped["Person | None"] = relationship(foreign_keys=agreed_by_id)

    @classmethod
    def write(cls, meeting_id: int, text: str, *, by: Actor, at: datetime) -> "Erratum":
        """Propose it; `text` says what is wrong and what is right, on one line or a few."""
        if not text.strip():
            raise RuleBroken(N_("Say what is wrong, and what is right."), field="text")
        return cls.create(
            "erratum.written", by=by, at=at, meeting_id=meeting_id, text=text.strip(),
            written_by_id=by.id, written_at=at,
        )  # fmt: skip

    def agree(self, number: int, *, by: Actor, at: datetime) -> bool:
        self._must_wait()
        return self.record(
            "erratum.agreed", by=by, at=at, meeting_id=self.meeting_id, number=number,
            agreed_by_id=by.id, agreed_at=at,
        )  # fmt: skip

    def withdraw(self, *, by: Actor, at: datetime) -> bool:
        self._must_wait()
        return self.record(
            "erratum.withdrawn", by=by, at=at, meeting_id=self.meeting_id, withdrawn_at=at
        )

    def _must_wait(self) -> None:
        if self.agreed_at is not None or self.withdrawn_at is not None:
            raise RuleBroken(N_("Somebody has answered this correction meanwhile."))
