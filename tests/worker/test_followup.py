"""The runner: who is told what, when, and only once. TODAY is a Monday; days count from it."""

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.action import Action
from meetingtracker.models.acts.deactivate_person import HandOver, deactivate_person
from meetingtracker.models.acts.finish_action import finish_action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.alert import Alert
from meetingtracker.models.issue import Issue
from meetingtracker.models.notification import Mute
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.person import Person
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.states import Stage, Status
from tests.busy import Busy
from tests.cast import NOW, TODAY
from tests.meetings import plan
from tests.worker.runner import DAY, NOON, Runner, day_of
from tests.worker.smtp import Mode

PRICE = "Write the price list"


def test_an_overdue_promise_finds_its_owner_once(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.run(0)
    assert [m["Subject"] for m in runner.mails()] == [f"Due today: {PRICE}"]
    runner.forget()
    report = runner.run(1)
    assert report.alerts == {1: 1}
    (mail,) = runner.mails()
    assert mail["To"] == "Pia Lund <pia@example.com>"
    assert mail["Subject"] == f"Overdue: {PRICE}"
    assert mail["X-Meetingtracker-Key"].startswith("digest:")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://meet.example.com/a/")
    assert "1 day late" in runner.last("pia")
    assert "It is yours, and its date has passed." in runner.last("pia")
    again = runner.run(1)
    assert (again.alerts, again.digests, again.notices, len(runner.mails())) == ({}, 0, 0, 1)
    assert runner.levels(action) == [("due", "2026-11-16.0", 0), ("due", "2026-11-16.0", 1)][1:]
    assert runner.inbox("pia") == [("overdue", action)]


def test_a_pause_of_weeks_gives_one_digest_and_skips_no_level(runner: Runner) -> None:
    runner.climb_all_the_way()
    action = runner.promise(PRICE, "pia", 0, by="sam")
    runner.run(0)
    runner.forget()
    report = runner.run(21)
    assert report.alerts == {1: 1, 2: 1, 3: 1, 4: 1}
    assert [level for *_, level in runner.levels(action)] == [4, 3, 2, 1]
    to = sorted(m["To"].split()[0] for m in runner.mails())
    assert to == ["Lea", "Pia", "Sam", "Tom"]  # executive, owner, requester, leader


def test_nothing_is_mailed_on_days_that_are_not_worked(runner: Runner) -> None:
    runner.promise(PRICE, "pia", 3)  # Thursday
    for day in (5, 6):
        report = runner.run(day)
        assert (report.digests, report.at_once) == (0, 0)
    assert runner.mails() == []
    assert runner.run(7).digests == 1


def test_a_digest_waits_for_its_hour(runner: Runner) -> None:
    runner.promise(PRICE, "pia", 0)
    assert runner.run(0, time(8, 29)).digests == 0
    assert runner.run(0, time(8, 30)).digests == 1
    with runner.world.write() as cast:
        db.session.get_one(Person, cast.person["pia"]).digest_time = time(16)
    assert runner.run(1, time(15, 59)).digests == 0
    assert runner.run(1, time(16)).digests == 1


def test_no_step_of_the_ladder_is_climbed_twice(runner: Runner) -> None:
    """Now and then, twice a day, and once with a clock that was set back."""
    runner.climb_all_the_way()
    action = runner.promise(PRICE, "pia", 0, by="sam")
    for day in (1, 1, 3, 2, 8, 8, 10, 14, 15):
        runner.run(day, NOON)
    levels = [level for *_, level in runner.levels(action)]
    assert sorted(levels) == [1, 2, 3, 4]
    keys = [str(m["X-Meetingtracker-Key"]) for m in runner.mails()]
    assert len(keys) == len({*keys})


def test_a_new_date_stops_the_climb_and_going_back_repeats_nothing(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.run(1)
    runner.act(action, "move_due", to=day_of(20), reason="the supplier is late")
    assert runner.run(4).alerts == {}
    runner.run(21)
    assert runner.levels(action)[-1] == ("due", day_of(20).isoformat() + ".0", 1)
    runner.act(action, "move_due", to=day_of(0), reason="back again", by="lea")
    report = runner.run(21)
    assert ("due", "2026-11-16.0", 1) in runner.levels(action)
    assert len(runner.levels(action)) == len({*runner.levels(action)})
    assert report.alerts.get(1) is None


def test_sent_back_it_begins_anew(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.run(1)
    runner.act(action, "complete", on=TODAY)
    runner.act(action, "refuse", reason="half of it is missing", by="lea")
    assert runner.run(2).alerts == {1: 1}
    assert runner.levels(action)[-1] == ("due", "2026-11-16.1", 1)
    assert ("answered", action) in runner.inbox("pia")


def test_level_two_asks_the_leader_and_the_requester(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0, by="sam")
    runner.run(2)
    assert runner.mails("tom") == []
    runner.run(3)
    for name in ("tom", "sam"):
        assert "NEEDS YOUR WORD" in runner.last(name)
        assert ("escalated", action) in runner.inbox(name)


def test_on_track_with_a_word_counts_once(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.run(1)
    runner.act(action, "answer_on_track", note="tomorrow at the latest", at=NOW + DAY)
    assert runner.run(3).alerts == {}
    runner.act(action, "answer_on_track", note="really", at=NOW + 4 * DAY)
    assert runner.run(7).alerts == {2: 1}


def test_on_track_without_a_word_counts_for_nothing(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.act(action, "answer_on_track", at=NOW + DAY)
    assert 2 in runner.run(3).alerts


def test_the_second_move_asks_the_leader_at_once(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 2)
    for to in (10, 20):
        runner.act(action, "move_due", to=day_of(to), reason="late again")
    assert runner.run(0).alerts == {2: 1}
    assert "moved 2 times" in runner.last("tom")


def test_a_leader_who_says_nothing_sends_it_to_the_meeting(runner: Runner) -> None:
    with runner.world.write() as cast:
        plan(cast, day_of(10))
    action = runner.promise(PRICE, "pia", 0)
    for day in (3, 4):
        runner.run(day)
    report = runner.run(7)
    assert report.alerts == {3: 1}
    with runner.world.read():
        (item,) = db.session.scalars(sa.select(AgendaItem).filter_by(action_id=action))
        assert (item.ask, item.minutes, item.title) == (Ask.VERDICT, 1, PRICE)
        assert [p.meeting.held_on for p in item.placements] == [day_of(10)]


def test_executives_are_asked_again_every_week(runner: Runner) -> None:
    runner.climb_all_the_way()
    runner.promise(PRICE, "pia", 0)
    looks = (11, 14, 15, 18, 21, 22, 25, 28, 29)
    asked = [day for day in looks if runner.run(day) and "OWED" in runner.last("lea")
             and not runner.forget()]  # fmt: skip
    assert asked == [14, 21, 28]


def test_gentle_ends_at_the_meeting(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.run(30)
    assert sorted(level for *_, level in runner.levels(action)) == [1, 2, 3]


def test_what_was_given_outside_a_meeting_is_mailed_after_two_minutes(runner: Runner) -> None:
    with runner.world.write() as cast:
        action = Busy(cast).action(PRICE, "pia", 20, by="tom", promised=0).id
    runner.run(NOW + timedelta(seconds=119))
    assert runner.mails() == []
    runner.run(NOW + timedelta(seconds=120))
    assert [m["Subject"] for m in runner.mails()] == [f"Given to you: {PRICE}"]
    assert runner.inbox("pia") == [("assigned", action)]
    runner.run(NOW + timedelta(seconds=400))
    assert len(runner.mails()) == 1


def test_what_was_taken_back_within_two_minutes_is_not_mailed(runner: Runner) -> None:
    with runner.world.write() as cast:
        action = Busy(cast).action(PRICE, "pia", 20, by="tom", promised=0).id
    runner.run(NOW + timedelta(seconds=5))
    runner.act(action, "undo", by="tom")
    runner.run(NOW + timedelta(seconds=200))
    assert runner.mails() == []
    with runner.world.read():
        (row,) = db.session.scalars(sa.select(Outbox))
        assert (row.sent_at, row.error, row.failed_at is None) == (None, None, False)


def test_one_message_a_person_and_run(runner: Runner) -> None:
    runner.promise("Call the courier", "pia", -1)
    with runner.world.write() as cast:
        Busy(cast).action(PRICE, "pia", 20, by="tom", promised=0)
    runner.run(0)
    assert len(runner.mails("pia")) == 1
    assert "GIVEN TO YOU" in runner.last("pia")
    assert "OVERDUE" in runner.last("pia")


def test_away_lines_go_to_the_delegate_or_the_leader(runner: Runner) -> None:
    for delegate, told in (("max", "max"), (None, "tom")):
        runner.forget()
        with runner.world.write() as cast:
            pia = db.session.get_one(Person, cast.person["pia"])
            pia.delegate_id = cast.person[delegate] if delegate else None
            if delegate:
                Absence.create("absence.planned", by=cast.actor("pia"), at=NOW, created_at=NOW,
                               person_id=pia.id, from_on=TODAY, to_on=day_of(4))  # fmt: skip
        runner.promise(f"{PRICE} {told}", "pia", 0)
        runner.run(1 if delegate else 2)
        assert runner.mails("pia") == []
        assert "for Pia Lund, who is away" in runner.last(told)


def test_a_leaver_without_an_heir_is_level_two_at_once(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 20, by="sam")
    with runner.world.write() as cast:
        deactivate_person(
            db.session.get_one(Person, cast.person["pia"]),
            HandOver(db.session.get_one(Person, cast.person["dina"]), waiting=frozenset({action}),
                     waits_until=day_of(1)),
            by=cast.actor("ada"), at=NOW, on=TODAY,
        )  # fmt: skip
    assert runner.run(1).alerts == {}
    assert runner.run(2).alerts == {2: 1}
    assert "NEEDS YOUR WORD" in runner.last("tom")


def test_blocked_shifts_the_ladder_to_the_blocker(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0, by="tom")
    with runner.world.write() as cast:
        db.session.get_one(Action, action).block(
            need="the figures", next_look_on=day_of(1), by=cast.actor("pia"), at=NOW, on=TODAY,
            blocker_person_id=cast.person["max"],
        )  # fmt: skip
    runner.run(1)
    assert "BLOCKED ON YOU" in runner.last("max")
    assert "“the figures”" in runner.last("max")
    assert runner.mails("pia") == []
    runner.run(2)
    assert runner.levels(action) == [("blocked", "2026-11-16>2026-11-17", 1)]
    runner.run(8)
    assert "NEEDS YOUR WORD" in runner.last("sam")  # who leads the blocker
    assert ("escalated", action) in runner.inbox("pia")  # who waits
    runner.act(action, "unblock", by="max")
    assert [rule for rule, *_ in runner.levels(action)].count("due") == 0
    assert 1 in runner.run(8).alerts  # back with its owner


def test_outside_pauses_until_the_next_look(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    runner.act(action, "block", need="the customs", next_look_on=day_of(60), on=TODAY)
    assert runner.run(14).alerts == {}
    assert runner.run(15).alerts == {1: 1}  # ten working days at most
    assert runner.levels(action)[0][0] == "due"


def test_a_chain_asks_whoever_is_at_its_end(runner: Runner) -> None:
    last = runner.promise("Get the contract", "max", 30, by="sam")
    middle = runner.promise("Order the feed", "olga", 30, by="maya")
    first = runner.promise(PRICE, "pia", 30, by="tom")
    for waits, on, by in ((first, middle, "pia"), (middle, last, "olga")):
        runner.act(waits, "block", need="it", next_look_on=day_of(1), on=TODAY, by=by,
                   blocker_action_id=on)  # fmt: skip
    runner.run(1)
    assert runner.last("max").count("“it”") == 2
    assert runner.mails("olga") == []


def test_a_circle_asks_the_leaders_and_ends(runner: Runner) -> None:
    one = runner.promise("Hen", "pia", 30, by="tom")
    other = runner.promise("Egg", "olga", 30, by="maya")
    for waits, on, by in ((one, other, "pia"), (other, one, "olga")):
        runner.act(waits, "block", need="it", next_look_on=day_of(1), on=TODAY, by=by,
                   blocker_action_id=on)  # fmt: skip
    assert runner.run(1).alerts == {2: 2}
    assert {"tom", "maya"} <= {m["To"].split("<")[1].split("@")[0] for m in runner.mails()}


def test_an_unanswered_proposal_goes_to_the_leader(runner: Runner) -> None:
    with runner.world.write() as cast:
        action = Busy(cast).action(PRICE, "pia", 20, by="sam", promised=0).id
    runner.run(1)
    assert runner.mails("tom") == []
    assert runner.run(2).alerts == {2: 1}
    assert PRICE in runner.last("tom")
    runner.act(action, "accept")
    runner.forget()
    runner.run(3)
    assert PRICE not in runner.last("tom")


def test_done_verifies_itself_after_five_working_days(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0, by="sam")
    with runner.world.write() as cast:
        finish_action(db.session.get_one(Action, action), by=cast.actor("pia"), at=NOW, on=TODAY)
    assert runner.run(7).verified == 0
    assert runner.run(8).verified == 1
    with runner.world.read():
        assert db.session.get_one(Action, action).status is Status.verified


def test_an_unconfirmed_issue_is_asked_about_again_and_closes(runner: Runner) -> None:
    with runner.world.write() as cast:
        issue = Busy(cast).issue("Labels", "Sales", "Tech", by="max", age=9)
        issue.resolve(resolution="New printer", by=cast.actor("tom"), at=NOW, on=TODAY)
        number = issue.id
    looks = (0, 1, 2, 3, 4, 8, 10, 11, 14)
    said = [day for day in looks if runner.run(day) and "Labels" in runner.last("max")
            and not runner.forget()]  # fmt: skip
    assert said == [0, 1, 3, 11]
    with runner.world.read():
        assert db.session.get_one(Issue, number).stage is Stage.closed


def test_who_may_not_see_it_is_not_told(runner: Runner) -> None:
    """max asked for it; then its issue became confidential."""
    with runner.world.write() as cast:
        issue = Busy(cast).issue("Somebody reads mails", "Support", "Tech", by="noor", age=8)
        action = Busy(cast).action(PRICE, "pia", 0, by="max", issue=issue)
        action.accept(by=cast.actor("pia"), at=NOW)
        issue.record("issue.confidential_set", by=cast.actor("noor"), at=NOW, confidential=True)
    for day in (1, 3, 7):
        runner.run(day)
    assert PRICE in runner.last("tom")
    assert PRICE not in "".join(runner.last(name) for name in ("max", "sam", "maya"))


def test_what_is_muted_is_not_mailed_and_stands_in_the_inbox(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    with runner.world.write() as cast:
        for notice in (Notice.overdue, Notice.escalated):
            db.session.add(Mute(person_id=cast.person["pia"], notice=notice, muted_at=NOW))
    runner.run(1)
    assert runner.mails() == []
    assert runner.inbox("pia") == [("overdue", action)]


def test_a_mail_server_that_was_away_gets_one_digest(runner: Runner) -> None:
    runner.promise(PRICE, "pia", 0)
    runner.server.mode = Mode.temporary
    for day in (1, 2):
        runner.run(day)
    assert runner.mails() == []
    runner.server.mode = Mode.accept
    with runner.world.write():
        db.session.execute(sa.update(Outbox).values(due_at=NOW))  # the next try is due
    runner.run(3)
    assert len(runner.mails("pia")) == 1
    assert "3 days late" in runner.last("pia")


def test_without_mail_the_inbox_does_everything(runner: Runner) -> None:
    action = runner.promise(PRICE, "pia", 0)
    with runner.world.app.app_context():
        from meetingtracker.worker import followup

        report = followup.run(datetime(2026, 11, 19, 20, tzinfo=UTC), mailing=False)
    assert report is not None
    assert report.digests == 0
    assert runner.inbox("pia") == [("overdue", action)]
    assert runner.inbox("tom") == [("escalated", action)]
    with runner.world.read():
        assert db.session.scalar(sa.select(sa.func.count(Outbox.id))) == 0


@pytest.mark.parametrize("dry", [True, False])
def test_a_dry_run_writes_nothing(runner: Runner, dry: bool) -> None:
    runner.promise(PRICE, "pia", -1)
    with runner.world.app.app_context():
        from meetingtracker.worker import followup

        report = followup.run(datetime(2026, 11, 16, 20, tzinfo=UTC), mailing=True, dry=dry)
        assert report is not None
        assert (report.alerts, report.digests) == ({1: 1}, 1)
        rows = db.session.scalar(sa.select(sa.func.count(Alert.id)))
        assert rows == (0 if dry else 1)
