"""The daily look ahead: what it marks, clears, keeps and says no more, from the history alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.answer_warning import answer_warning
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.department import Department
from meetingtracker.models.early_warning import EarlyWarning, WarningModel, WarningSnapshot
from meetingtracker.models.event import Event
from meetingtracker.models.issue import Issue
from meetingtracker.models.organisation import the_organisation
from meetingtracker.models.person import Person
from meetingtracker.models.reads.due_lines import Found, due_lines
from meetingtracker.models.reads.followup_scan import Day
from meetingtracker.models.reads.histories import histories
from meetingtracker.models.reads.warning_scan import seen_actions
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.warning import Mark
from meetingtracker.rules.warning_backtest import learn
from meetingtracker.rules.warning_marks import Verdict, WarningAnswer, is_shadow
from meetingtracker.worker import followup
from meetingtracker.worker.early_warning import look, look_at_issues, look_once_a_day
from tests.busy import Busy
from tests.cast import NOW, TODAY, ZONE
from tests.conftest import World
from tests.meetings import plan
from tests.worker import past
from tests.worker.runner import Runner

DAY = timedelta(days=1)


def look_at(world: World, at: datetime = NOW) -> None:
    with world.app.app_context():
        organisation = the_organisation()
        assert organisation is not None
        look(organisation, at)


def standing(world: World) -> dict[int, EarlyWarning]:
    """The marks that stand, by the id of the action."""
    with world.read():
        rows = db.session.scalars(
            sa.select(EarlyWarning).where(
                EarlyWarning.cleared_at.is_(None), EarlyWarning.subject_type == "action"
            )
        ).all()
        for row in rows:
            db.session.expunge(row)
        return {row.subject_id: row for row in rows}


def kinds(world: World) -> list[str]:
    with world.read():
        rows = sa.select(Event.kind).where(Event.subject_type == "early_warning")
        return list(db.session.scalars(rows.order_by(Event.id)))


@pytest.fixture
def learnt(sqlite_world: World) -> World:
    """Enough has come to its date for a score in words; silence was what told the broken ones."""
    return with_past(sqlite_world)


def with_past(world: World) -> World:
    with world.write() as cast:
        past.live_through(cast, 60)
    return world


def two_promises(world: World) -> tuple[int, int]:
    """One that nobody has said a word about, one that is spoken of; due in six days."""
    with world.write() as cast:
        quiet = past.give(cast, "pia", given=-18, due=6, title="Write the price list")
        spoken = past.give(cast, "max", given=-18, due=6, title="Call the courier")
        for day in range(-16, 0, 2):
            spoken.answer_on_track(note=f"day {day}", by=cast.actor("max"), at=NOW + day * DAY)
        return quiet.id, spoken.id


def test_before_anything_was_learnt_plain_rules_say_watch(world: World) -> None:
    quiet, spoken = two_promises(world)
    look_at(world)
    (row,) = standing(world).values()
    assert (row.subject_id, row.mark, row.chance) == (quiet, Mark.watch, None)
    assert row.reasons == [{"why": "quiet", "since": "2026-10-29"}]
    with world.read():
        model = db.session.scalars(sa.select(WarningModel)).one()
        assert (model.verdict, model.weights, model.promises) == (Verdict.rules, None, 0)


def test_the_score_marks_what_is_like_the_broken_ones(world: World) -> None:
    learnt = with_past(world)
    quiet, spoken = two_promises(learnt)
    look_at(learnt)
    marks = standing(learnt)
    assert quiet in marks and spoken not in marks
    row = marks[quiet]
    assert (row.mark, row.due_on, row.raised_on) == (Mark.likely_late, TODAY + 6 * DAY, TODAY)
    assert row.likely_at == NOW and row.chance is not None and row.chance >= 0.6
    assert "quiet" in [reason["why"] for reason in row.reasons]
    with learnt.read():
        kept = db.session.scalars(
            sa.select(WarningSnapshot).where(WarningSnapshot.action_id.in_((quiet, spoken)))
        ).all()
        assert {(s.action_id, s.mark, s.shown, s.weekly) for s in kept} == {
            (quiet, Mark.likely_late, True, True), (spoken, None, False, True),
        }  # fmt: skip
        assert all(set(s.signals) >= {"quiet", "priority", "blocker_late", "placed"} for s in kept)
        model = db.session.scalars(sa.select(WarningModel)).one()
        assert model.verdict is Verdict.words and model.promises >= 60


def test_a_second_look_changes_nothing_and_one_a_day_is_enough(learnt: World) -> None:
    two_promises(learnt)
    with learnt.app.app_context():
        assert look_once_a_day(NOW)
    before = kinds(learnt)
    look_at(learnt, NOW + timedelta(minutes=5))
    assert kinds(learnt) == before and before
    with learnt.app.app_context():
        assert not look_once_a_day(NOW + timedelta(hours=10))
        assert look_once_a_day(NOW + DAY)
        assert look_once_a_day(NOW)  # the clock was set back: better once more than never


def test_done_moved_and_spoken_of_end_a_mark(learnt: World) -> None:
    quiet, _ = two_promises(learnt)
    with learnt.write() as cast:
        moved = past.give(cast, "olga", given=-18, due=6).id
    look_at(learnt)
    assert {quiet, moved} <= standing(learnt).keys()
    with learnt.write() as cast:
        db.session.get_one(Action, quiet).complete(by=cast.actor("pia"), at=NOW, on=TODAY)
        db.session.get_one(Action, moved).move_due(
            to=TODAY + 20 * DAY, reason="waits for paper", by=cast.actor("olga"), at=NOW
        )
    look_at(learnt, NOW + DAY)
    left = standing(learnt)
    assert quiet not in left
    assert moved not in left or left[moved].due_on == TODAY + 20 * DAY


def test_on_course_clears_it_and_is_believed_for_a_week(learnt: World) -> None:
    quiet, _ = two_promises(learnt)
    look_at(learnt)
    answer(learnt, quiet, WarningAnswer.on_course)
    assert quiet not in standing(learnt)
    for day in range(1, 6):
        look_at(learnt, NOW + day * DAY)
        assert quiet not in standing(learnt), day
    with learnt.read():
        assert db.session.get_one(Action, quiet).on_track_at == NOW
    with learnt.write() as cast, pytest.raises(RuleBroken):
        answer_in(cast, quiet, WarningAnswer.need_help)


def test_needs_help_brings_it_before_the_meeting_once(learnt: World) -> None:
    quiet, _ = two_promises(learnt)
    look_at(learnt)
    answer(learnt, quiet, WarningAnswer.need_help)
    answer(learnt, quiet, WarningAnswer.need_help)
    row = standing(learnt)[quiet]
    assert row.answer is WarningAnswer.need_help
    with learnt.read():
        item = db.session.scalars(sa.select(AgendaItem).where(AgendaItem.action_id == quiet)).one()
        assert (item.ask, item.in_pool) == (Ask.HELP, True)
    assert kinds(learnt).count("early_warning.answered") == 1


def answer(world: World, action_id: int, said: WarningAnswer) -> None:
    with world.write() as cast:
        answer_in(cast, action_id, said)


def answer_in(cast: object, action_id: int, said: WarningAnswer) -> None:
    action = db.session.get_one(Action, action_id)
    answer_warning(action, said, by=cast.actor("pia"), at=NOW, on=TODAY)  # type: ignore[attr-defined]


def test_a_shadow_week_keeps_and_shows_nothing(learnt: World) -> None:
    quiet, _ = two_promises(learnt)
    with learnt.write() as cast:
        organisation = the_organisation()
        assert organisation is not None
        organisation.change(by=cast.actor("ada"), at=NOW, shadow_weeks=True)
    day = next(n for n in range(0, 60) if is_shadow(TODAY + n * DAY))
    with learnt.write() as cast:
        hidden = past.give(cast, "pia", given=day - 18, due=day + 6).id
    look_at(learnt, NOW + day * DAY)
    assert standing(learnt) == {}
    with learnt.read():
        kept = db.session.scalars(
            sa.select(WarningSnapshot).where(WarningSnapshot.action_id == hidden)
        ).one()
        assert (kept.mark, kept.shown) == (Mark.likely_late, False)
    assert quiet != hidden


def test_new_names_change_no_score(learnt: World) -> None:
    two_promises(learnt)
    look_at(learnt)
    before = chances(learnt)
    with learnt.write():
        for n, person in enumerate(db.session.scalars(sa.select(Person))):
            person.record("person.renamed", by=SYSTEM, at=NOW, name=f"Z{n}")
        for n, home in enumerate(db.session.scalars(sa.select(Department))):
            home.record("department.renamed", by=SYSTEM, at=NOW, name=f"A{n}")
    assert chances(learnt) == before and len(before) > 1


def chances(world: World) -> dict[int, float | None]:
    """What a model learnt from the same past says now."""
    with world.read():
        learnt_now = learn(
            histories(until=NOW), at=NOW.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
        )
        model = WarningModel(
            verdict=learnt_now.verdict, promises=learnt_now.promises,
            weights=learnt_now.model.told() if learnt_now.model else None,
        )  # fmt: skip
        return {one.action_id: one.chance for one in seen_actions(model, at=NOW, zone=ZONE)}


def test_an_issue_on_its_way_to_a_problem_is_marked_and_cleared(world: World) -> None:
    with world.write() as cast:
        make = Busy(cast)
        bad = make.issue("Prices differ", "Sales", "Tech", by="sam", age=40, severity=1).id
        make.issue("Badge missing", "Sales", "Tech", by="sam", age=2, severity=4)
    look_issues(world)
    with world.read():
        row = db.session.scalars(sa.select(EarlyWarning)).one()
        assert (row.subject_type, row.subject_id, row.due_on) == ("issue", bad, None)
        assert [reason["why"] for reason in row.reasons] == ["severity", "silent", "no_action"]
    with world.write() as cast:
        make = Busy(cast)
        make.action("Compare the lists", "pia", 9, issue=db.session.get_one(Issue, bad))
    look_issues(world)
    with world.read():
        assert db.session.scalars(sa.select(EarlyWarning.cleared_at)).one() == NOW


def look_issues(world: World) -> None:
    with world.app.app_context():
        organisation = the_organisation()
        assert organisation is not None
        look_at_issues(organisation, NOW)


def test_one_line_in_the_owners_digest_the_day_before_a_meeting(runner: Runner) -> None:
    """The meeting is on Thursday; nothing on Tuesday, nothing for who has answered."""
    action = runner.promise("Write the price list", "pia", 9, promised=8)
    answered = runner.promise("Call the courier", "pia", 9, promised=8)
    with runner.world.write() as cast:
        plan(cast)
        for action_id, said in ((action, None), (answered, WarningAnswer.need_help)):
            EarlyWarning.create(
                "early_warning.raised", by=SYSTEM, at=NOW, subject_type="action",
                subject_id=action_id, due_on=TODAY + 9 * DAY, mark=Mark.likely_late,
                reasons=[{"why": "quiet", "since": "2026-11-09"}], raised_on=TODAY, raised_at=NOW,
                likely_at=NOW, answer=said,
            )  # fmt: skip
    with runner.world.app.app_context():
        day = look_at_day(NOW + DAY)
        assert Notice.likely_late not in [line.notice for line in lines_for(day, NOW + DAY)]
        found = lines_for(look_at_day(NOW + 2 * DAY), NOW + 2 * DAY)
        assert [(line.notice, line.subject_id) for line in found] == [(Notice.likely_late, action)]


def look_at_day(at: datetime) -> Day:
    look_now = followup.look_at(at)
    assert look_now is not None
    return look_now.day


def lines_for(day: Day, at: datetime) -> list[Found]:
    return [line for lines in due_lines(day, at=at).values() for line in lines
            if line.subject_type == "action"]  # fmt: skip
