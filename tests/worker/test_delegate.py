"""Who stands in for somebody: the mail, its link and webhooks know it by the same day."""

import re
from datetime import timedelta

from meetingtracker.db import db
from meetingtracker.models.absence import Absence
from meetingtracker.models.person import Person
from meetingtracker.models.reads.visitor import actor
from meetingtracker.rules.permissions import SYSTEM
from tests.busy import Busy
from tests.cast import NOW, TODAY, Cast
from tests.worker.conftest import BASE
from tests.worker.runner import NOON, Runner, day_of

OPEN, SECRET = "Write the price list", "Agree on the pay cut"


def send_away(cast: Cast) -> None:
    """Pia is away until tomorrow, and Max of another department answers for her."""
    pia = db.session.get_one(Person, cast.person["pia"])
    pia.record("person.delegate_named", by=SYSTEM, at=NOW, delegate_id=cast.person["max"])
    Absence.create(
        "absence.planned", by=SYSTEM, at=NOW, person_id=pia.id, from_on=TODAY, to_on=day_of(1),
        created_at=NOW,
    )  # fmt: skip


def test_the_actor_of_a_mail_answers_for_who_is_away_that_day(runner: Runner) -> None:
    with runner.world.write() as cast:
        send_away(cast)
    with runner.world.read() as cast:
        pia, max_id = cast.person["pia"], cast.person["max"]
        for days, away in ((0, {pia}), (1, {pia}), (2, set())):
            assert actor(max_id, at=NOW + timedelta(days=days)).stands_in_for == away
        assert actor(max_id).stands_in_for == frozenset()
        assert actor(pia, at=NOW).stands_in_for == frozenset()


def test_a_delegates_mail_says_what_its_link_opens(runner: Runner) -> None:
    """Standing in opens nothing confidential, in neither of the two (decision 0007)."""
    with runner.world.write() as cast:
        send_away(cast)
        make = Busy(cast)
        pay = make.issue("Pay", "Sales", "Tech", by="sam", person="pia", confidential=True)
        make.action(SECRET, "pia", -1, issue=pay, present_in_meeting=True)
    runner.promise(OPEN, "pia", -1)
    runner.run(0, at=NOON)
    text = runner.last("max")
    found = re.search(re.escape(BASE) + r"(/a/\S+)", text)
    assert found, text
    page = runner.world.stranger().get(found[1])
    for title, is_said in ((OPEN, True), (SECRET, False)):
        assert (title in text, title in page.text) == (is_said, is_said), title
    assert {form.get("answer") for form in page.forms} >= {"done", "block"}
