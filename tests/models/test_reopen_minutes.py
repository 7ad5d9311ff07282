"""Minutes that are opened again: counters, what was carried over, versions, mails, approval."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.acts.approve_minutes import approve_by_silence, unopposed
from meetingtracker.models.acts.correct_minutes import agree_to_erratum, write_erratum
from meetingtracker.models.acts.issue_minutes import reopen_minutes
from meetingtracker.models.acts.mail_minutes import TO_OUTSIDER, TO_PERSON, mail_minutes
from meetingtracker.models.acts.raise_issue import raise_issue
from meetingtracker.models.acts.run_meeting import end_item
from meetingtracker.models.agenda_item import AgendaItem, Placement
from meetingtracker.models.meeting import Attendance, Meeting, MinutesVersion
from meetingtracker.models.minutes import MinutesAnswer
from meetingtracker.models.organisation import the_organisation, working_calendar
from meetingtracker.models.outbox import Outbox
from meetingtracker.models.reads.issued_minutes import latest_minutes, may_read
from meetingtracker.models.series import Series
from meetingtracker.rules.agenda import Outcome
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.minutes_approval import ApprovedAs, Word
from meetingtracker.rules.states import MeetingState, Presence, Visibility
from tests.cast import NOW, TODAY, ZONE, Cast
from tests.conftest import World
from tests.meetings import THURSDAY, WEEK, end, hold, issue, plan, propose, standing, start


def reopen(cast: Cast, meeting: Meeting, reason: str = "a decision is missing") -> None:
    reopen_minutes(meeting, reason=reason, by=cast.actor("maya"), at=NOW + timedelta(hours=1))
    db.session.flush()


def counters(item: AgendaItem) -> tuple[object, ...]:
    db.session.refresh(item)
    return item.placed, item.deferred, item.unreached, item.carried, item.in_pool, item.withdrawn_at


@pytest.mark.parametrize("outcome", list(Outcome))
def test_opening_again_takes_back_what_issuing_counted(world: World, outcome: Outcome) -> None:
    with world.write() as cast:
        item = propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        before = counters(item)
        end(cast, meeting, outcome)
        issue(cast, meeting)
        counted = counters(item)
        assert counted[0] == 1
        reopen(cast, meeting)
        assert counters(item) == before
        assert meeting.state is MeetingState.wrap_up
        second = issue(cast, meeting, at=NOW + timedelta(hours=2))
        assert counters(item)[:5] == counted[:5]
        assert (second.number, second.reason) == (2, "a decision is missing")
        assert "- Version: 2 (opened again: a decision is missing)" in second.text
        numbers = db.session.scalars(sa.select(MinutesVersion.number).order_by(MinutesVersion.id))
        assert numbers.all() == [1, 2]


def test_what_was_carried_over_stands_once_and_leaves_again(world: World) -> None:
    """Deferred, then carried; still deferred in version 2: one placement. Then decided: it ends."""
    with world.write() as cast:
        item = propose(cast, "Stock count")
        meeting = start(cast, plan(cast))
        following = plan(cast, THURSDAY + WEEK)
        end(cast, meeting, Outcome.DEFERRED)
        issue(cast, meeting)
        assert [p.item_id for p in standing(following)] == [item.id]
        reopen(cast, meeting)
        issue(cast, meeting)
        assert [p.item_id for p in standing(following)] == [item.id]
        reopen(cast, meeting)
        end_item(meeting, standing(meeting)[0], Outcome.DECIDED, by=cast.actor("maya"), at=NOW)
        issue(cast, meeting)
        (later,) = standing(following)
        assert later.outcome is Outcome.WITHDRAWN
        assert counters(item)[:4] == (1, 0, 0, Outcome.DECIDED)
        total = db.session.scalar(sa.select(sa.func.count(Placement.id)))
        assert total == 2


def test_only_the_newest_that_nobody_approved_opens_again(world: World) -> None:
    with world.write() as cast:
        first = hold(cast, THURSDAY, Outcome.RESOLVED)
        second = plan(cast, THURSDAY + WEEK)
        reopen(cast, first)
        issue(cast, first)
        start(cast, second)
        with pytest.raises(RuleBroken, match="later meeting has begun"):
            reopen(cast, first)
        issue(cast, second)
        with pytest.raises(RuleBroken, match="reason in one line"):
            reopen(cast, second, " ")
        second.approve(ApprovedAs.silence, by=cast.actor("maya"), at=NOW)
        with pytest.raises(RuleBroken, match="approved"):
            reopen(cast, second)
        with pytest.raises(RuleBroken, match="no issued minutes"):
            reopen(cast, plan(cast, THURSDAY + 2 * WEEK))


def test_an_old_annex_is_read_by_its_own_numbers(world: World) -> None:
    """Put in another order when opened again, item 1 of version 1 is still what it was."""
    with world.write() as cast:
        secrets = [
            raise_issue(
                title=title, raising_department_id=cast.department[home], confidential=True,
                by=cast.actor(leader), at=NOW, on=TODAY,
            ).id
            for title, home, leader in (("A", "Support", "noor"), ("B", "Sales", "sam"))
        ]  # fmt: skip
        for number, secret in enumerate(secrets):
            propose(cast, f"About {number}", issue_id=secret)
        meeting = start(cast, plan(cast))
        end(cast, meeting, Outcome.RESOLVED)
        first = issue(cast, meeting)
        assert may_read(cast.actor("noor"), first).items == {1}
        reopen(cast, meeting)
        one, two = standing(meeting)
        by = cast.actor("maya")
        one.move_to(2, by=by, at=NOW)
        two.move_to(1, by=by, at=NOW)
        db.session.flush()
        second = issue(cast, meeting)
        assert may_read(cast.actor("noor"), first).items == {1}
        assert may_read(cast.actor("noor"), second).items == {2}
        assert may_read(cast.actor("sam"), first).items == {2}
        assert may_read(cast.actor("maya"), first).items == set()  # minutes are out: she runs none


def queued(kind: str) -> list[tuple[int, str | None]]:
    rows = db.session.execute(
        sa.select(Outbox.person_id, Outbox.address).filter_by(kind=kind).order_by(Outbox.id)
    )
    return [tuple(row) for row in rows]


def test_everybody_invited_present_or_named_gets_one_mail(world: World) -> None:
    with world.write() as cast:
        series = db.session.get_one(Series, cast.series)
        by, person = cast.actor("maya"), cast.person
        series.change(
            visibility=Visibility.attendees, by=by, at=NOW,
            copies_to="board@elsewhere.example, MAX@example.com\nsam@example.com",
        )  # fmt: skip
        meeting = start(cast, plan(cast))
        Attendance.mark(meeting, person["pia"], Presence.present, by=by, at=NOW)
        meeting.send_copies("Board@Elsewhere.example; guest@elsewhere.example", by=by, at=NOW)
        db.session.flush()
        version = issue(cast, meeting)
        mail_minutes(meeting, version, by=by, at=NOW)
        mail_minutes(meeting, version, by=by, at=NOW)  # a second time adds nothing
        told = {person[name] for name in ("sam", "tom", "maya", "noor", "lea")}
        assert queued(TO_PERSON) == [(i, None) for i in sorted(told)]
        # max may not see the series, pia was a guest without a seat: max gets the text alone.
        assert {address for _, address in queued(TO_OUTSIDER)} == {
            "board@elsewhere.example", "MAX@example.com", "guest@elsewhere.example",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("a@b", "a@b"), ("a@b.example\nnobody", "nobody"), ("x" * 250 + "@b.example", "xxx"),
     ("müller@b.example", "müller")],
)  # fmt: skip
def test_what_is_no_address_is_refused(world: World, typed: str, wrong: str) -> None:
    with world.write() as cast, pytest.raises(RuleBroken, match=wrong) as refused:
        series = db.session.get_one(Series, cast.series)
        series.change(copies_to=typed, by=cast.actor("maya"), at=NOW)
    assert refused.value.field == "copies_to"


def approving(cast: Cast) -> Meeting:
    series = db.session.get_one(Series, cast.series)
    series.change(approves=True, by=cast.actor("maya"), at=NOW)
    return hold(cast, THURSDAY, Outcome.RESOLVED)


def silent(at: datetime) -> list[int]:
    organisation = the_organisation()
    assert organisation is not None
    return unopposed(working_calendar(organisation), ZONE, at=at)


def test_silence_approves_after_five_working_days(world: World) -> None:
    """Issued on Monday 16th: Monday 23rd is the fifth working day after it, Tuesday the sixth."""
    with world.write() as cast:
        meeting = approving(cast)
        db.session.flush()
        assert silent(NOW + timedelta(days=7)) == []
        assert silent(NOW + timedelta(days=8)) == [meeting.id]
        assert approve_by_silence([meeting.id], at=NOW + timedelta(days=8)) == 1
        assert approve_by_silence([meeting.id], at=NOW + timedelta(days=8)) == 0
        assert (meeting.state, meeting.approved_as) == (
            MeetingState.approved, ApprovedAs.silence,
        )  # fmt: skip


def test_nothing_is_approved_unasked_or_against_an_objection(world: World) -> None:
    with world.write() as cast:
        meeting = hold(cast, THURSDAY, Outcome.RESOLVED)
        later = NOW + timedelta(days=30)
        assert silent(later) == []
        series = db.session.get_one(Series, cast.series)
        series.change(approves=True, by=cast.actor("maya"), at=NOW)
        MinutesAnswer.say(
            meeting.id, 1, Word.objects, sentence="I was there", by=cast.actor("tom"), at=NOW
        )
        db.session.flush()
        assert silent(later) == []
        assert approve_by_silence([meeting.id], at=later) == 0
        hold(cast, THURSDAY + WEEK, Outcome.RESOLVED)
        assert meeting.state is MeetingState.issued
        MinutesAnswer.say(meeting.id, 1, Word.approves, sentence="", by=cast.actor("tom"), at=NOW)
        db.session.flush()
        assert silent(later)[0] == meeting.id


def test_the_next_meeting_approves_the_one_before(world: World) -> None:
    with world.write() as cast:
        meeting = approving(cast)
        hold(cast, THURSDAY + WEEK, Outcome.RESOLVED)
        assert meeting.approved_as is ApprovedAs.next_meeting


def test_an_objection_is_to_one_version(world: World) -> None:
    with world.write() as cast:
        meeting = approving(cast)
        with pytest.raises(RuleBroken, match="one sentence"):
            MinutesAnswer.say(
                meeting.id, 1, Word.objects, sentence=" ", by=cast.actor("tom"), at=NOW
            )
        MinutesAnswer.say(
            meeting.id, 1, Word.objects, sentence="I was there", by=cast.actor("tom"), at=NOW
        )
        reopen(cast, meeting)
        issue(cast, meeting)
        assert silent(NOW + timedelta(days=30)) == [meeting.id]


def test_a_correction_counts_when_a_second_person_agrees(world: World) -> None:
    with world.write() as cast:
        meeting = hold(cast, THURSDAY, Outcome.RESOLVED)
        text = latest_minutes(meeting.id).text
        by, other = cast.actor("maya"), cast.actor("tom")
        first, second = (
            write_erratum(meeting, words, by=by, at=NOW) for words in ("Not Monday", "Not Tuesday")
        )
        with pytest.raises(RuleBroken, match="Somebody else"):
            agree_to_erratum(meeting, first, by=by, at=NOW, mailing=False)
        agree_to_erratum(meeting, second, by=other, at=NOW, mailing=True)
        agree_to_erratum(meeting, first, by=other, at=NOW, mailing=True)
        assert (second.number, first.number) == (1, 2)
        with pytest.raises(RuleBroken, match="meanwhile"):
            first.withdraw(by=by, at=NOW)
        assert latest_minutes(meeting.id).text == text
        assert len(queued(TO_PERSON)) == 10  # five people, two corrections
        with pytest.raises(RuleBroken, match="no issued minutes"):
            write_erratum(plan(cast, THURSDAY + WEEK), "x", by=by, at=NOW)
