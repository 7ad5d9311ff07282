"""What leaders and executives are asked, and nudges."""

from datetime import date, timedelta

import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.acts.give_action import give_action
from meetingtracker.models.alert import Alert
from meetingtracker.models.decision import Decision
from meetingtracker.models.notification import Notification
from meetingtracker.rules.ladder import EXECUTIVES, LEADER, AlertAnswer, AlertRule, epoch
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.queries import queries

LATE = TODAY - timedelta(days=14)
PAGE = "/escalations"


def promise(cast: Cast, title: str = "Count the stock", due_on: date = LATE) -> Action:
    """Pia of Tech owes it to Maya."""
    return give_action(
        title=title, owner_id=cast.person["pia"], due_on=due_on, by=cast.actor("tom"), at=NOW,
        on=due_on, requested_by_id=cast.person["maya"],
    )  # fmt: skip


def ask(action: Action, level: int, told: int | None = None) -> int:
    assert action.due_on is not None
    row = Alert.create(
        "alert.raised", by=SYSTEM, at=NOW, rule=AlertRule.due, subject_type="action",
        subject_id=action.id, epoch=epoch(action.due_on, action.reopened), level=level,
        raised_on=TODAY, raised_at=NOW,
    )  # fmt: skip
    if told is not None:
        db.session.add(
            Notification(
                person_id=told, key=f"alert:{row.id}", notice=Notice.escalated,
                subject_type="action", subject_id=action.id, alert_id=row.id, created_at=NOW,
            )
        )  # fmt: skip
    db.session.flush()
    return row.id


def test_an_executive_decides_and_it_is_written_down(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        action.move_due(to=TODAY - timedelta(days=7), reason="The printer broke", by=SYSTEM, at=NOW)
        ask(action, LEADER)
        alert_id = ask(action, EXECUTIVES)
    visit = world.sign_in("lea")
    page = visit.get(PAGE)
    assert page.total == page.counts[PAGE] == 1
    for words in (
        "Decisions owed",
        "Count the stock",
        "Pia Lund",
        "The printer broke",
        "no answer",
    ):
        assert words in page.text
    to = f"{PAGE}/{alert_id}/decision"
    fields = {"version": page.form(to)["version"], "answer": "new_plan", "reason": "Buy a new one"}
    refused = visit.post(to, fields)
    assert refused.status == 422
    assert "Give the new date." in refused.errors
    assert "Buy a new one" in refused.text, "what was typed is still there"
    assert visit.post(to, {**fields, "due_on": "2026-12-11"}).status == 302
    with world.read():
        assert db.session.scalars(sa.select(Action.due_on)).one() == date(2026, 12, 11)
        assert {row.answer for row in db.session.scalars(sa.select(Alert))} == {
            AlertAnswer.new_plan
        }
        assert db.session.scalars(sa.select(Decision.reason)).one() == "Buy a new one"
    assert "New plan for “Count the stock”" in visit.get("/decisions").text
    assert "Nothing waits for you" in visit.get(PAGE).text
    late = visit.post(to, {**fields, "due_on": "2026-12-12"})
    assert late.status == 409, "decided in another window"


def test_a_leader_and_the_requester_are_asked(world: World) -> None:
    with world.write() as cast:
        action_id = promise(cast).id
        alert_id = ask(db.session.get_one(Action, action_id), LEADER)
    for name in ("tom", "dina", "maya"):
        page = world.sign_in(name).get(PAGE)
        assert page.total == page.counts[PAGE] == 1, name
    for name in ("pia", "olga", "noor"):
        page = world.sign_in(name).get("/decisions")
        assert PAGE not in page.links, name
    visit, to = world.sign_in("tom"), f"{PAGE}/{alert_id}/answer"
    fields = {"version": visit.get(PAGE).form(to)["version"], "answer": "other_owner"}
    fields |= {"reason": "She is ill", "owner": str(world.cast.person["dina"])}
    assert visit.post(to, fields).status == 302
    with world.read() as cast:
        assert db.session.get_one(Action, action_id).owner_id == cast.person["dina"]
    assert visit.get(PAGE).total == 0


def test_whoever_the_ladder_asks_may_answer(world: World) -> None:
    with world.write() as cast:
        alert_id = ask(promise(cast), LEADER, told=cast.person["olga"])
    visit, to = world.sign_in("olga"), f"{PAGE}/{alert_id}/answer"
    fields = {"version": visit.get(PAGE).form(to)["version"], "answer": "help", "reason": "I count"}
    assert world.sign_in("max").post(to, fields).status == 403
    assert world.sign_in("pia").post(to, fields).status == 403, "it is her own"
    assert visit.post(to, fields).status == 302


def test_what_has_moved_on_is_not_asked_any_more(world: World) -> None:
    with world.write() as cast:
        action = promise(cast)
        action_id, alert_id = action.id, ask(action, EXECUTIVES)
    visit, to = world.sign_in("lea"), f"{PAGE}/{alert_id}/decision"
    version = visit.get(PAGE).form(to)["version"]
    with world.write():
        db.session.get_one(Action, action_id).complete(by=SYSTEM, at=NOW, on=TODAY)
    assert visit.get(PAGE).total == 0
    answer = visit.post(to, {"version": version, "answer": "accepted", "reason": "As it is"})
    assert answer.status == 422
    assert "It has moved on since this was asked" in answer.text


def test_each_question_says_what_is_wrong(world: World) -> None:
    """What is asked before its date has another reason than that it has passed."""
    for moves, days, words in (
        (0, -7, "Its date has passed"),
        (2, 7, "Its date has moved again and again"),
        (0, 7, "Its owner has left, or it waits in a circle"),
    ):
        with world.write() as cast:
            action = promise(cast, due_on=TODAY + timedelta(days=days - moves))
            for n in range(moves):
                to = TODAY + timedelta(days=days - moves + n + 1)
                action.move_due(to=to, reason="Later", by=SYSTEM, at=NOW)
            alert_id = ask(action, LEADER)
        text = world.sign_in("tom").get(PAGE).text
        assert text.count(words) == 1, words
        with world.write() as cast:
            lead = cast.actor("tom")
            row = db.session.get_one(Alert, alert_id)
            row.be_answered(AlertAnswer.keep, by=lead, at=NOW, reason="Seen")


def test_bad_answers_are_named(world: World) -> None:
    with world.write() as cast:
        alert_id = ask(promise(cast), EXECUTIVES)
    visit, to = world.sign_in("lea"), f"{PAGE}/{alert_id}/decision"
    version = visit.get(PAGE).form(to)["version"]
    for fields, sentence in (
        ({"answer": "keep", "reason": "x"}, "Choose one of the offered answers."),
        ({"answer": "", "reason": "x"}, "Choose one of the offered answers."),
        ({"answer": "dropped"}, "Say in one line why it is dropped."),
        ({"answer": "other_owner", "reason": "x"}, "Who takes it?"),
        ({"answer": "accepted", "reason": "x" * 501}, "At most 500 characters."),
    ):
        answer = visit.post(to, {"version": version, **fields})
        assert answer.status == 422
        assert sentence in answer.errors
    assert visit.post(f"{PAGE}/999999/decision", {"version": "1"}).status == 404


def test_a_long_list_costs_no_more_queries(world: World) -> None:
    with world.write() as cast:
        ask(promise(cast), EXECUTIVES)
    visit = world.sign_in("lea")
    with world.read(), queries() as few:
        visit.get(PAGE)
    with world.write() as cast:
        for n in range(60):
            ask(promise(cast, f"Count {n}"), EXECUTIVES)
    with world.read(), queries() as many:
        page = visit.get(PAGE)
    assert len(few) == len(many)
    assert page.total == page.counts[PAGE] == 61
    assert "11 more" in page.text


# --- nudge --------------------------------------------------------------------------------------


def test_a_nudge_a_day(world: World) -> None:
    with world.write() as cast:
        action_id = promise(cast, due_on=TODAY).id
    here, to = f"/actions/{action_id}", f"/actions/{action_id}/nudge"
    visit = world.sign_in("olga")
    assert visit.get(here).has_form(to)
    assert visit.post(to).status == 302
    page = visit.get(here)
    assert "Nudged today by Olga Petri" in page.text
    assert not page.has_form(to)
    world.sign_in("max").post(to)
    with world.read() as cast:
        row = db.session.scalars(sa.select(Notification)).one()
        assert (row.person_id, row.actor_id) == (cast.person["pia"], cast.person["olga"])
        # It is past half past eight in Berlin: tomorrow's digest has it.
        assert row.mail_at is not None
        assert row.mail_at.isoformat() == "2026-11-17T07:30:00+00:00"
    assert Notice.nudged.why in world.sign_in("pia").get("/inbox").text


def test_who_is_away_has_somebody_who_is_nudged(world: World) -> None:
    with world.write() as cast:
        action_id = promise(cast).id
    pia = world.sign_in("pia")
    away = f"/people/{world.cast.person['pia']}/absence"
    form = pia.get(away).form(away)
    days = {"from_on": TODAY.isoformat(), "to_on": TODAY.isoformat()}
    assert pia.post(away, {**form, **days}).status == 302
    assert world.sign_in("olga").post(f"/actions/{action_id}/nudge").status == 302
    with world.read() as cast:
        row = db.session.scalars(
            sa.select(Notification).where(Notification.key.like("nudge:%"))
        ).one()
        assert (row.person_id, row.for_id) == (cast.person["tom"], cast.person["pia"])


def test_only_what_needs_it_is_nudged_and_not_by_its_owner(world: World) -> None:
    with world.write() as cast:
        later, late = promise(cast, due_on=TODAY + timedelta(days=9)).id, promise(cast).id
    olga, pia = world.sign_in("olga"), world.sign_in("pia")
    assert not olga.get(f"/actions/{later}").has_form(f"/actions/{later}/nudge")
    olga.post(f"/actions/{later}/nudge")
    assert "Only what is due today, overdue or blocked" in olga.get("/decisions").text
    assert not pia.get(f"/actions/{late}").has_form(f"/actions/{late}/nudge")
    assert pia.post(f"/actions/{late}/nudge").status == 403
    with world.read():
        assert db.session.scalar(sa.select(sa.func.count(Notification.id))) == 0
