"""A person: an account, a role, a department."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.permissions import Actor, Role

if TYPE_CHECKING:
    from meetingtracker.models.department import Department


class Person(Recorded, Base):
    """`email` is kept folded to lower case. Without a password hash no password opens the account.

    `delegate_id`: who answers for them while they are away, and after they have left.
    `digest_time`: when their digest comes, local to their zone; None is the policy's time.
    """

    __tablename__ = "person"
    derived = frozenset({"password_hash"})

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[Role] = mapped_column(EnumValue(Role))
    is_admin: Mapped[bool] = mapped_column(default=False)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    delegate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    zone: Mapped[str | None] = mapped_column(sa.String(64))
    language: Mapped[str | None] = mapped_column(sa.String(12))
    digest_time: Mapped[time | None]
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    department: Mapped["Department | None"] = relationship(foreign_keys=department_id)

    @classmethod
    def join(
        cls,
        *,
        email: str,
        name: str,
        role: Role = Role.member,
        is_admin: bool = False,
        department_id: int | None = None,
        password_hash: str | None = None,
        by: Actor,
        at: datetime,
    ) -> "Person":
        return cls.create(
            "person.joined", by=by, at=at, email=folded(email), name=name.strip(),
            role=role, is_admin=is_admin, department_id=department_id,
            password_hash=password_hash, created_at=at,
        )  # fmt: skip

    def change(self, *, by: Actor, at: datetime, **values: Any) -> bool:
        """Name, department, manager, zone, language. A change of role has an act of its own."""
        return self.record("person.changed", by=by, at=at, **values)

    def set_password(self, password_hash: str, *, by: Actor, at: datetime) -> None:
        """The hash is not history, only that there is a new one."""
        self.password_hash = password_hash
        self.version += 1
        db.session().add(self._event("person.password_changed", by, at, None, None, {}))

    def is_last_admin(self) -> bool:
        others = sa.select(Person.id).where(
            Person.is_admin, Person.deactivated_at.is_(None), Person.id != self.id
        )
        return self.is_admin and db.session().scalar(others.limit(1)) is None

    def deactivate(self, *, by: Actor, at: datetime, reason: str | None = None) -> bool:
        if self.deactivated_at is not None:
            return False
        return self.record("person.deactivated", by=by, at=at, reason=reason, deactivated_at=at)

    def come_back(self, *, by: Actor, at: datetime) -> bool:
        """Here again, without a password: the old one is not trusted any more."""
        if self.deactivated_at is None:
            return False
        self.password_hash = None
        return self.record("person.returned", by=by, at=at, deactivated_at=None, delegate_id=None)

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def colour(self) -> int:
        """Palette index of the avatar: the department's, or one of the person's own."""
        return self.department.colour if self.department else self.id % 12


def folded(address: str) -> str:
    """A mail address as it is kept and looked up."""
    return address.strip().lower()


def initials(name: str) -> str:
    """First letters of the first and last word: "Maya Ortiz" is MO."""
    words = name.split() or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
