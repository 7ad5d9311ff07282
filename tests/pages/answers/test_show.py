"""A mail's link: what it shows, for how long, and that looking changes nothing."""

import logging
from datetime import timedelta

import pytest
import time_machine

from meetingtracker.db import Base, db
from meetingtracker.models.absence import Absence
from meetingtracker.models.action import Action
from meetingtracker.models.acts.mail_link import LASTS
from meetingtracker.models.issue import Issue
from meetingtracker.models.person import Person
from meetingtracker.rules.notices import Notice
from meetingtracker.rules.permissions import SYSTEM
from meetingtracker.rules.replies import Reply
from tests.busy import Busy
from tests.cast import NOW, TODAY
from tests.conftest import World
from tests.page import lasting
from tests.pages.answers.cases import CASES, NAMES, Case, blocked, late, resolved
from tests.pages.answers.digests import Mail, mail
from tests.queries import queries


def rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds."""
    with world.read():
        return {
            name: sorted(map(tuple, db.session.execute(table.select())), key=str)
            for name, table in Base.metadata.tables.items()
        }


def late_mail(world: World, to: str = "pia") -> Mail:
    with world.write() as cast:
        return mail(cast, to, (Notice.overdue, late(cast)))


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_each_line_offers_its_answers(world: World, case: Case) -> None:
    with world.write() as cast:
        sent = mail(cast, case.to, (case.notice, case.make(cast)))
    page = world.stranger().get(sent.path)
    assert page.status == 200
    offered = {form.get("answer") for form in page.forms if form.get("line") == str(sent.line)}
    assert case.reply in offered


def test_looking_changes_nothing(world: World) -> None:
    sent = late_mail(world)
    before = rows(world)
    client = world.stranger().client
    for path in (sent.path, f"{sent.path}/unsubscribe"):
        assert client.get(path).status_code == 200
        head = client.head(path)
        assert (head.status_code, head.get_data()) == (200, b"")
    assert rows(world) == before


def test_the_page_says_whose_it_is_and_runs_nothing(world: World) -> None:
    sent = late_mail(world)
    answer = world.sign_in("max").get(sent.path)  # whoever is signed in here
    assert "For Pia Lund. Answer here without signing in" in answer.text
    assert 'aria-label="Main"' in world.sign_in("max").get("/").text
    assert 'aria-label="Main"' not in answer.text
    assert "<script" not in answer.text
    headers = answer.answer.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "script-src 'none'" in headers["Content-Security-Policy"]


def test_a_line_that_moved_on_has_no_answers(world: World) -> None:
    with world.write() as cast:
        action = late(cast)
        sent = mail(cast, "pia", (Notice.overdue, action))
        action.move_due(to=TODAY, reason="agreed", by=cast.actor("tom"), at=NOW)
    page = world.stranger().get(sent.path)
    assert "This has moved on" in page.text
    assert not [form for form in page.forms if form.get("line")]


def test_what_one_may_not_see_any_more_has_no_name(world: World) -> None:
    with world.write() as cast:
        secret = Busy(cast).issue(
            "Somebody reads mails", "Sales", "Support", by="sam", confidential=True
        )
        action = Busy(cast).action("Look at the log", "pia", -1, by="sam", issue=secret,
                                   present_in_meeting=True)  # fmt: skip
        sent = mail(cast, "pia", (Notice.overdue, action))
        action_id, secret_id = action.id, secret.id
    visit = world.stranger()
    assert "Look at the log" in visit.get(sent.path).text
    with world.write() as cast:
        row = db.session.get_one(Action, action_id)
        row.hand_over(owner_id=cast.person["max"], department_id=None, reason="His", binds=True,
                      by=cast.actor("sam"), at=NOW)  # fmt: skip
        for reader in db.session.get_one(Issue, secret_id).readers:
            reader.record("issue_reader.removed", by=SYSTEM, at=NOW, removed_at=NOW)
    page = visit.get(sent.path)
    assert page.status == 200
    assert "Look at the log" not in page.text
    assert "not for you to see any more" in page.text
    answer = visit.post(sent.path, {"line": sent.line, "answer": "done"}, page=sent.path)
    assert answer.status == 409
    assert "Look at the log" not in answer.text


def test_a_wrong_an_old_and_a_leavers_link_are_the_same(world: World) -> None:
    sent = late_mail(world)
    client = world.stranger().client
    wrong = client.get("/a/guess")
    assert wrong.status_code == 404
    assert "This link has run out" in wrong.text
    assert "Sign in to see your week." in wrong.text
    assert wrong.headers["Referrer-Policy"] == "no-referrer"
    assert wrong.headers["Cache-Control"] == "no-store"
    with time_machine.travel(NOW + LASTS - timedelta(minutes=1)):
        assert client.get(sent.path).status_code == 200
    with time_machine.travel(NOW + LASTS + timedelta(minutes=1)):
        old = client.get(sent.path)
    with world.write() as cast:
        db.session.get_one(Person, cast.person["pia"]).deactivate(by=SYSTEM, at=NOW)
    left = client.get(sent.path)
    for answer in (old, left):
        assert (answer.status_code, lasting(answer.text)) == (404, lasting(wrong.text))
    before = rows(world)
    for path in (sent.path, f"{sent.path}/unsubscribe"):
        assert client.post(path, data={"line": sent.line, "answer": "done"}).status_code == 404
    assert rows(world) == before


def test_a_delegate_answers_for_who_is_away(world: World) -> None:
    with world.write() as cast:
        pia = db.session.get_one(Person, cast.person["pia"])
        pia.record("person.delegate_named", by=SYSTEM, at=NOW, delegate_id=cast.person["max"])
        Absence.create(
            "absence.planned", by=SYSTEM, at=NOW, person_id=pia.id, from_on=TODAY, to_on=TODAY,
            created_at=NOW,
        )  # fmt: skip
        sent = mail(cast, "max", (Notice.overdue, late(cast)))
    page = world.stranger().get(sent.path)
    assert {form.get("answer") for form in page.forms} >= {Reply.done, Reply.block}
    with time_machine.travel(NOW + timedelta(days=2)):
        page = world.stranger().get(sent.path)
    assert not [form for form in page.forms if form.get("line")]


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    counts = []
    with world.read():
        engine = db.engine
    for n in (1, 9):
        with world.write() as cast:
            about = [(Notice.overdue, late(cast)) for _ in range(n)]
            about += [(Notice.blocked_on_you, blocked(cast)) for _ in range(n)]
            about += [(Notice.to_confirm, resolved(cast)) for _ in range(n)]
            sent = mail(cast, "max", *about)
        client = world.stranger().client
        with queries(engine) as seen:
            assert client.get(sent.path).status_code == 200
        counts.append(len(seen))
    print(f"mail link: {counts[0]} queries for 3 lines, {counts[1]} for 27")
    assert counts[0] == counts[1]


def test_no_token_is_ever_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    sent = late_mail(world)
    client = world.stranger().client
    with caplog.at_level(logging.DEBUG):
        client.post(sent.path, data={"line": 999_999, "answer": "done"})
        client.post(sent.path, data={"line": sent.line, "answer": "verify"})
        client.get(sent.path + "x")
    assert "refused 404 POST /a/<token>" in caplog.text
    assert "refused 403 POST /a/<token>" in caplog.text
    assert sent.path.removeprefix("/a/") not in caplog.text
