"""What is said before the date, on every page that says it; and the record of how right it was."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from meetingtracker.db import db
from meetingtracker.models.action import Action
from meetingtracker.models.agenda_item import AgendaItem
from meetingtracker.models.early_warning import EarlyWarning, WarningModel
from meetingtracker.models.issue import Issue
from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.warning import Mark
from meetingtracker.rules.warning_marks import Verdict, WarningAnswer
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.conftest import World
from tests.meetings import plan
from tests.page import Page

DAY = timedelta(days=1)
RECORD = "/reports/early-warning"
QUIET = [{"why": "quiet", "since": "2026-11-04"}]
LOAD = [{"why": "load", "open": 11, "overdue": 4}]


def warn(
    row: Action | Issue, mark: Mark = Mark.likely_late, *, since: int = 1, **more: object
) -> EarlyWarning:
    """A mark that others have been shown since `since` days ago (0: only its owner)."""
    at = NOW - since * DAY
    usual = {"due_on": getattr(row, "due_on", None), "reasons": QUIET, "likely_at": at}
    return EarlyWarning.create(
        "early_warning.raised", by=SYSTEM, at=at, subject_type=row.__tablename__,
        subject_id=row.id, mark=mark, raised_on=TODAY - since * DAY, raised_at=at, **usual | more,
    )  # fmt: skip


def promise(
    cast: Cast, title: str = "Write the price list", due: int = 6, **more: object
) -> Action:
    usual = {"owner": "pia", "by": "tom", "present_in_meeting": True}
    return Busy(cast).action(title, due=due, **usual | more)


def test_reasons_stand_on_the_row_the_page_the_issue_and_the_card(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        issue = Busy(cast).issue("Prices differ", "Sales", "Tech", by="sam", person="pia")
        action = promise(cast, issue=issue)
        warn(action)
        pages = (at(action), at(issue), "/actions", "/board", RECORD)
    sam = sqlite_world.sign_in("sam")
    said = "Due in 6 days; no change recorded for 12 days."
    for path in pages:
        page = sam.get(path)
        assert said in page.text, path
        assert 'data-flag="likely_late"' in page.text, path
    assert counted(sam.get(RECORD), "/actions?flag=likely_late") == 1
    assert 'data-total="1"' in sam.get("/actions?flag=likely_late").text
    assert 'data-total="0"' in sam.get("/actions?flag=watch").text
    assert 'data-total="1"' in sam.get("/board?flag=likely_late&view=table").text


def at(row: Action | Issue) -> str:
    """Its page's address."""
    return f"/{row.__tablename__}s/{row.id}"


def counted(page: Page, href: str) -> int:
    return int(page.text.split(f'href="{href}" data-count="')[1].split('"')[0])


def test_the_owner_sees_it_first(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        action = promise(cast)
        warn(action, since=0)
        here = at(action)
    assert (
        "Only you and who stands in for you see this today"
        in sqlite_world.sign_in("pia").get(here).text
    )
    for other in ("tom", "lea", "sam"):
        visit = sqlite_world.sign_in(other)
        assert "Likely late" not in visit.get(here).text
        assert 'data-total="0"' in visit.get("/actions?flag=likely_late").text


def test_the_load_is_told_to_its_owner_and_their_leader_alone(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        action = promise(cast)
        warn(action, reasons=QUIET + LOAD)
        here = at(action)
    load = "The owner has 11 open actions, 4 past their date: can someone take one?"
    for name, told in {"pia": True, "tom": True, "dina": True, "sam": False, "lea": False}.items():
        page = sqlite_world.sign_in(name).get(here)
        assert (load in page.text, "no change recorded" in page.text) == (told, True), name
        assert (load in sqlite_world.sign_in(name).get("/actions").text) is told, name


@pytest.mark.parametrize("answer", WarningAnswer)
def test_the_owner_answers(world: World, answer: WarningAnswer) -> None:
    with world.write() as cast:
        action = promise(cast)
        warn(action)
        here, version = at(action), action.version
    done = world.sign_in("pia").post(
        f"{here}/warning", {"answer": answer.value, "version": version}, page=here
    )
    assert done.location.startswith(here)
    with world.read():
        row = db.session.scalars(sa.select(EarlyWarning)).one()
        asked = db.session.scalars(sa.select(AgendaItem.ask)).all()
        assert row.answer is answer
        assert (row.cleared_at is None) is (answer is not WarningAnswer.on_course)
        assert asked == ([Ask.HELP] if answer is WarningAnswer.need_help else [])
    if answer is WarningAnswer.date_wrong:
        assert done.location.endswith("#move")


def test_only_who_may_update_it_answers_and_only_with_an_answer(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        action = promise(cast)
        warn(action)
        here, version = at(action), action.version
    fields = {"answer": "on_course", "version": version}
    assert sqlite_world.sign_in("sam").post(f"{here}/warning", fields, page=here).status == 403
    pia = sqlite_world.sign_in("pia")
    assert pia.post(f"{here}/warning", fields | {"answer": "never"}, page=here).status == 422
    assert pia.post(f"{here}/warning", fields | {"answer": None}, page=here).status == 422
    assert pia.post(f"{here}/warning", fields, page=here).status == 302
    refused = pia.post(f"{here}/warning", fields | {"version": version + 1}, page=here)
    assert (refused.status, "This warning stands no more" in refused.text) == (422, True)


def test_on_track_said_anywhere_hides_it(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        action = promise(cast)
        warn(action)
        action.answer_on_track(by=cast.actor("pia"), at=NOW)
        here = at(action)
    assert "Likely late" not in sqlite_world.sign_in("pia").get(here).text


def test_a_confidential_promise_is_named_to_nobody_else(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        issue = Busy(cast).issue(
            "Somebody takes money", "Sales", "Tech", by="sam", confidential=True
        )
        action = promise(cast, "Count the till", issue=issue)
        warn(action)
        late = promise(cast, "Ask the bank", due=-3, issue=issue, promised=20)
        warn(late, since=10)
    olga = sqlite_world.sign_in("olga")
    for path in (RECORD, f"{RECORD}/true", f"{RECORD}/missed", "/actions"):
        page = olga.get(path)
        assert "Count the till" not in page.text and "Ask the bank" not in page.text, path
    assert counted(olga.get(RECORD), f"{RECORD}/true") == 0
    assert counted(sqlite_world.sign_in("sam").get(RECORD), f"{RECORD}/true") == 1


def test_the_record_counts_and_its_figures_open_their_rows(world: World) -> None:
    with world.write() as cast:
        for n, (due, done) in enumerate([(-10, None), (-9, -5), (-8, -8), (-7, -9)]):
            action = promise(cast, f"Warned {n}", due=due, promised=20)
            warn(action, since=-due + 4)
            if done is not None:
                Busy(cast).finish(action, by="pia", ago=-done)
        promise(cast, "Nobody saw it come", due=-4, promised=20)
        kept = promise(cast, "All went well", due=-4, promised=20)
        Busy(cast).finish(kept, by="pia", ago=6)
        dropped = promise(cast, "Not needed", due=-4, promised=20)
        warn(dropped, since=9)
        dropped.cancel(reason="not needed", by=cast.actor("tom"), at=NOW - 8 * DAY)
        db.session.add(WarningModel(at=NOW - 60 * DAY, verdict=Verdict.words, promises=30))
    tom = world.sign_in("tom")
    page = tom.get(RECORD)
    for kind, titles in {
        "true": ["Warned 1", "Warned 0"], "rescued": ["Warned 3", "Warned 2"],
        "missed": ["Nobody saw it come"],
    }.items():  # fmt: skip
        rows = tom.get(f"{RECORD}/{kind}")
        assert f'data-total="{len(titles)}"' in rows.text
        assert counted(page, f"{RECORD}/{kind}") == len(titles)
        assert all(title in rows.text for title in titles), kind
    assert "4 days" in page.text and "Too few yet to speak of a share." in page.text
    assert "It is an early estimate" in page.text
    assert tom.get(f"{RECORD}/all").status == 404


def test_the_prepared_agenda_names_them_with_a_next_step(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        agenda = f"/meetings/{plan(cast).id}"
        action = promise(cast)
        warn(action)
        here = at(action)
        warn(promise(cast, "Call the courier"), Mark.watch, likely_at=None)
    page = sqlite_world.sign_in("lea").get(agenda)
    assert "Likely late" in page.text and "Write the price list" in page.text
    assert "Call the courier" not in page.text
    for step in ("comment", "move", "owner", "drop"):
        assert f"{here}?do={step}#{step}" in page.text


def test_an_issue_at_risk_says_why(sqlite_world: World) -> None:
    with sqlite_world.write() as cast:
        issue = Busy(cast).issue("Prices differ", "Sales", "Tech", by="sam", person="pia")
        warn(
            issue, Mark.watch, likely_at=None,
            reasons=[{"why": "overdue", "count": 2}, {"why": "severity", "severity": 1}],
        )  # fmt: skip
        here = at(issue)
    sam = sqlite_world.sign_in("sam")
    for path in (here, "/board"):
        page = sam.get(path)
        assert "2 of its actions are overdue." in page.text, path
        assert 'data-flag="trouble"' in page.text, path
    assert 'data-total="1"' in sam.get("/board?flag=trouble&view=table").text


def test_an_empty_company_has_a_calm_page(sqlite_world: World) -> None:
    page = sqlite_world.sign_in("sam").get(RECORD)
    assert "Nothing looks likely to be late." in page.text
    assert "No promise that was called likely late has come to its date yet." in page.text
    assert "By plain rules for now" in page.text
