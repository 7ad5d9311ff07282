"""Many rows at once are what they would be one by one, and so is their history."""

from typing import Any

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.bulk import Batch
from meetingtracker.models.alert import Alert
from meetingtracker.models.event import Event
from meetingtracker.rules.ladder import AlertRule
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, TODAY
from tests.conftest import World

SAME: dict[str, Any] = {"rule": AlertRule.due, "subject_type": "action", "raised_on": TODAY,
                        "raised_at": NOW}  # fmt: skip


def test_many_rows_at_once(world: World) -> None:
    """Three columns differ, one of them empty in one row and one in all."""
    each = {"subject_id": [7, 8, 9], "epoch": ["a", 'b"', "ß"], "level": [1, 2, 4],
            "asked_on": [None, None, TODAY], "policy_id": [None, None, None]}  # fmt: skip
    rows = [dict(zip(each, values, strict=True)) for values in zip(*each.values(), strict=True)]
    with world.write():
        one_by_one = Batch(Alert)
        for row in rows:
            one_by_one.add("alert.raised", by=SYSTEM, at=NOW, **SAME, **row)
        alone = one_by_one.insert(db.session())
        before = _told(alone)
        db.session.execute(sa.update(Alert).values(subject_type="issue"))
        together = Batch(Alert)
        together.add_many("alert.raised", by=SYSTEM, at=NOW, each=each, **SAME)
        ids = together.insert(db.session())
        assert len({*alone, *ids}) == 6
        assert _told(ids) == before
        assert len(together) == 0


def _told(ids: list[int]) -> list[list[Any]]:
    """All of the alerts and of their events, but for the ids."""
    alerts = sa.select(*[c for c in Alert.__table__.c if c.name != "id"])
    events = sa.select(
        *[c for c in Event.__table__.c if c.name not in ("id", "subject_id")]
    ).where(Event.subject_type == "alert")  # fmt: skip
    read = db.session.execute
    return [
        [dict(row._mapping) for row in read(alerts.where(Alert.id.in_(ids)).order_by(Alert.id))],
        [
            dict(row._mapping)
            for row in read(events.where(Event.subject_id.in_(ids)).order_by(Event.id))
        ],
    ]
