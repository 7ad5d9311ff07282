"""Tokens for programs, kept as hashes, and the answers that a repeated request gets again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.accounts import Scope
from meetingtracker.rules.permissions import Actor

if TYPE_CHECKING:
    from meetingtracker.models.person import Person

USED_EVERY = timedelta(minutes=5)
"""How often the last use of a token is written down."""
KEPT = timedelta(hours=24)
"""How long an answer is given again."""
GIVEN_UP = timedelta(seconds=60)
"""A request that has not answered by then died on the way: a repeat takes its place."""


class ApiToken(Recorded, Base):
    """A person's key for programs: it may what its scope and its owner may, and dies with them."""

    __tablename__ = "api_token"
    derived = frozenset({"token_hash", "last_used_at"})

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scope: Mapped[Scope] = mapped_column(EnumValue(Scope))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped["Person"] = relationship()

    @classmethod
    def make(
        cls, *, person_id: int, name: str, scope: Scope, token_hash: str, by: Actor, at: datetime
    ) -> "ApiToken":
        return cls.create(
            "token.made", by=by, at=at, person_id=person_id, name=name.strip(), scope=scope,
            token_hash=token_hash, created_at=at,
        )  # fmt: skip

    def revoke(self, *, by: Actor, at: datetime) -> bool:
        """From the next request on it opens nothing."""
        if self.revoked_at is not None:
            return False
        return self.record("token.revoked", by=by, at=at, revoked_at=at)


def note_use(token_id: int, *, at: datetime) -> None:
    """Not history, and no new version: two requests at once may both write it."""
    db.session().execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=at))


class ApiAnswer(Base):
    """What a POST with an Idempotency-Key was answered; no status while it is still running."""

    __tablename__ = "api_answer"
    __table_args__ = (sa.UniqueConstraint("token_id", "path", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_token.id"))
    path: Mapped[str] = mapped_column(sa.String(255))
    key: Mapped[str] = mapped_column(sa.String(255))
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None] = mapped_column(sa.SmallInteger)
    body: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    @property
    def is_running(self) -> bool:
        return self.status is None

    def died(self, *, at: datetime) -> bool:
        return self.is_running and at - self.at >= GIVEN_UP


def claim_answer(
    *, token_id: int, path: str, key: str, body_hash: str, at: datetime
) -> tuple[ApiAnswer, bool]:
    """The row of this key, and whether the request at hand is the one to answer it.

    Answers older than KEPT are forgotten. IntegrityError if somebody else claims it meanwhile.
    """
    session = db.session()
    session.execute(sa.delete(ApiAnswer).where(ApiAnswer.at < at - KEPT))
    row = session.scalar(
        sa.select(ApiAnswer)
        .where(ApiAnswer.token_id == token_id, ApiAnswer.path == path, ApiAnswer.key == key)
        .with_for_update()
    )
    if row is None:
        row = ApiAnswer(token_id=token_id, path=path, key=key, body_hash=body_hash, at=at)
        session.add(row)
        session.flush()
        return row, True
    if row.body_hash == body_hash and row.died(at=at):
        row.at = at
        return row, True
    return row, False


def keep_answer(answer_id: int, *, claimed_at: datetime, status: int, body: str) -> bool:
    """Store what was answered; False if somebody else has taken the claim over."""
    kept = db.session().execute(
        _claimed(sa.update(ApiAnswer), answer_id, claimed_at).values(status=status, body=body)
    )
    return kept.rowcount == 1  # type: ignore[attr-defined]


def release_claim(answer_id: int, *, claimed_at: datetime) -> None:
    """A request that changed nothing may be sent again under its key."""
    db.session().execute(_claimed(sa.delete(ApiAnswer), answer_id, claimed_at))


def _claimed(statement: Any, answer_id: int, claimed_at: datetime) -> Any:
    return statement.where(
        ApiAnswer.id == answer_id, ApiAnswer.at == claimed_at, ApiAnswer.status.is_(None)
    )
