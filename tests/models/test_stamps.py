"""Whether an alert still stands, in Python and in SQL: one answer, for every state of its thing."""

from datetime import timedelta
from itertools import product

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.alert import Alert
from meetingtracker.models.issue import Issue
from meetingtracker.models.reads.stamps import stands, stands_for_action, still_stands
from meetingtracker.rules.ladder import LEADER, AlertRule, block_epoch, epoch
from meetingtracker.rules.states import Stage, Status
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.models.test_flags import give, issue

LATE = TODAY - timedelta(days=14)


def raise_for(kind: str, things: list[int], names: list[str]) -> None:
    """An alert of every rule in each of these epochs about each of the things."""
    rows = [
        {
            "subject_type": kind, "subject_id": thing, "rule": rule, "epoch": name,
            "level": LEADER, "raised_on": TODAY, "raised_at": NOW, "version": 1,
        }
        for thing, rule, name in product(things, AlertRule, names)
    ]  # fmt: skip
    db.session.execute(sa.insert(Alert), rows)


def test_alerts_stand_in_sql_as_in_the_rule(world: World) -> None:
    with world.write() as cast:
        pia = cast.person["pia"]
        actions = [
            give(
                cast, status=status, due_on=due_on, reopened=reopened, promised_on=LATE,
                blocked_on=LATE if status is Status.blocked else None,
            ).id
            for status, due_on, reopened in product(Status, (None, LATE, TODAY), (0, 1))
        ]  # fmt: skip
        names = [epoch(LATE, 0), epoch(LATE, 1), f"{LATE}.{pia}", f"{TODAY}.{cast.person['max']}",
                 block_epoch(LATE, TODAY), block_epoch(TODAY, TODAY)]  # fmt: skip
        nobodys = give(cast, status=Status.proposed, promised_on=LATE)
        nobodys.record("action.handed_over", by=cast.actor("sam"), at=NOW, owner_id=None)
        raise_for("action", [*actions, nobodys.id], [*dict.fromkeys(names)])
        issues = [issue(cast, stage).id for stage in Stage]
        raise_for("issue", issues, [str(TODAY), str(LATE), epoch(LATE, 0)])
    with world.read():
        nouns: dict[str, type[Action | Issue]] = {"action": Action, "issue": Issue}
        alerts = db.session.scalars(sa.select(Alert)).all()
        expected = {
            row.id
            for row in alerts
            if still_stands(row, db.session.get_one(nouns[row.subject_type], row.subject_id))
        }
        said = {row.rule for row in alerts if row.id in expected}
        assert said == set(AlertRule), "each rule has some that stand"
        assert set(db.session.scalars(sa.select(Alert.id).where(stands()))) == expected
        others = {row.id for row in alerts} - expected
        assert set(db.session.scalars(sa.select(Alert.id).where(~stands()))) == others
        joined = (
            sa.select(Alert.id)
            .join(Action, Action.id == Alert.subject_id)
            .where(Alert.subject_type == "action")
        )
        about_actions = {r.id for r in alerts if r.id in expected and r.subject_type == "action"}
        for clause in (stands_for_action(), stands()):
            assert set(db.session.scalars(joined.where(clause))) == about_actions
