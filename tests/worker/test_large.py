"""What only many lines, or two runners, bring about."""

import pytest
import sqlalchemy as sa

from meetingtracker.db import db, writing
from meetingtracker.models.acts import queue_digest
from meetingtracker.models.acts.raise_alerts import Raiser, newest_alert
from meetingtracker.models.alert import Alert
from meetingtracker.models.notification import Notification
from meetingtracker.models.reads.followup_scan import new_alerts
from meetingtracker.rules.calendar import at_local
from meetingtracker.worker import followup
from tests.cast import ZONE
from tests.worker.runner import EVENING, Runner, day_of


def test_what_finds_no_room_is_counted_and_said_once(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_digest, "LONGEST_DIGEST", 3)
    monkeypatch.setattr(followup, "LINES", 4)
    for n in range(15):
        runner.promise(f"Promise {n}", "pia", 0)
    runner.run(3)
    assert "And 12 more" in runner.last("tom")
    with runner.world.read():
        unsaid = sa.select(Notification.id).where(
            Notification.mail_at.is_not(None), Notification.mailed_at.is_(None)
        )
        assert db.session.scalars(unsaid).all() == []
    runner.forget()
    assert (runner.run(3).at_once, runner.mails()) == (0, [])


def test_what_another_runner_raised_meanwhile_is_not_raised_again(runner: Runner) -> None:
    for n in range(3):
        runner.promise(f"Promise {n}", "pia", 0)
    at = at_local(day_of(3), EVENING, ZONE)
    with runner.world.app.app_context():
        look = followup.look_at(at)
        assert look is not None
        ours = Raiser(look.day, at=at, mail_at=look.may_mail_at)
        ours.newest = newest_alert()
        dues = new_alerts(look.day)
        ready = ours.ready(dues)
        theirs = Raiser(look.day, at=at, mail_at=look.may_mail_at)
        with writing():
            assert len(theirs.raise_alerts(theirs.ready(dues[:4]))) == 4
        with writing():
            assert [*ours.raise_alerts(ready)] == dues[4:]
        assert new_alerts(look.day) == []
        pairs = db.session.execute(sa.select(Notification.person_id, Notification.alert_id)).all()
        assert len(pairs) == len({tuple(pair) for pair in pairs})
        assert db.session.scalar(sa.select(sa.func.count(Alert.id))) == len(dues)
