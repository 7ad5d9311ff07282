"""The organisation: one row of settings that every page and rule reads, and its holidays."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from meetingtracker.db import Base, EnumValue, UTCDateTime, db
from meetingtracker.models.event import Recorded
from meetingtracker.rules.accounts import FactorPolicy
from meetingtracker.rules.calendar import WorkingCalendar
from meetingtracker.rules.permissions import Actor


class Organisation(Recorded, Base):
    """Zone (IANA) decides what a day is; `weekdays` are ISO numbers, "12345" Monday to Friday.
    `shadow_weeks`: now and then early warnings are kept and not shown, to see what they change."""

    __tablename__ = "organisation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    zone: Mapped[str] = mapped_column(sa.String(64))
    weekdays: Mapped[str] = mapped_column(sa.String(7), default="12345")
    uses_mail: Mapped[bool] = mapped_column(default=False)
    factor_policy: Mapped[FactorPolicy] = mapped_column(
        EnumValue(FactorPolicy), default=FactorPolicy.nobody, server_default="nobody"
    )
    shadow_weeks: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    set_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def set_up(
        cls, *, name: str, zone: str, language: str, uses_mail: bool, by: Actor, at: datetime
    ) -> "Organisation":
        return cls.create(
            "organisation.set_up", by=by, at=at, id=1, name=name, zone=zone,
            language=language, uses_mail=uses_mail, set_up_at=at,
        )  # fmt: skip

    def change(self, *, by: Actor, at: datetime, **settings: Any) -> bool:
        return self.record("organisation.changed", by=by, at=at, **settings)

    def set_holidays(self, days: dict[date, str], *, by: Actor, at: datetime) -> bool:
        """Make these the holidays, a change of the organisation like any other.

        A day that is no longer one is the only row that is ever deleted; the event's reason keeps
        what then stood. False, and nothing written, if all stood so already.
        """
        session = db.session()
        known = {holiday.day: holiday for holiday in session.scalars(sa.select(Holiday))}
        if days == {day: holiday.name for day, holiday in known.items()}:
            return False
        for day, holiday in known.items():
            if day not in days:
                session.delete(holiday)
            else:
                holiday.name = days[day]
        session.add_all(
            Holiday(day=day, name=name) for day, name in days.items() if day not in known
        )
        self.version += 1
        kept = "\n".join(f"{day} {name}" for day, name in sorted(days.items()))
        session.add(self._event("organisation.holidays_set", by, at, kept, None, {}))
        return True


class Holiday(Base):
    """A day on which nobody works; reminders and ladders step over it."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))


def the_organisation() -> Organisation | None:
    """None until the first start has been walked through."""
    return db.session().get(Organisation, 1)


def working_calendar(organisation: Organisation) -> WorkingCalendar:
    days = db.session().scalars(sa.select(Holiday.day))
    return WorkingCalendar(frozenset(map(int, organisation.weekdays)), frozenset(days))
